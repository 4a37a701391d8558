import { z } from 'zod';

/** The output contracts of the commands, as closed schemas: a field that nobody promised is a failure. */

const objectRef = z.strictObject({ kind: z.string(), namespace: z.string().optional(), name: z.string() });

const placedRef = objectRef.extend({ path: z.string() });

const targetRef = z.strictObject({
  group: z.string(),
  kind: z.string(),
  namespace: z.string(),
  name: z.string(),
  sectionName: z.string().optional(),
});

const issue = z.strictObject({
  severity: z.enum(['error', 'warning', 'info']),
  reason: z.string().regex(/^[A-Z][A-Za-z0-9]+$/),
  path: z.string(),
  message: z.string().min(1),
  suggestion: z.string().optional(),
  witness: z.string().optional(),
  object: objectRef.optional(),
  source: z.string().optional(),
});

const outcome = z.enum(['Native', 'Responder', 'NotExpressible', 'Refused', 'NoPolicy']);

/** `lint -o json`. */
export const lintDocument = z.strictObject({ issues: z.array(issue) });

const storedObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

/** `render -o json`. */
export const renderDocument = z.strictObject({
  routes: z.array(
    z.strictObject({
      target: targetRef,
      dialect: z.string().optional(),
      dialectVersion: z.string().optional(),
      outcome,
      policy: objectRef.optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      losses: z.array(z.strictObject({ code: z.string(), message: z.string().min(1) })),
      objects: z.array(storedObject).min(1),
    }),
  ),
  issues: z.array(issue),
});

const headers = z.record(z.string().regex(/^[a-z-]+$/), z.string());

const liveAnswer = z.strictObject({ status: z.int(), headers });

/** What `--live` adds; a side without a value has none. */
const liveReport = z.strictObject({
  url: z.string(),
  preflight: liveAnswer.optional(),
  response: liveAnswer.optional(),
  allowed: z.boolean(),
  differences: z.array(
    z.strictObject({
      where: z.enum(['preflight', 'response']),
      header: z.string(),
      predicted: z.string().optional(),
      received: z.string().optional(),
    }),
  ),
  findings: z.array(z.string()),
  error: z.string().optional(),
});

/** `check -o json`; a status is absent where the application answers. */
export const checkDocument = z.strictObject({
  allowed: z.boolean(),
  outcome: outcome.optional(),
  preflight: z.strictObject({ needed: z.boolean(), status: z.int().optional(), headers }),
  response: z.strictObject({ headers }),
  decidedBy: placedRef.optional(),
  reason: z.string(),
  message: z.string().min(1),
  nearest: z.string().optional(),
  live: liveReport.optional(),
});

const guardrailPlace = z.strictObject({ name: z.string(), path: z.string(), witness: z.string().optional() });

/** `explain -o json`. */
export const explainDocument = z.strictObject({
  routes: z.array(
    z.strictObject({
      target: targetRef,
      outcome,
      policy: objectRef.optional(),
      entries: z.array(
        z.strictObject({
          field: z.string(),
          value: z.union([z.string(), z.number(), z.boolean()]),
          from: placedRef,
          cutBy: guardrailPlace.optional(),
          allowedBy: z.strictObject({ name: z.string(), path: z.string() }).optional(),
          exceeds: guardrailPlace.extend({ enforcement: z.enum(['Warn', 'Audit']) }).optional(),
        }),
      ),
    }),
  ),
});

/** A side of `diff -o json`; of what merely stands only the objects are known. */
const diffSide = z.strictObject({
  dialect: z.string().optional(),
  dialectVersion: z.string().optional(),
  outcome: outcome.optional(),
  policy: objectRef.optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  losses: z.array(z.strictObject({ code: z.string(), message: z.string().min(1) })).optional(),
  objects: z.array(storedObject).min(1),
});

const grantEntries = z.array(
  z.strictObject({
    field: z.enum([
      'allowOrigins',
      'allowOriginRegexes',
      'allowMethods',
      'allowHeaders',
      'exposeHeaders',
      'allowCredentials',
      'maxAge',
    ]),
    value: z.union([z.string(), z.number(), z.boolean()]),
    witness: z.string().optional(),
  }),
);

/** `diff -o json`. */
export const diffDocument = z.strictObject({
  routes: z.array(
    z.strictObject({
      target: targetRef,
      before: diffSide.optional(),
      after: diffSide.optional(),
      narrowed: grantEntries,
      widened: grantEntries,
    }),
  ),
  counts: z.strictObject({
    routes: z.int(),
    added: z.int(),
    removed: z.int(),
    changed: z.int(),
    narrowed: z.int(),
    widened: z.int(),
    originsTurnedOff: z.int(),
    originsAllowed: z.int(),
    turnedOff: z.int(),
    blocked: z.int(),
  }),
});

/** `restore -o json`. */
export const restoreDocument = z.strictObject({
  dryRun: z.boolean(),
  objects: z.array(
    z.strictObject({
      object: objectRef,
      result: z.enum(['Restored', 'Nothing', 'Deleted', 'OtherInstallation', 'Refused']),
      leftAlone: z.array(
        z.strictObject({
          annotation: z.string(),
          reason: z.enum(['Edited', 'NotOurs', 'NotRestorable', 'Wider']),
        }),
      ),
      message: z.string().min(1).optional(),
    }),
  ),
  counts: z.strictObject({
    restored: z.int(),
    deleted: z.int(),
    refused: z.int(),
    otherInstallation: z.int(),
    leftAlone: z.int(),
    untouched: z.int(),
  }),
});

/** `resume -o json`. */
export const resumeDocument = z.strictObject({
  released: z.boolean(),
  lease: z.strictObject({ namespace: z.string(), name: z.string() }),
});
