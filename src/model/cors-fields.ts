import { z } from 'zod';
import { MAX_ORIGIN_LENGTH } from '../cors/origin-shape.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import {
  EXPOSE_RULES,
  HEADER_RULES,
  METHOD_RULES,
  ORIGIN_PATTERN,
  ORIGIN_RULES,
  REGEX_RULES,
  TOKEN_PATTERN,
} from './schema/cel-rules.ts';
import { atomicList, boundedText, described, objectName } from './schema/field-schema.ts';

/** Most entries of each list, and the longest entry; the same in every kind. */
export const FIELD_BOUNDS = {
  allowOrigins: { entries: 1024, length: MAX_ORIGIN_LENGTH },
  allowOriginRegexes: { entries: 64, length: 1024 },
  allowOriginsFrom: { entries: 32, length: 0 },
  allowMethods: { entries: 32, length: 64 },
  allowHeaders: { entries: 128, length: 128 },
  exposeHeaders: { entries: 128, length: 128 },
} as const;

/** Longest time in seconds that a preflight's answer may be kept. */
export const MAX_MAX_AGE = 86_400;

function entry(list: keyof typeof FIELD_BOUNDS, extras: Parameters<typeof described>[1]): z.ZodString {
  const { description: _, ...meta } = described('', { ...extras, minLength: 1 });
  return boundedText(FIELD_BOUNDS[list].length, meta);
}

const originsFrom = z
  .strictObject({
    configMapKeyRef: z
      .strictObject({
        name: objectName('Name of the ConfigMap.'),
        key: z
          .string()
          .min(1, { abort: true })
          .max(253, { abort: true })
          .regex(/^[-._a-zA-Z0-9]+$/, 'is not a key; write letters, digits, "-", "_" and "."')
          .meta({ description: 'Key whose value holds one origin or wildcard a line; `#` starts a comment.' }),
      })
      .meta(described('One key of a ConfigMap with the label `cors-operator.dev/origins: "true"`.')),
  })
  .meta(described('Where more origins are listed.'));

/** More `allowOrigins` in a ConfigMap. */
export type OriginsFrom = DeepReadonly<z.output<typeof originsFrom>>;

/** The lists of origins, without defaults; `of` says for whom. */
export const originLists = {
  allowOrigins: (description: string) =>
    atomicList(
      entry('allowOrigins', { pattern: ORIGIN_PATTERN, rules: ORIGIN_RULES }),
      { max: FIELD_BOUNDS.allowOrigins.entries },
      described(description),
    ),
  allowOriginRegexes: (description: string) =>
    atomicList(
      entry('allowOriginRegexes', { rules: REGEX_RULES }),
      { max: FIELD_BOUNDS.allowOriginRegexes.entries },
      described(description),
    ),
  allowOriginsFrom: (description: string) =>
    atomicList(originsFrom, { max: FIELD_BOUNDS.allowOriginsFrom.entries }, described(description)),
};

/** The lists of names, without defaults. */
export const nameLists = {
  allowMethods: (description: string) =>
    atomicList(
      entry('allowMethods', { pattern: TOKEN_PATTERN, rules: METHOD_RULES }),
      { max: FIELD_BOUNDS.allowMethods.entries },
      described(description),
    ),
  allowHeaders: (description: string) =>
    atomicList(
      entry('allowHeaders', { pattern: TOKEN_PATTERN, rules: HEADER_RULES }),
      { max: FIELD_BOUNDS.allowHeaders.entries },
      described(description),
    ),
  exposeHeaders: (description: string) =>
    atomicList(
      entry('exposeHeaders', { pattern: TOKEN_PATTERN, rules: EXPOSE_RULES }),
      { max: FIELD_BOUNDS.exposeHeaders.entries },
      described(description),
    ),
};

/** `wildcardDepth`, with its default. */
export function wildcardDepth() {
  return z
    .enum(['Any', 'Single'])
    .meta(
      described(
        'What `*.` in an origin stands for: one or more labels (`Any`, the default), or exactly one (`Single`).',
      ),
    )
    .default('Any');
}

/** `maxAge`. */
export function maxAge(description: string) {
  return z.int().min(0).max(MAX_MAX_AGE).meta(described(description)).optional();
}

/** The fields that say what browsers may do; the same in CorsPolicy and in a ClusterCorsPolicy's default. */
export const corsFieldsShape = {
  allowOrigins: originLists
    .allowOrigins(
      'Origins whose scripts may read responses: exact (`https://app.example.com`), `scheme://*.base[:port]`, or `*` for every origin. At most 1024; default: none.',
    )
    .default([]),
  allowOriginRegexes: originLists
    .allowOriginRegexes(
      'Regular expressions in RE2 syntax, each matched against the whole origin. At most 64; default: none.',
    )
    .default([]),
  allowOriginsFrom: originLists
    .allowOriginsFrom('ConfigMaps that list more origins, one a line, for long lists. At most 32; default: none.')
    .default([]),
  wildcardDepth: wildcardDepth(),
  allowMethods: nameLists
    .allowMethods(
      'Methods that scripts may use besides GET, HEAD and POST, which are always allowed; `*` allows all. At most 32; default: none.',
    )
    .default([]),
  allowHeaders: nameLists
    .allowHeaders(
      'Request headers that scripts may set. `*` allows all; without credentials it does not cover Authorization, which may be listed beside it. At most 128; default: none.',
    )
    .default([]),
  exposeHeaders: nameLists
    .exposeHeaders(
      'Response headers that scripts may read besides the safelisted ones; `*` (without credentials) exposes all. At most 128; default: none.',
    )
    .default([]),
  allowCredentials: z
    .boolean()
    .meta(
      described(
        'Whether requests with cookies, HTTP authentication or client certificates are allowed. Default: false.',
      ),
    )
    .default(false),
  maxAge: maxAge(
    'How long a browser may keep the answer to a preflight, in seconds, 0 to 86400; 0 forbids keeping. Default: absent, browsers keep it for 5 seconds.',
  ),
};

const corsFields = z.strictObject(corsFieldsShape);

/** The fields that say what browsers may do, defaults filled in. */
export type CorsFields = DeepReadonly<z.output<typeof corsFields>>;
