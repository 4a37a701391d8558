import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { Route } from '../model/route.ts';
import type { PolicyObject } from '../model/snapshot.ts';
import type { TargetRefSpec, TargetSelector } from '../model/target-claim.ts';
import type { AttachmentLevel, EffectivePolicy } from './resolution.ts';
import { indexSelectors, type SelectorIndex, selectorsMatching } from './selector-index.ts';

/** A policy that claims routes, with what it would bring. */
export type Contender = {
  readonly ref: ObjectRef;
  /** It only wants to know what would happen. */
  readonly audit: boolean;
  /** One sentence why it is not accepted although it is valid. */
  readonly excess: string | undefined;
  /** Undefined when it is invalid or not accepted: then it claims and grants nothing. */
  readonly effective: EffectivePolicy | undefined;
};

/** A CorsPolicy as a contender, with its place in the order of precedence. */
export type RankedContender = { readonly policy: PolicyObject; readonly rank: number; readonly contender: Contender };

/** The claims on one route of one level, oldest first, never empty. */
export type LevelClaims = { readonly level: AttachmentLevel; readonly claimants: readonly Contender[] };

/** Who claims which routes, found without looking at every policy. */
export type ClaimIndex = ReadonlyMap<string, NamespaceClaims>;

/** Indexes the claims of policies, which only reach routes of their own namespace. */
export function indexClaims(ranked: readonly RankedContender[]): ClaimIndex {
  const byNamespace = Map.groupBy(ranked, ({ policy }) => policy.ref.namespace ?? '');
  return new Map([...byNamespace].map(([namespace, policies]) => [namespace, indexNamespace(policies)] as const));
}

/** The claims of CorsPolicies on a route, highest level first; levels without any are left out. */
export function claimsOn(index: ClaimIndex, route: Route): readonly LevelClaims[] {
  const claims = index.get(route.target.namespace);
  if (claims === undefined) return NO_CLAIMS;
  const named = claims.byName.get(route.target.name);
  const selecting = selectorsMatching(claims.selectors, route.object.metadata.labels);
  if (named === undefined && selecting.length === 0) return NO_CLAIMS;
  const levels: LevelClaims[] = [];
  if (named !== undefined) addNamed(levels, named, route.target);
  if (selecting.length > 0) addLevel(levels, 'Selector', selectorContenders(selecting, route.target.kind));
  return levels;
}

type NamespaceClaims = {
  /** By the name of the target object. */
  readonly byName: ReadonlyMap<string, readonly TargetClaims[]>;
  readonly selectors: SelectorIndex<SelectorClaim>;
};

/** Who names one target, oldest first. */
type TargetClaims = { readonly ref: TargetRefSpec; readonly contenders: Contender[] };

type SelectorClaim = { readonly rank: number; readonly selector: TargetSelector; readonly contender: Contender };

const NO_CLAIMS: readonly LevelClaims[] = [];

function indexNamespace(policies: readonly RankedContender[]): NamespaceClaims {
  const byName = new Map<string, TargetClaims[]>();
  const selectors: SelectorClaim[] = [];
  for (const { policy, contender, rank } of policies) {
    const { claim } = policy;
    if (claim.selector !== undefined) selectors.push({ rank, selector: claim.selector, contender });
    for (const ref of claim.refs) addTarget(byName, ref, contender);
  }
  return { byName, selectors: indexSelectors(selectors) };
}

/** A policy that names a target twice claims it once. */
function addTarget(byName: Map<string, TargetClaims[]>, ref: TargetRefSpec, contender: Contender): void {
  const sharing = byName.get(ref.name) ?? [];
  byName.set(ref.name, sharing);
  const known = sharing.find((each) => namesTarget(each.ref, ref, ref.sectionName));
  if (known === undefined) sharing.push({ ref, contenders: [contender] });
  else if (known.contenders.at(-1) !== contender) known.contenders.push(contender);
}

/** Whether an entry of `spec.targetRefs` names an object of its name, and that section of it. */
function namesTarget(ref: TargetRefSpec, target: Kind, sectionName: string | undefined): boolean {
  return ref.kind === target.kind && ref.group === target.group && ref.sectionName === sectionName;
}

type Kind = Pick<TargetRefSpec, 'group' | 'kind'>;

function addNamed(levels: LevelClaims[], named: readonly TargetClaims[], target: TargetRef): void {
  for (const { ref, contenders } of named) {
    if (target.sectionName !== undefined && namesTarget(ref, target, target.sectionName)) {
      levels.unshift({ level: 'SectionName', claimants: contenders });
    } else if (namesTarget(ref, target, undefined)) {
      levels.push({ level: 'TargetRef', claimants: contenders });
    }
  }
}

function addLevel(levels: LevelClaims[], level: AttachmentLevel, claimants: readonly Contender[]): void {
  if (claimants.length > 0) levels.push({ level, claimants });
}

function selectorContenders(selecting: readonly SelectorClaim[], kind: string): readonly Contender[] {
  const contenders: Contender[] = [];
  for (const { selector, contender } of selecting) {
    const { kinds } = selector;
    if (kinds === undefined || kinds.length === 0 || kinds.includes(kind)) contenders.push(contender);
  }
  return contenders;
}
