import { POLICY_STEPS } from '../analysis/origin-containment.ts';
import type { Issue } from '../model/issue.ts';
import { confine } from './ceiling.ts';
import { confineOrigins } from './confined-origins.ts';
import type { Ceiling, RequestedPolicy } from './confinement.ts';
import { guardrailIssues } from './guardrail-issues.ts';
import { compileOriginCeiling } from './origin-ceiling.ts';
import { type OriginEntries, originSet } from './origin-entries.ts';
import type { Cut } from './resolution.ts';

/** A policy cut down to several ceilings. */
export type ConfinedToAll = {
  readonly final: RequestedPolicy;
  /** What all guardrails but those that are not valid leave; undefined when every one is valid, or nothing may stay. */
  readonly retained: RequestedPolicy | undefined;
  readonly cuts: readonly Cut[];
  readonly issues: readonly Issue[];
};

/**
 * Cuts a policy down to every ceiling that is enforced: what is left lies inside what each of them leaves alone, so that one more
 * never leaves more, and which of them is older does not matter. Those that only report find what they would cut.
 */
export function confineToAll(request: RequestedPolicy, ceilings: readonly Ceiling[]): ConfinedToAll {
  const issues: Issue[] = [];
  const cuts: Cut[] = [];
  const budget = { left: POLICY_STEPS };
  const broken = ceilings.filter(isBroken);
  const alone: RequestedPolicy[] = [];
  let final = request;
  for (const ceiling of broken.length === 0 ? ceilings : ceilings.filter((each) => !isBroken(each))) {
    const finding = confine(request, ceiling, budget);
    cuts.push(...finding.cuts);
    issues.push(...guardrailIssues(finding, ceiling, request));
    if (ceiling.enforcement !== 'Enforce') continue;
    final = final === request ? finding.confined : confine(final, ceiling, budget).confined;
    alone.push(finding.confined);
  }
  if (alone.length > 1) final = { ...final, origins: commonOrigins(request.origins, final.origins, alone) };
  const [first] = broken;
  if (first === undefined) return { final, retained: undefined, cuts, issues };
  const isLapsed = broken.some(({ lapsed }) => lapsed !== undefined);
  return { final: confine(final, first, budget).confined, retained: isLapsed ? undefined : final, cuts, issues };
}

function isBroken({ enforcement, origins }: Ceiling): boolean {
  return enforcement === 'Enforce' && origins.kind === 'Nothing';
}

/**
 * What one ceiling puts in the place of a `*` or a wildcard may be what another one cuts without anything in its place: it names
 * no origins, or only regexes.
 */
function commonOrigins(asked: OriginEntries, left: OriginEntries, alone: readonly RequestedPolicy[]): OriginEntries {
  let common = left;
  for (const { origins } of alone) {
    if (origins.any === asked.any && origins.wildcards === asked.wildcards) continue;
    const log = { notes: [], count: 0, budget: { left: POLICY_STEPS } };
    common = confineOrigins(common, compileOriginCeiling(originSet(origins)), log);
  }
  return common;
}
