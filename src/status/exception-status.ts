import { exceptionSpan } from '../model/cors-exception.ts';
import type { Issue } from '../model/issue.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import { invalidMessage } from './acceptance.ts';
import { type Condition, conditionsOf, type Finding, nameSome } from './condition.ts';
import { type ExceptionStanding, type PolicyStanding, policiesIn } from './exception-standing.ts';
import { refText } from './planned-route.ts';
import { readiness } from './readiness.ts';

/** `status` of a CorsException, without transition times. */
export type ExceptionStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  /** How long until it expires, roughly, so that the status moves seldom; absent for an invalid one. */
  readonly expiresIn?: string;
  /** Policies for which something is in force by it; absent for an invalid one. */
  readonly usedBy?: readonly { readonly namespace: string; readonly name: string }[];
};

/** What is found out about an exception beside its own fields. */
export type ExceptionFindings = {
  /** What is wrong with `spec.expiresAt` by now. */
  readonly expiry: readonly Issue[];
  readonly standing: ExceptionStanding;
};

/**
 * What the status of a CorsException says.
 *
 * @param now milliseconds since 1970
 */
export function exceptionStatus(
  exception: ExceptionObject,
  { expiry, standing }: ExceptionFindings,
  now: number,
): ExceptionStatus {
  const { generation, spec } = exception;
  const wrong = [...exception.issues, ...expiry].filter(({ severity }) => severity === 'error');
  const isValid = spec !== undefined && wrong.length === 0;
  const findings = isValid
    ? [acceptance(spec, standing), activity(spec, standing)]
    : [refused('Accepted', 'Invalid', invalidMessage(wrong)), inactive(spec, now)];
  const conditions = conditionsOf(generation, [...findings, readiness(findings)]);
  const status = { observedGeneration: generation, conditions };
  if (spec === undefined) return status;
  const usedBy = isValid ? policiesIn(standing, 'Used').map(({ namespace, name }) => ({ namespace, name })) : [];
  return { ...status, expiresIn: expiresIn(exceptionSpan(spec).end - now), usedBy };
}

/** Why an exception does nothing below its guardrail, one sentence; undefined when it may do something. */
export function guardrailObstacle(spec: Spec, { guardrail }: ExceptionStanding): string | undefined {
  const { name } = spec.guardrailRef;
  switch (guardrail) {
    case 'Valid':
      return undefined;
    case 'None':
      return `there is no ClusterCorsPolicy ${name} with a guardrail, so that the exception does nothing: mend the name`;
    case 'Broken':
      return `the guardrail ${name} is not valid, so that nothing is allowed beyond it until it is mended`;
  }
}

/** Names of policies of exceptions, and why an exception does nothing for them. */
export function policyWords({ namespace, name }: PolicyStanding): string {
  return refText({ kind: 'CorsPolicy', namespace, name });
}

type Spec = NonNullable<ExceptionObject['spec']>;

const HOUR = 3_600_000;

/** Upper bounds in milliseconds. */
const BUCKETS: readonly (readonly [bound: number, text: string])[] = [
  [0, 'expired'],
  [HOUR, 'under 1 hour'],
  [24 * HOUR, 'under 1 day'],
  [7 * 24 * HOUR, 'under 7 days'],
  [30 * 24 * HOUR, 'under 30 days'],
];

function expiresIn(milliseconds: number): string {
  return BUCKETS.find(([bound]) => milliseconds <= bound)?.[1] ?? '30 days or more';
}

function acceptance(spec: Spec, standing: ExceptionStanding): Finding {
  const obstacle = standing.guardrail === 'None' ? guardrailObstacle(spec, standing) : undefined;
  if (obstacle !== undefined) return refused('Accepted', 'TargetNotFound', obstacle);
  const conflicted = policiesIn(standing, 'Conflicted');
  if (conflicted.length > 0) {
    const told = nameSome(conflicted, (each) => `${policyWords(each)} (CorsException ${each.winner})`);
    return refused('Accepted', 'Conflicted', `an older exception applies to ${told}`);
  }
  const missing = policiesIn(standing, 'Missing');
  if (missing.length > 0) {
    return refused('Accepted', 'TargetNotFound', `there is no ${nameSome(missing, policyWords)}`);
  }
  return { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'valid' };
}

function activity(spec: Spec, standing: ExceptionStanding): Finding {
  const obstacle = guardrailObstacle(spec, standing);
  if (obstacle !== undefined) return refused('Active', 'ExceptionInactive', obstacle);
  const [used, unused] = [policiesIn(standing, 'Used'), policiesIn(standing, 'Unused')];
  if (used.length + unused.length === 0) {
    const message = `it applies to no policy that the guardrail ${spec.guardrailRef.name} governs`;
    return refused('Active', 'ExceptionInactive', message);
  }
  const idle = unused.length === 0 ? '' : `${nameSome(unused, policyWords)} lies inside the guardrail without it`;
  const busy = used.length === 0 ? '' : `something is in force by it for ${nameSome(used, policyWords)}`;
  const message = [busy, idle].filter((text) => text !== '').join('; ');
  return { type: 'Active', status: 'True', reason: 'Active', message };
}

function inactive(spec: Spec | undefined, now: number): Finding {
  if (spec !== undefined && exceptionSpan(spec).end <= now) {
    return refused('Active', 'Expired', `it ended at ${spec.expiresAt} and does nothing any more`);
  }
  return refused('Active', 'ExceptionInactive', 'it is not valid, and does nothing');
}

function refused(type: 'Accepted' | 'Active', reason: Finding['reason'], message: string): Finding {
  return { type, status: 'False', reason, message };
}
