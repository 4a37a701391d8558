import { type Decision, fillTemplate, REFUSALS } from './answer.ts';
import type { CompiledPolicy } from './compiled-policy.ts';
import { matchOrigin } from './matcher.ts';
import { isSafelistedMethod } from './method.ts';
import { type CorsRequest, isPreflight } from './request.ts';
import { type HeaderFinding, judgeHeaders, requestedNames } from './requested-headers.ts';
import { isToken } from './token.ts';

export type { Decision } from './answer.ts';

/**
 * Decides a request: what a preflight is answered with, and which headers the answer to an actual request gets.
 *
 * Total: no request makes it throw, and equal requests get equal answers. Why is told by `explainDecision`.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function decide(policy: CompiledPolicy, request: CorsRequest): Decision {
  return isPreflight(request) ? decidePreflight(policy, request) : decideActual(policy, request.origin);
}

/** Decides a request for which no policy may be asked, because there is none or it is too old: nothing is granted. */
export function decideNothing(request: CorsRequest): Decision {
  return isPreflight(request) ? REFUSALS.preflight : REFUSALS.actual;
}

/** Whether a policy lets an origin in; undefined is a request without one. */
export function isOriginGranted(policy: CompiledPolicy, origin: string | undefined): boolean {
  if (policy.grants === 'Matching') return origin !== undefined && matchOrigin(policy.matcher, origin);
  return policy.grants === 'Everyone';
}

/** Whether a policy lets a method through; with credentials `*` is echoed, and a star may not be. */
export function isMethodGranted({ methods }: CompiledPolicy, method: string): boolean {
  if (isSafelistedMethod(method)) return true;
  if (methods.kind === 'Listed') return methods.names.has(method);
  return isToken(method) && (methods.kind === 'Wildcard' || method !== '*');
}

/** Judges the requested header names; none is as good as all covered. */
export function judgeRequestedHeaders(policy: CompiledPolicy, value: string | undefined): HeaderFinding {
  return value === undefined ? 'Covered' : judgeHeaders(policy.headers, value);
}

function decidePreflight(policy: CompiledPolicy, request: CorsRequest): Decision {
  const { answers } = policy;
  const origin = request.origin ?? '';
  const method = request.requestMethod ?? '';
  if (!isOriginGranted(policy, origin) || !isMethodGranted(policy, method)) return answers.refusals.preflight;
  if (judgeRequestedHeaders(policy, request.requestHeaders) !== 'Covered') return answers.refusals.preflight;
  if (answers.constant !== undefined) return answers.constant.preflight;
  const names = policy.headers.kind === 'Echo' ? requestedNames(request.requestHeaders ?? '').join(', ') : '';
  const form = names === '' ? answers.preflightWithoutNames : answers.preflight;
  return { kind: 'preflight', granted: true, status: 204, headers: fillTemplate(form, origin, method, names) };
}

function decideActual(policy: CompiledPolicy, origin: string | undefined): Decision {
  const { answers } = policy;
  if (answers.constant !== undefined) return answers.constant.actual;
  if (origin === undefined || !isOriginGranted(policy, origin)) return answers.refusals.actual;
  return { kind: 'actual', granted: true, status: undefined, headers: fillTemplate(answers.actual, origin, '', '') };
}
