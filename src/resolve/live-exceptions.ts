import { exceptionSpan } from '../model/cors-exception.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import type { Ceiling } from './confinement.ts';
import { type CeilingWidening, widenCeiling } from './exceptional-ceiling.ts';
import { sortBySeniority } from './seniority.ts';

/** An exception that parses. */
export type ValidException = ExceptionObject & { readonly spec: NonNullable<ExceptionObject['spec']> };

/** The exceptions of an input at one moment. */
export type LiveExceptions = {
  /** The one that applies to a policy: the oldest that is live, then the first by name. */
  readonly liveFor: (policy: ObjectRef) => ValidException | undefined;
  /** The ceilings of a namespace for one policy: that of the guardrail which its exception names is wider. */
  readonly ceilingsFor: (policy: ObjectRef, ceilings: readonly Ceiling[]) => readonly Ceiling[];
};

/**
 * Sorts out which exception applies to which policy. Those that are not valid, have ended or end too far ahead do nothing and
 * keep no other away.
 *
 * @param now milliseconds since 1970
 * @param widening ceilings that were made wider before
 */
export function liveExceptions(
  exceptions: readonly ExceptionObject[],
  now: number,
  widening: CeilingWidening = new WeakMap(),
): LiveExceptions {
  if (exceptions.length === 0) return NO_EXCEPTIONS;
  const valid = sortBySeniority(exceptions.filter(isValid), ({ ref, creationTimestamp }) => ({
    namespace: '',
    name: ref.name,
    creationTimestamp,
  }));
  const live = byPolicy(valid.filter(({ spec }) => isLive(spec, now)));
  const ended = byPolicy(valid.filter(({ spec }) => exceptionSpan(spec).end <= now));
  return {
    liveFor: (policy) => (policy.kind === 'CorsPolicy' ? live.get(policyKey(policy))?.[0] : undefined),
    ceilingsFor(policy, ceilings) {
      if (policy.kind !== 'CorsPolicy') return ceilings;
      const key = policyKey(policy);
      const [exception] = live.get(key) ?? [];
      const former = ended.get(key);
      if (exception === undefined && former === undefined) return ceilings;
      return ceilings.map((ceiling) => withExceptions(ceiling, { exception, former, widening }));
    },
  };
}

/**
 * The next moment at which time alone changes for some policies which exception applies to them: one begins, or ends.
 *
 * @param isNamed whether a policy counts, by namespace and name
 * @returns milliseconds since 1970, later than now; undefined when there is none
 */
export function nextExceptionChange(
  exceptions: readonly ExceptionObject[],
  now: number,
  isNamed: (policy: PolicyName) => boolean = () => true,
): number | undefined {
  const moments = exceptions.flatMap(({ spec }) => {
    if (spec === undefined || !spec.policyRefs.some(isNamed)) return [];
    const { begin, end } = exceptionSpan(spec);
    return [begin, end].filter((at) => at > now);
  });
  return moments.length === 0 ? undefined : moments.reduce((first, at) => Math.min(first, at));
}

/** A CorsPolicy. */
export type PolicyName = { readonly namespace: string; readonly name: string };

const NO_EXCEPTIONS: LiveExceptions = { liveFor: () => undefined, ceilingsFor: (_, ceilings) => ceilings };

function isValid(exception: ExceptionObject): exception is ValidException {
  return exception.spec !== undefined;
}

function isLive(spec: ValidException['spec'], now: number): boolean {
  const { begin, end } = exceptionSpan(spec);
  return begin <= now && now < end;
}

/** Exceptions of each policy, in their order. */
function byPolicy(exceptions: readonly ValidException[]): ReadonlyMap<string, readonly ValidException[]> {
  const found = new Map<string, ValidException[]>();
  for (const exception of exceptions) {
    for (const ref of exception.spec.policyRefs) {
      const key = policyKey(ref);
      const list = found.get(key) ?? [];
      found.set(key, list);
      list.push(exception);
    }
  }
  return found;
}

function policyKey({ namespace, name }: { readonly namespace?: string | undefined; readonly name: string }): string {
  return `${namespace ?? ''}/${name}`;
}

type Exceptions = {
  readonly exception: ValidException | undefined;
  /** Those that have ended. */
  readonly former: readonly ValidException[] | undefined;
  readonly widening: CeilingWidening;
};

function withExceptions(ceiling: Ceiling, { exception, former, widening }: Exceptions): Ceiling {
  const isNamed = (each: ValidException): boolean => each.spec.guardrailRef.name === ceiling.policy.name;
  if (ceiling.origins.kind === 'Nothing') {
    const lapsed = former?.find(isNamed);
    return lapsed === undefined ? ceiling : { ...ceiling, lapsed: lapsed.ref };
  }
  return exception !== undefined && isNamed(exception) ? widenCeiling(ceiling, exception, widening) : ceiling;
}
