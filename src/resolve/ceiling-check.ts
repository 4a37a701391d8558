import { POLICY_STEPS } from '../analysis/origin-containment.ts';
import { lowerCaseName } from '../cors/header-name.ts';
import { isSafelistedMethod } from '../cors/method.ts';
import type { OriginSet, Policy } from '../cors/policy.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Ceiling } from './confinement.ts';
import { compileClusterPolicies, governanceByNamespace } from './governance.ts';
import { containsOrigin, containsRegex, containsStar, containsWildcard } from './origin-ceiling.ts';
import { createMemory, type ResolutionMemory } from './snapshot-resolution.ts';

/** What a controller grants on a route, whoever wrote it. */
export type StandingGrant = {
  readonly policy: Policy;
  /** `Echo`: any origin is echoed, with credentials too when the policy says so. */
  readonly anyOrigin: 'No' | 'Star' | 'Echo';
  /** Also the origin `null` is granted. */
  readonly nullOrigin: boolean;
};

/**
 * Makes the question whether something that stands in a namespace goes beyond a guardrail that is enforced there. What is not
 * proven inside is beyond.
 */
export function createCeilingCheck(
  snapshot: Snapshot,
  memory: ResolutionMemory = createMemory(),
): (namespace: string, grant: StandingGrant) => boolean {
  const lists = { objects: snapshot.originLists, readingsOf: memory.readingsOf };
  const compiled = compileClusterPolicies(snapshot, lists, memory.ceilings);
  const governanceOf = governanceByNamespace(compiled, snapshot);
  return (namespace, grant) =>
    governanceOf(namespace).ceilings.some((ceiling) => ceiling.enforcement === 'Enforce' && isBeyond(grant, ceiling));
}

/** Seconds that browsers keep a preflight's answer when it names no age. */
const ASSUMED_MAX_AGE = 5;

function isBeyond(grant: StandingGrant, ceiling: Ceiling): boolean {
  const { allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge } = grant.policy;
  if (!isOriginsInside(grant, ceiling)) return true;
  if (allowCredentials && !ceiling.allowCredentials) return true;
  if (ceiling.maxAge !== undefined && (maxAge ?? ASSUMED_MAX_AGE) > ceiling.maxAge) return true;
  return !(
    isInside(allowMethods, ceiling.allowMethods, isSafelistedMethod) &&
    isInside(allowHeaders.map(lowerCaseName), ceiling.allowHeaders?.map(lowerCaseName)) &&
    isInside(exposeHeaders.map(lowerCaseName), ceiling.exposeHeaders?.map(lowerCaseName))
  );
}

function isOriginsInside({ policy, anyOrigin, nullOrigin }: StandingGrant, { origins }: Ceiling): boolean {
  const granted = policy.origins;
  if (origins.kind === 'Nothing') return isNoOrigin(granted) && anyOrigin === 'No' && !nullOrigin;
  const budget = { left: POLICY_STEPS };
  if (granted.any || anyOrigin !== 'No' || nullOrigin) return containsStar(origins) && !policy.allowCredentials;
  return (
    granted.exact.every((origin) => containsOrigin(origins, origin)) &&
    granted.wildcards.every((wildcard) => containsWildcard(origins, wildcard, budget).kind === 'Inside') &&
    granted.regexes.every((regex) => containsRegex(origins, regex, budget).kind === 'Inside')
  );
}

function isNoOrigin({ any, exact, wildcards, regexes }: OriginSet): boolean {
  return !any && exact.length + wildcards.length + regexes.length === 0;
}

function isInside(
  names: readonly string[],
  ceiling: readonly string[] | undefined,
  isAlways: (name: string) => boolean = () => false,
): boolean {
  if (ceiling === undefined || ceiling.includes('*')) return true;
  return names.every((name) => isAlways(name) || ceiling.includes(name));
}
