import type { Policy } from '../cors/policy.ts';
import type { Grant } from './containment.ts';
import type { Reading } from './dialect.ts';
import { DEFAULT_MAX_AGE, sortedUnique } from './plain-policy.ts';

/**
 * Everything that some readings grant together: what several configurations that answer for one route can grant at most. One
 * without origins adds its credentials and its exposed headers to those of the others; Off when none has any origin, Invalid as
 * soon as one of them is.
 */
export function unionReading(readings: readonly Reading[]): Reading {
  let union: Reading = { kind: 'Off' };
  for (const reading of readings) {
    if (reading.kind === 'Invalid') return reading;
    if (reading.kind === 'On') union = union.kind === 'On' ? unionGrant(union, reading) : reading;
  }
  return union.kind === 'On' && isWithoutOrigins(union) ? { kind: 'Off' } : union;
}

function isWithoutOrigins({ policy, nullOrigin }: Grant): boolean {
  const { any, exact, wildcards, regexes } = policy.origins;
  return !any && !nullOrigin && exact.length + wildcards.length + regexes.length === 0;
}

function unionGrant(left: Grant, right: Grant): Grant {
  const policy = unionPolicy(left.policy, right.policy);
  const unread = left.unread ?? right.unread;
  return {
    kind: 'On',
    policy,
    ...(unread === undefined ? {} : { unread }),
    anyOrigin: unionAnyOrigin(left, right, policy),
    nullOrigin: left.nullOrigin || right.nullOrigin,
  };
}

function unionPolicy(left: Policy, right: Policy): Policy {
  return {
    origins: {
      any: left.origins.any || right.origins.any,
      exact: sortedUnique([...left.origins.exact, ...right.origins.exact]),
      wildcards: [...left.origins.wildcards, ...right.origins.wildcards],
      regexes: sortedUnique([...left.origins.regexes, ...right.origins.regexes]),
    },
    allowMethods: sortedUnique([...left.allowMethods, ...right.allowMethods]),
    allowHeaders: sortedUnique([...left.allowHeaders, ...right.allowHeaders]),
    exposeHeaders: sortedUnique([...left.exposeHeaders, ...right.exposeHeaders]),
    allowCredentials: left.allowCredentials || right.allowCredentials,
    maxAge: Math.max(left.maxAge ?? DEFAULT_MAX_AGE, right.maxAge ?? DEFAULT_MAX_AGE),
  };
}

/** A star beside credentials of another part counts as an echo: one value cannot say which origins get which of them. */
function unionAnyOrigin(left: Grant, right: Grant, policy: Policy): Grant['anyOrigin'] {
  if (!policy.origins.any) return 'No';
  return left.anyOrigin === 'Echo' || right.anyOrigin === 'Echo' || policy.allowCredentials ? 'Echo' : 'Star';
}
