import { compileContainer, containsEntry, type OriginEntry, POLICY_STEPS } from '../analysis/origin-containment.ts';
import { isSafelistedResponseHeaderName, lowerCaseName } from '../cors/header-name.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import { isSafelistedMethod, normalizeMethod } from '../cors/method.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../cors/policy.ts';
import { indexWildcards, isInsideWildcards, wildcardText } from '../resolve/wildcard-containment.ts';
import type { Reading } from './dialect.ts';
import { DEFAULT_MAX_AGE } from './plain-policy.ts';

/** What a controller grants, or a policy. */
export type Grant = Extract<Reading, { kind: 'On' }>;

/** The parts in which a grant can exceed a policy. */
export type Excess = 'origins' | 'methods' | 'request headers' | 'exposed headers' | 'credentials' | 'maxAge';

/** A part in which a grant exceeds a policy, and what shows it. */
export type Overreach = {
  readonly part: Excess;
  /**
   * An origin that is granted and should not be, as a browser would send it; a method or the name of a header; the seconds; for
   * credentials the header. What could not be proved: the entry.
   */
  readonly witness: string;
  /** Present when it was too complex to be decided, and counts as outside for that. */
  readonly unproven?: true;
};

/** Where a grant exceeds a policy, the first part found; undefined when it lies inside. */
export function firstExcess(grant: Grant, policy: Policy): Excess | undefined {
  return firstOverreach(grant, policy)?.part;
}

/**
 * Where a grant exceeds a policy, the first part found, and what shows it; undefined when it lies inside.
 *
 * Entries are compared with entries first, and an exact origin with the policy's matcher; what that does not show, automata
 * decide. What they cannot prove within their budget counts as outside.
 */
export function firstOverreach(grant: Grant, policy: Policy): Overreach | undefined {
  const { policy: granted } = grant;
  if (granted.allowCredentials && !policy.allowCredentials) return { part: 'credentials', witness: CREDENTIALS };
  const origin = originOutside(grant, policy);
  if (origin !== undefined) return { part: 'origins', ...origin };
  const method = methodOutside(granted, policy);
  if (method !== undefined) return { part: 'methods', witness: method };
  const header = headerOutside(granted, policy);
  if (header !== undefined) return { part: 'request headers', witness: header };
  const exposed = exposedOutside(granted, policy);
  if (exposed !== undefined) return { part: 'exposed headers', witness: exposed };
  const seconds = granted.maxAge ?? DEFAULT_MAX_AGE;
  return seconds > (policy.maxAge ?? DEFAULT_MAX_AGE) ? { part: 'maxAge', witness: String(seconds) } : undefined;
}

/** Whether a grant says what a policy says, entry by entry: the quick proof that nothing exceeds anything. */
export function isSameGrant({ policy: granted, anyOrigin, nullOrigin, unread }: Grant, policy: Policy): boolean {
  if (nullOrigin || unread !== undefined || granted.origins.any || policy.origins.any || anyOrigin !== 'No')
    return false;
  return (
    granted.allowCredentials === policy.allowCredentials &&
    (granted.maxAge ?? DEFAULT_MAX_AGE) === (policy.maxAge ?? DEFAULT_MAX_AGE) &&
    isSameList(granted.origins.exact, policy.origins.exact) &&
    hasSamePatterns(granted.origins, policy.origins) &&
    isSameList(granted.allowMethods, policy.allowMethods) &&
    isSameList(granted.allowHeaders, policy.allowHeaders) &&
    isSameList(granted.exposeHeaders, policy.exposeHeaders)
  );
}

/** A policy as the grant it makes. */
export function grantOf(policy: Policy): Grant {
  return { kind: 'On', policy, anyOrigin: policy.origins.any ? 'Star' : 'No', nullOrigin: false };
}

const CREDENTIALS = 'Access-Control-Allow-Credentials: true';

/** What no list of origins covers, and a star does. */
const NULL = 'null';

type Outside = Pick<Overreach, 'witness' | 'unproven'>;

function originOutside(grant: Grant, policy: Policy): Outside | undefined {
  const { origins } = grant.policy;
  const isAny = origins.any || grant.anyOrigin !== 'No';
  if (policy.origins.any && !policy.allowCredentials) return undefined;
  const ceiling = policy.origins.any ? NOTHING : policy.origins;
  if (grant.unread !== undefined) return { witness: grant.unread, unproven: true };
  if (isAny) return { witness: strangerTo(ceiling) };
  if (grant.nullOrigin) return { witness: NULL };
  if (isSameList(origins.exact, ceiling.exact) && hasSamePatterns(origins, ceiling)) return undefined;
  return exactOutside(origins.exact, ceiling) ?? patternOutside(origins, ceiling);
}

/** What a dialect says is nearly always read back in the order in which it was said. */
function hasSamePatterns(left: OriginSet, right: OriginSet): boolean {
  if (left.wildcards.length !== right.wildcards.length || !isSameList(left.regexes, right.regexes)) return false;
  return left.wildcards.every((each, index) => {
    const other = right.wildcards[index];
    return other !== undefined && wildcardText(each) === wildcardText(other);
  });
}

/** `*` with credentials grants nothing. */
const NOTHING: OriginSet = { any: false, exact: [], wildcards: [], regexes: [] };

function strangerTo(ceiling: OriginSet): string {
  const everything = { kind: 'regex', source: '.*' } as const;
  const verdict = containsEntry(compileContainer(ceiling), everything, { left: POLICY_STEPS });
  return verdict.kind === 'Outside' ? verdict.witness : NULL;
}

function exactOutside(exact: readonly string[], ceiling: OriginSet): Outside | undefined {
  const known = new Set(ceiling.exact);
  const unknown = exact.filter((origin) => !known.has(origin));
  if (unknown.length === 0) return undefined;
  const matcher = compileMatcher(ceiling);
  const outside = unknown.find((origin) => !matchOrigin(matcher, origin));
  return outside === undefined ? undefined : { witness: outside };
}

function patternOutside({ wildcards, regexes }: OriginSet, ceiling: OriginSet): Outside | undefined {
  const index = indexWildcards(ceiling.wildcards);
  const doubtful: readonly OriginEntry[] = [
    ...wildcards
      .filter((wildcard) => !isInsideWildcards(index, wildcard))
      .map((wildcard): OriginEntry => ({ kind: 'wildcard', wildcard })),
    ...regexes
      .filter((source) => !ceiling.regexes.includes(source))
      .map((source): OriginEntry => ({ kind: 'regex', source })),
  ];
  if (doubtful.length === 0) return undefined;
  const [container, budget] = [compileContainer(ceiling), { left: POLICY_STEPS }];
  for (const entry of doubtful) {
    const verdict = containsEntry(container, entry, budget);
    if (verdict.kind === 'Outside') return { witness: verdict.witness };
    if (verdict.kind === 'NotProven') return { witness: entryText(entry), unproven: true };
  }
  return undefined;
}

function entryText(entry: OriginEntry): string {
  switch (entry.kind) {
    case 'exact':
      return entry.origin;
    case 'wildcard':
      return printWildcard(entry.wildcard);
    case 'regex':
      return entry.source;
  }
}

function methodOutside(granted: Policy, policy: Policy): string | undefined {
  if (isSameList(granted.allowMethods, policy.allowMethods)) return undefined;
  const allowed = new Set(policy.allowMethods.map(normalizeMethod));
  if (allowed.has('*')) return undefined;
  return granted.allowMethods.find((method) => !isSafelistedMethod(method) && !allowed.has(method));
}

/** Without credentials `*` leaves Authorization out; with them it does not. */
function headerOutside(granted: Policy, policy: Policy): string | undefined {
  const isSameMode = granted.allowCredentials === policy.allowCredentials;
  if (isSameMode && isSameList(granted.allowHeaders, policy.allowHeaders)) return undefined;
  const allowed = new Set(policy.allowHeaders.map(lowerCaseName));
  const isEverything = allowed.has('*');
  return granted.allowHeaders.find((header) => {
    const name = lowerCaseName(header);
    if (name === '*' && granted.allowCredentials) return !isEverything;
    const isCovered = isEverything && (name !== 'authorization' || policy.allowCredentials);
    return !isCovered && !allowed.has(name);
  });
}

function exposedOutside(granted: Policy, policy: Policy): string | undefined {
  if (granted.exposeHeaders.length === 0) return undefined;
  const allowed = new Set(policy.exposeHeaders.map(lowerCaseName));
  if (allowed.has('*') && !policy.allowCredentials) return undefined;
  return granted.exposeHeaders.find((header) => {
    const name = lowerCaseName(header);
    return !allowed.has(name) && !isSafelistedResponseHeaderName(name);
  });
}

function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}
