import type { Policy } from '../cors/policy.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { remembered } from '../model/remembered.ts';
import type { Route } from '../model/route.ts';
import type { Loss, LossCode } from '../model/route-reason.ts';
import type { ClassSpeech } from './class-speech.ts';
import { firstOverreach, grantOf, isSameGrant, type Overreach } from './containment.ts';
import type { Expression, Reading } from './dialect.ts';
import { BROWSER_METHODS } from './plain-policy.ts';
import { noChanges, type TargetChanges } from './plan.ts';
import type { ProofMemory } from './proof-memory.ts';
import { storedTarget } from './stored-target.ts';

/** What is to be proved: that a route which holds an expression does what its policy says. */
export type Claim = {
  readonly speech: Extract<ClassSpeech, { ok: true }>;
  readonly route: Route;
  /** A plain one. */
  readonly policy: Policy;
  readonly expression: Extract<Expression, { ok: true }>;
};

/** @returns why not, in words, with what shows it; undefined when it is proved */
export type Prover = (claim: Claim) => string | undefined;

/**
 * Makes a prover of what is about to be written: it passes the controller's own grammar, and read back beside everything else
 * that stands on the route it grants what the policy grants, neither more nor less but for the losses that were declared. A
 * mistake in a dialect then narrows, it never widens.
 *
 * Every route is read back. What is equal is proved once, in this evaluation and in those that share the memory.
 */
export function createProver(memory: ProofMemory): Prover {
  const grammarProblem = createGrammarCheck(memory);
  const readBack = createReader();
  const difference = createComparison(memory);
  return (claim) => {
    const problem = strayFilter(claim) ?? grammarProblem(claim);
    if (problem !== undefined) return problem;
    for (const reading of readBack(claim)) {
      const found = difference(reading, claim);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Other rules of its object are other routes. */
function strayFilter({ route, expression }: Claim): string | undefined {
  const stray = expression.changes.filters.find(({ rule }) => !route.rules.includes(rule));
  return stray === undefined ? undefined : `it would change spec.rules[${stray.rule}], which is no rule of this route`;
}

function createGrammarCheck(memory: ProofMemory): Prover {
  const writable = new WeakSet<object>();
  return (claim) => {
    const parts = partsOf(claim.expression);
    if (parts.length > 0 && parts.every((part) => writable.has(part))) return entryViolation(claim);
    const problem = valueViolation(claim, memory);
    if (problem !== undefined) return problem;
    for (const part of parts) writable.add(part);
    return entryViolation(claim);
  };
}

/** The values that many routes share; list entries are looked at each time. */
function partsOf({ changes, owned }: Claim['expression']): readonly object[] {
  const parts: object[] = [];
  for (const { filter } of changes.filters) if (filter !== null) parts.push(filter);
  for (const { spec } of owned) if (typeof spec === 'object' && spec !== null) parts.push(spec);
  if (changes.annotations !== noChanges.annotations) parts.push(changes.annotations);
  return parts;
}

function valueViolation({ speech: { dialect }, expression }: Claim, memory: ProofMemory): string | undefined {
  const { changes, owned } = expression;
  const { annotations, filters } = changes;
  const specs = owned.map(({ spec }) => spec);
  const question = `grammar ${JSON.stringify([dialect.name, annotations, filters, specs])}`;
  const values = { ...changes, listEntries: noChanges.listEntries };
  return memory.verdictOf(question, () => firstViolation(dialect, values, owned));
}

function entryViolation({ speech: { dialect }, expression }: Claim): string | undefined {
  const { listEntries } = expression.changes;
  return listEntries.length === 0 ? undefined : firstViolation(dialect, { ...noChanges, listEntries }, []);
}

function firstViolation(
  dialect: Claim['speech']['dialect'],
  changes: TargetChanges,
  owned: readonly KubernetesObject[],
): string | undefined {
  const [violation] = dialect.violations(changes, owned);
  return violation === undefined ? undefined : `${dialect.name} would not take "${violation}"`;
}

/**
 * Reads a route as it would stand, each of its rules: together they could hide that one of them does nothing. Where all that
 * counts is what is written, routes with equal changes are read once.
 */
function createReader(): (claim: Claim) => Iterable<Reading> {
  const bySpeaker = remembered((_: Claim['speech']['speaker']) => new WeakMap<object, Iterable<Reading>>());
  return (claim) => {
    const { speech, expression } = claim;
    const { annotations } = expression.changes;
    if (!isWholly(annotations, claim)) return readStored(claim);
    const known = bySpeaker(speech.speaker);
    const readings = known.get(annotations) ?? readStored(claim);
    known.set(annotations, readings);
    return readings;
  };
}

/** Whether annotations say for every one that the controller looks at what will stand there. */
function isWholly(
  annotations: TargetChanges['annotations'],
  { speech, expression: { changes, owned } }: Claim,
): boolean {
  const { reads } = speech.speaker;
  if (reads === 'Everything' || owned.length + changes.listEntries.length + changes.filters.length > 0) return false;
  for (const annotation of reads) if (annotations[annotation] === undefined) return false;
  return true;
}

function readStored({ speech, route, expression: { changes, owned } }: Claim): Iterable<Reading> {
  const stored = { ...route, object: storedTarget(route.object, [{ changes }]) };
  const parts = route.rules.length > 1 ? route.rules.map((rule) => ({ ...stored, rules: [rule] })) : [stored];
  return new Set(parts.map((part) => speech.speaker.read(part, owned)));
}

/** Compares what is read with what a policy says. */
function createComparison(memory: ProofMemory): (reading: Reading, claim: Claim) => string | undefined {
  const provedBy = remembered((_: Policy) => new WeakMap<readonly Loss[], WeakSet<Reading>>());
  return (reading, { policy, expression: { losses } }) => {
    const known = provedBy(policy);
    const proved = known.get(losses) ?? new WeakSet();
    if (proved.has(reading)) return undefined;
    const problem = isPlainlySame(reading, policy) ? undefined : recalled(reading, policy, losses, memory);
    if (problem === undefined) known.set(losses, proved.add(reading));
    return problem;
  };
}

function isPlainlySame(reading: Reading, policy: Policy): boolean {
  return reading.kind === 'On' && isSameGrant(reading, policy);
}

function recalled(reading: Reading, policy: Policy, losses: readonly Loss[], memory: ProofMemory): string | undefined {
  const codes = losses.map(({ code }) => code);
  const question = `grant ${JSON.stringify([readingText(reading), policy, codes])}`;
  return memory.verdictOf(question, () => comparison(reading, policy, new Set(codes)));
}

/** Without what is sent to the byte, which browsers do not all look at. */
function readingText(reading: Reading): unknown {
  if (reading.kind !== 'On') return reading;
  const { sent: _, ...grant } = reading;
  return grant;
}

function comparison(reading: Reading, policy: Policy, losses: ReadonlySet<LossCode>): string | undefined {
  if (reading.kind === 'Invalid') return reading.message;
  if (reading.kind === 'Off') return 'read back, it grants nothing';
  const wider = firstOverreach(reading, mostOf(policy, losses));
  if (wider !== undefined) return overreachText(wider, 'more');
  const narrower = firstOverreach(grantOf(leastOf(policy, losses)), reading.policy);
  return narrower === undefined ? undefined : overreachText(narrower, 'fewer');
}

/** All that may be granted. Where 0 cannot be written, 1 is; no other loss excuses anything that a policy does not say. */
function mostOf(policy: Policy, losses: ReadonlySet<LossCode>): Policy {
  return losses.has('MinimumMaxAge') && policy.maxAge === 0 ? { ...policy, maxAge: 1 } : policy;
}

/** All that has to be granted: what declared losses leave of a policy. */
function leastOf(policy: Policy, losses: ReadonlySet<LossCode>): Policy {
  const { allowMethods, allowHeaders } = policy;
  const isEnumerated = losses.has('EnumeratedMethods') && allowMethods.includes('*');
  const isShort = losses.has('AuthorizationNotCovered') && allowHeaders.includes('*');
  if (!isEnumerated && !isShort) return policy;
  return {
    ...policy,
    allowMethods: isEnumerated ? BROWSER_METHODS : allowMethods,
    allowHeaders: isShort ? ['*'] : allowHeaders,
  };
}

function overreachText({ part, witness, unproven }: Overreach, extent: 'more' | 'fewer'): string {
  const what = `read back, it grants ${extent} ${part} than the policy`;
  if (unproven === undefined) return `${what}, as in ${witness}`;
  return `${what}, for all that can be proved about ${witness} in the steps there are`;
}
