import { compileContainer, containsEntry, type OriginEntry, POLICY_STEPS } from '../analysis/origin-containment.ts';
import { isSafelistedResponseHeaderName, lowerCaseName } from '../cors/header-name.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import { isSafelistedMethod, normalizeMethod } from '../cors/method.ts';
import type { OriginSet, Policy } from '../cors/policy.ts';
import { indexWildcards, isInsideWildcards } from '../resolve/wildcard-containment.ts';
import type { Reading } from './dialect.ts';
import { DEFAULT_MAX_AGE } from './plain-policy.ts';

/** What a controller grants, or a policy. */
export type Grant = Extract<Reading, { kind: 'On' }>;

/** The parts in which a grant can exceed a policy. */
export type Excess = 'origins' | 'methods' | 'request headers' | 'exposed headers' | 'credentials' | 'maxAge';

/**
 * Where a grant exceeds a policy, the first part found; undefined when it lies inside.
 *
 * Entries are compared with entries first, and an exact origin with the policy's matcher; what that does not show, automata
 * decide. What they cannot prove within their budget counts as outside.
 */
export function firstExcess(grant: Grant, policy: Policy): Excess | undefined {
  if (grant.policy.allowCredentials && !policy.allowCredentials) return 'credentials';
  if (!isOriginsInside(grant, policy)) return 'origins';
  if (!isMethodsInside(grant.policy, policy)) return 'methods';
  if (!isHeadersInside(grant.policy, policy)) return 'request headers';
  if (!isExposedInside(grant.policy, policy)) return 'exposed headers';
  return (grant.policy.maxAge ?? DEFAULT_MAX_AGE) > (policy.maxAge ?? DEFAULT_MAX_AGE) ? 'maxAge' : undefined;
}

/** A policy as the grant it makes. */
export function grantOf(policy: Policy): Grant {
  return { kind: 'On', policy, anyOrigin: policy.origins.any ? 'Star' : 'No', nullOrigin: false };
}

function isOriginsInside(grant: Grant, policy: Policy): boolean {
  const origins = grant.policy.origins;
  if (policy.origins.any) return !policy.allowCredentials;
  if (origins.any || grant.anyOrigin !== 'No' || grant.nullOrigin) return false;
  return isExactInside(origins.exact, policy.origins) && isPatternsInside(origins, policy.origins);
}

function isPatternsInside({ wildcards, regexes }: OriginSet, ceiling: OriginSet): boolean {
  const index = indexWildcards(ceiling.wildcards);
  const doubtful: readonly OriginEntry[] = [
    ...wildcards
      .filter((wildcard) => !isInsideWildcards(index, wildcard))
      .map((wildcard): OriginEntry => ({ kind: 'wildcard', wildcard })),
    ...regexes
      .filter((source) => !ceiling.regexes.includes(source))
      .map((source): OriginEntry => ({ kind: 'regex', source })),
  ];
  if (doubtful.length === 0) return true;
  const [container, budget] = [compileContainer(ceiling), { left: POLICY_STEPS }];
  return doubtful.every((entry) => containsEntry(container, entry, budget).kind === 'Inside');
}

function isExactInside(exact: readonly string[], ceiling: OriginSet): boolean {
  const known = new Set(ceiling.exact);
  const unknown = exact.filter((origin) => !known.has(origin));
  if (unknown.length === 0) return true;
  const matcher = compileMatcher(ceiling);
  return unknown.every((origin) => matchOrigin(matcher, origin));
}

function isMethodsInside(granted: Policy, policy: Policy): boolean {
  if (isSameList(granted.allowMethods, policy.allowMethods)) return true;
  const allowed = new Set(policy.allowMethods.map(normalizeMethod));
  if (allowed.has('*')) return true;
  return granted.allowMethods.every((method) => isSafelistedMethod(method) || allowed.has(method));
}

/** Without credentials `*` leaves Authorization out; with them it does not. */
function isHeadersInside(granted: Policy, policy: Policy): boolean {
  const isSameMode = granted.allowCredentials === policy.allowCredentials;
  if (isSameMode && isSameList(granted.allowHeaders, policy.allowHeaders)) return true;
  const allowed = new Set(policy.allowHeaders.map(lowerCaseName));
  const isEverything = allowed.has('*');
  return granted.allowHeaders.map(lowerCaseName).every((name) => {
    if (name === '*' && granted.allowCredentials) return isEverything;
    const isCovered = isEverything && (name !== 'authorization' || policy.allowCredentials);
    return isCovered || allowed.has(name);
  });
}

function isExposedInside(granted: Policy, policy: Policy): boolean {
  if (granted.exposeHeaders.length === 0) return true;
  const allowed = new Set(policy.exposeHeaders.map(lowerCaseName));
  if (allowed.has('*') && !policy.allowCredentials) return true;
  return granted.exposeHeaders
    .map(lowerCaseName)
    .every((name) => allowed.has(name) || isSafelistedResponseHeaderName(name));
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
