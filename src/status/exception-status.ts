import { creationTime } from '../model/creation-time.ts';
import type { Issue } from '../model/issue.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import { invalidMessage } from './acceptance.ts';
import { type Condition, conditionsOf, type Finding } from './condition.ts';
import { readiness } from './readiness.ts';

/** `status` of a CorsException, without transition times. */
export type ExceptionStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  /** How long until it expires, roughly, so that the status moves seldom; absent for an invalid one. */
  readonly expiresIn?: string;
};

/** Why an exception does not act, in conditions and issues. */
export const INACTIVE_MESSAGE =
  'exceptions do not act in this version: guardrails hold as if it were not there, which allows less';

/**
 * What the status of a CorsException says.
 *
 * @param expiry what is wrong with `spec.expiresAt` by now
 * @param now milliseconds since 1970
 */
export function exceptionStatus(exception: ExceptionObject, expiry: readonly Issue[], now: number): ExceptionStatus {
  const { generation, spec } = exception;
  const findings = [acceptance(exception, expiry), INACTIVE];
  const conditions = conditionsOf(generation, [...findings, readiness(findings)]);
  const status = { observedGeneration: generation, conditions };
  return spec === undefined ? status : { ...status, expiresIn: expiresIn(creationTime(spec.expiresAt) - now) };
}

const INACTIVE: Finding = { type: 'Active', status: 'False', reason: 'ExceptionInactive', message: INACTIVE_MESSAGE };

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

function acceptance({ spec, issues }: ExceptionObject, expiry: readonly Issue[]): Finding {
  const wrong = [...issues, ...expiry].filter(({ severity }) => severity === 'error');
  if (spec !== undefined && wrong.length === 0) {
    return { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'valid' };
  }
  return { type: 'Accepted', status: 'False', reason: 'Invalid', message: invalidMessage(wrong) };
}
