import { printWildcard } from '../cors/origin-pattern.ts';
import type { Policy } from '../cors/policy.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Route } from '../model/route.ts';
import type { LossCode } from '../model/route-reason.ts';
import type { ClassSpeech } from './class-speech.ts';
import { type Excess, firstExcess, type Grant, grantOf } from './containment.ts';
import type { Expression } from './dialect.ts';
import { noChanges, type TargetChanges } from './plan.ts';
import { storedTarget } from './stored-target.ts';

/** What is to be proved: that a route which holds an expression does what its policy says. */
export type Claim = {
  readonly speech: Extract<ClassSpeech, { ok: true }>;
  readonly route: Route;
  /** A plain one. */
  readonly policy: Policy;
  readonly expression: Extract<Expression, { ok: true }>;
};

/**
 * Proves what is about to be written: it passes the controller's own grammar, and read back it grants what the policy grants,
 * neither more nor less but for the losses that were declared. A mistake in a dialect then narrows, it never widens.
 *
 * What was proved once is not proved again for the next route that gets the very same values.
 *
 * @returns why not, in words; undefined when it is proved
 */
export function createProver(): (claim: Claim) => string | undefined {
  const proved = new WeakSet<object>();
  return (claim) => {
    const { expression } = claim;
    const { changes, owned } = expression;
    if (proved.has(expression)) return undefined;
    const parts = partsOf(changes, owned);
    if (parts.length > 0 && parts.every((part) => proved.has(part))) return entryViolation(claim);
    const problem = firstViolation(claim, changes, owned) ?? readBack(claim);
    if (problem !== undefined) return problem;
    for (const part of [...parts, expression]) proved.add(part);
    return undefined;
  };
}

/** The values that do not depend on the route; list entries do, and are looked at each time. */
function partsOf(changes: TargetChanges, owned: readonly KubernetesObject[]): readonly object[] {
  const parts: object[] = [];
  for (const { filter } of changes.filters) if (filter !== null) parts.push(filter);
  for (const { spec } of owned) if (typeof spec === 'object' && spec !== null) parts.push(spec);
  if (changes.annotations !== noChanges.annotations) parts.push(changes.annotations);
  return parts;
}

function entryViolation(claim: Claim): string | undefined {
  const { listEntries } = claim.expression.changes;
  return listEntries.length === 0 ? undefined : firstViolation(claim, { ...noChanges, listEntries }, []);
}

function firstViolation(claim: Claim, changes: TargetChanges, owned: readonly KubernetesObject[]): string | undefined {
  const [violation] = claim.speech.dialect.violations(changes, owned);
  return violation === undefined ? undefined : `${claim.speech.dialect.name} would not take "${violation}"`;
}

function readBack(claim: Claim): string | undefined {
  const { speech, route, policy, expression } = claim;
  const object = storedTarget(route.object, [{ changes: expression.changes }]);
  const reading = speech.speaker.read({ ...route, object }, expression.owned);
  if (reading.kind === 'Invalid') return reading.message;
  if (reading.kind === 'Off') return 'read back, it grants nothing';
  const losses = new Set(expression.losses.map((loss) => loss.code));
  const wider = firstExcess(withoutMinimum(reading, policy, losses), policy);
  if (wider !== undefined)
    return `read back, it grants more ${wider} than the policy, as in ${witness(reading, wider)}`;
  const narrower = firstExcess(grantOf(policy), reading.policy);
  return narrower === undefined || isDeclared(narrower, losses) ? undefined : `read back, it grants fewer ${narrower}`;
}

/** Where 0 cannot be written, 1 is. */
function withoutMinimum(reading: Grant, policy: Policy, losses: ReadonlySet<LossCode>): Grant {
  if (!losses.has('MinimumMaxAge') || reading.policy.maxAge !== 1) return reading;
  return { ...reading, policy: { ...reading.policy, maxAge: policy.maxAge } };
}

function isDeclared(narrower: Excess, losses: ReadonlySet<LossCode>): boolean {
  if (narrower === 'methods') return losses.has('EnumeratedMethods');
  return narrower === 'request headers' && losses.has('AuthorizationNotCovered');
}

function witness(reading: Grant, excess: Excess): string {
  const { origins, allowMethods, allowHeaders, exposeHeaders, maxAge } = reading.policy;
  const words: Readonly<Record<Excess, readonly string[]>> = {
    origins: [...origins.exact, ...origins.wildcards.map(printWildcard), ...origins.regexes],
    methods: allowMethods,
    'request headers': allowHeaders,
    'exposed headers': exposeHeaders,
    credentials: ['Access-Control-Allow-Credentials'],
    maxAge: [String(maxAge)],
  };
  return words[excess].slice(0, 3).join(', ');
}
