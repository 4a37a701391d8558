import { type Containment, POLICY_STEPS, type StepBudget } from '../analysis/origin-containment.ts';
import { lowerCaseName } from '../cors/header-name.ts';
import { isSafelistedMethod } from '../cors/method.ts';
import { printWildcard } from '../cors/origin-pattern.ts';
import type { Policy } from '../cors/policy.ts';
import type { Ceiling } from './confinement.ts';
import {
  containsOrigin,
  containsRegex,
  containsStar,
  containsWildcard,
  type OriginCeiling,
  witnessOfStar,
} from './origin-ceiling.ts';
import type { Cut } from './resolution.ts';

/** What a controller grants on a route, whoever wrote it. */
export type StandingGrant = {
  readonly policy: Policy;
  /** `Echo`: any origin is echoed, with credentials too when the policy says so. */
  readonly anyOrigin: 'No' | 'Star' | 'Echo';
  /** Also the origin `null` is granted. */
  readonly nullOrigin: boolean;
};

/** In what something that stands goes beyond a ceiling. */
export type CeilingExcess = {
  readonly field: Cut['field'];
  /** The first entry that does, as policies write it; `*` for every origin, `null` for that of any sandboxed page. */
  readonly entry: string;
  /** An origin inside the entry and outside the ceiling, where one is known. */
  readonly witness?: string;
  /** How many entries do. */
  readonly count: number;
};

/**
 * Where something that stands goes beyond a ceiling: the first entry, and how many there are; undefined when it is proved to lie
 * inside. Below a guardrail that is not valid only what grants no origin lies inside.
 */
export function ceilingExcess(grant: StandingGrant, ceiling: Ceiling): CeilingExcess | undefined {
  const found = [...originExcess(grant, ceiling.origins), ...fieldExcess(grant.policy, ceiling)];
  const [first] = found;
  return first === undefined ? undefined : { ...first, count: found.length };
}

/** Whether what a policy left behind may stay below a ceiling. One that is not valid allows no more and takes nothing away. */
export function isStandingInside(grant: StandingGrant, ceiling: Ceiling): boolean {
  if (ceiling.enforcement !== 'Enforce') return true;
  if (ceiling.origins.kind === 'Nothing') return ceiling.lapsed === undefined;
  return ceilingExcess(grant, ceiling) === undefined;
}

type Excess = Omit<CeilingExcess, 'count'>;

/** Seconds that browsers keep a preflight's answer when it names no age. */
const ASSUMED_MAX_AGE = 5;

function originExcess(grant: StandingGrant, ceiling: Ceiling['origins']): readonly Excess[] {
  if (ceiling.kind === 'Nothing') return everyOrigin(grant);
  const { exact, wildcards, regexes } = grant.policy.origins;
  const budget: StepBudget = { left: POLICY_STEPS };
  const wide = [...everybodyExcess(grant, ceiling)];
  for (const origin of exact) {
    if (!containsOrigin(ceiling, origin)) wide.push({ field: 'allowOrigins', entry: origin, witness: origin });
  }
  const wildcardExcess = wildcards.flatMap((wildcard) =>
    excessOf('allowOrigins', printWildcard(wildcard), containsWildcard(ceiling, wildcard, budget)),
  );
  const regexExcess = regexes.flatMap((regex) =>
    excessOf('allowOriginRegexes', regex, containsRegex(ceiling, regex, budget)),
  );
  return [...wide, ...wildcardExcess, ...regexExcess];
}

/** What lets anybody in: every origin, and `null`, which any page can produce. */
function everybodyExcess({ policy, anyOrigin, nullOrigin }: StandingGrant, ceiling: OriginCeiling): readonly Excess[] {
  if (containsStar(ceiling) && !policy.allowCredentials) return [];
  const excess: Excess[] = [];
  if (policy.origins.any || anyOrigin !== 'No') excess.push(starExcess(ceiling));
  if (nullOrigin) excess.push({ field: 'allowOrigins', entry: 'null', witness: 'null' });
  return excess;
}

function excessOf(field: Excess['field'], entry: string, verdict: Containment): readonly Excess[] {
  if (verdict.kind === 'Inside') return [];
  return [{ field, entry, ...(verdict.kind === 'Outside' ? { witness: verdict.witness } : {}) }];
}

function everyOrigin({ policy, anyOrigin, nullOrigin }: StandingGrant): readonly Excess[] {
  const { any, exact, wildcards, regexes } = policy.origins;
  const everybody = [...(any || anyOrigin !== 'No' ? ['*'] : []), ...(nullOrigin ? ['null'] : [])];
  return [
    ...[...everybody, ...exact, ...wildcards.map(printWildcard)].map(
      (entry): Excess => ({ field: 'allowOrigins', entry }),
    ),
    ...regexes.map((entry): Excess => ({ field: 'allowOriginRegexes', entry })),
  ];
}

function starExcess(ceiling: OriginCeiling): Excess {
  const witness = witnessOfStar(ceiling);
  return { field: 'allowOrigins', entry: '*', ...(witness === undefined ? {} : { witness }) };
}

function fieldExcess(policy: Policy, ceiling: Ceiling): readonly Excess[] {
  const { allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge = ASSUMED_MAX_AGE } = policy;
  const isLowerIn = (allowed: readonly string[]) => {
    const names = new Set(allowed.map(lowerCaseName));
    return (name: string) => names.has(lowerCaseName(name));
  };
  const isMethodIn = (allowed: readonly string[]) => (name: string) =>
    isSafelistedMethod(name) || allowed.includes(name);
  return [
    ...beyond('allowMethods', allowMethods, ceiling.allowMethods, isMethodIn),
    ...beyond('allowHeaders', allowHeaders, ceiling.allowHeaders, isLowerIn),
    ...beyond('exposeHeaders', exposeHeaders, ceiling.exposeHeaders, isLowerIn),
    ...(allowCredentials && !ceiling.allowCredentials
      ? [{ field: 'allowCredentials', entry: 'true' } satisfies Excess]
      : []),
    ...(ceiling.maxAge !== undefined && maxAge > ceiling.maxAge
      ? [{ field: 'maxAge', entry: String(maxAge) } satisfies Excess]
      : []),
  ];
}

type NameList = 'allowMethods' | 'allowHeaders' | 'exposeHeaders';

function beyond(
  field: NameList,
  names: readonly string[],
  allowed: readonly string[] | undefined,
  isIn: (allowed: readonly string[]) => (name: string) => boolean,
): readonly Excess[] {
  if (names.length === 0 || allowed === undefined || allowed.includes('*')) return [];
  const isInside = isIn(allowed);
  return names.filter((name) => !isInside(name)).map((entry) => ({ field, entry }));
}
