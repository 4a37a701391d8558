import type { TargetRef } from '../model/reference.ts';
import { compareText } from '../model/text-order.ts';
import type { RawExcess } from '../plan/raw-cors.ts';
import type { Cut, EffectivePolicy } from '../resolve/resolution.ts';
import type { ResolvedClusterPolicy, ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { invalidMessage } from './acceptance.ts';
import { type Condition, conditionsOf, countOf, type Finding } from './condition.ts';
import type { PlannedRoute } from './planned-route.ts';
import { readiness } from './readiness.ts';
import { resolvedReferences } from './references.ts';

/** `status` of a ClusterCorsPolicy, without transition times and without what only the API server can tell. */
export type ClusterPolicyStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly counts: ClusterCounts;
  /**
   * The ten policies and routes that go furthest beyond the guardrail. Routes come first, since what stands on them is granted; of
   * these, and of policies, first those with origins that anybody can have, or of which nothing is left; then by number of entries.
   */
  readonly worst: readonly WorstOffender[];
};

/** How the policies of governed namespaces stand to the guardrail, and how many routes the default governs. */
export type ClusterCounts = {
  readonly within: number;
  readonly narrowed: number;
  readonly refused: number;
  /** Routes whose own CORS configuration is wider than the guardrail. */
  readonly rawWider: number;
  readonly routes: number;
};

/** One policy or route beyond the guardrail, with the first entry that is. */
export type WorstOffender = {
  /** Kind of a route; absent: a CorsPolicy. */
  readonly kind?: string;
  readonly namespace: string;
  readonly name: string;
  readonly field?: Cut['field'];
  readonly entry?: string;
  readonly witness?: string;
};

/** How the policies of governed namespaces stand to each guardrail, by its name. */
export type GuardrailStandings = ReadonlyMap<string, GuardrailStanding>;

type GuardrailStanding = { governed: number; rawWider: number; readonly beyond: Beyond[]; readonly raw: Beyond[] };

type Beyond = {
  /** Nothing is left of the policy, or everybody is let in by the route. */
  readonly isWhole: boolean;
  readonly entries: number;
  readonly worst: WorstOffender;
};

/** Sorts policies, and routes with CORS configuration of their own, out by guardrail, in one walk. */
export function guardrailStandings(
  policies: readonly ResolvedPolicy[],
  routes: readonly PlannedRoute[],
): GuardrailStandings {
  const standings = new Map<string, GuardrailStanding>();
  for (const policy of policies) notePolicy(standings, policy);
  for (const { resolution, raw = [] } of routes) {
    for (const excess of raw) noteRaw(standingOf(standings, excess.guardrail.name), resolution.route.target, excess);
  }
  return standings;
}

/** Adds up standings of policies that are counted only once. */
export function mergeStandings(all: readonly GuardrailStandings[]): GuardrailStandings {
  const merged = new Map<string, GuardrailStanding>();
  for (const standings of all) {
    for (const [name, { governed, beyond, rawWider, raw }] of standings) {
      const standing = standingOf(merged, name);
      standing.governed += governed;
      standing.rawWider += rawWider;
      standing.beyond.push(...beyond);
      for (const each of raw) keepWorst(standing.raw, each);
    }
  }
  return merged;
}

/**
 * What the status of a ClusterCorsPolicy says.
 *
 * @param defaultRoutes how many routes its default governs
 */
export function clusterPolicyStatus(
  resolved: ResolvedClusterPolicy,
  standings: GuardrailStandings,
  defaultRoutes: number,
): ClusterPolicyStatus {
  const { policy } = resolved;
  const { governed, beyond, rawWider, raw } = standings.get(policy.ref.name) ?? NOBODY;
  const refused = beyond.filter(({ isWhole }) => isWhole).length;
  const worst = [...raw, ...beyond.toSorted(compareGravity)];
  const issues = [...resolved.issues, ...resolved.defaults.flatMap((effective) => effective.issues)];
  const findings = [
    acceptance(resolved, governed, rawWider),
    ...(policy.spec === undefined ? [] : [resolvedReferences(issues)]),
  ];
  return {
    observedGeneration: policy.generation,
    conditions: conditionsOf(policy.generation, [...findings, readiness(findings)]),
    counts: {
      ...(policy.spec === undefined
        ? { within: 0, narrowed: 0, refused: governed }
        : { within: governed - beyond.length, narrowed: beyond.length - refused, refused }),
      rawWider,
      routes: defaultRoutes,
    },
    worst: worst.slice(0, SHOWN).map((each) => each.worst),
  };
}

/** How many policies and routes are named. */
const SHOWN = 10;

const NOBODY: GuardrailStanding = { governed: 0, rawWider: 0, beyond: [], raw: [] };

function notePolicy(standings: Map<string, GuardrailStanding>, { effective, guardrails }: ResolvedPolicy): void {
  if (effective === undefined) return;
  for (const { name } of guardrails) standingOf(standings, name).governed++;
  if (effective.cuts === undefined) return;
  const byGuardrail = Map.groupBy(effective.cuts, ({ guardrail }) => guardrail.name);
  for (const [name, cuts] of byGuardrail) standingOf(standings, name).beyond.push(describe(effective, cuts));
}

function standingOf(standings: Map<string, GuardrailStanding>, name: string): GuardrailStanding {
  const known = standings.get(name);
  if (known !== undefined) return known;
  const standing: GuardrailStanding = { governed: 0, rawWider: 0, beyond: [], raw: [] };
  standings.set(name, standing);
  return standing;
}

function describe({ policy, refusal }: EffectivePolicy, cuts: readonly Cut[]): Beyond {
  const [first] = cuts;
  const isWhole = refusal?.reason === 'ExceedsGuardrail' && first?.guardrail.enforcement === 'Enforce';
  const named = { namespace: policy.namespace ?? '', name: policy.name };
  return { isWhole, entries: cuts.length, worst: first === undefined ? named : { ...named, ...entryOf(first) } };
}

function entryOf({ field, entry, witness }: Pick<Cut, 'field' | 'entry' | 'witness'>): Partial<WorstOffender> {
  return { field, entry: entry.slice(0, MAX_ENTRY), ...(witness === undefined ? {} : { witness }) };
}

function noteRaw(standing: GuardrailStanding, { kind, namespace, name }: TargetRef, excess: RawExcess): void {
  standing.rawWider++;
  const worst = { kind, namespace, name, ...entryOf(excess) };
  keepWorst(standing.raw, { isWhole: EVERYBODY.includes(excess.entry), entries: excess.count, worst });
}

/** Origins that anybody can have. */
const EVERYBODY: readonly string[] = ['*', 'null'];

/** Ten thousand routes may be beyond a guardrail: no more are kept than can be shown, the worst first. */
function keepWorst(list: Beyond[], beyond: Beyond): void {
  const last = list.at(-1);
  if (list.length === SHOWN && last !== undefined && compareGravity(beyond, last) >= 0) return;
  list.push(beyond);
  list.sort(compareGravity);
  list.length = Math.min(list.length, SHOWN);
}

function compareGravity(left: Beyond, right: Beyond): number {
  return (
    Number(right.isWhole) - Number(left.isWhole) ||
    right.entries - left.entries ||
    compareNames(left.worst, right.worst)
  );
}

/** Characters of an entry that the status may hold. */
const MAX_ENTRY = 1024;

function compareNames(left: WorstOffender, right: WorstOffender): number {
  return (
    compareText(left.namespace, right.namespace) ||
    compareText(left.kind ?? '', right.kind ?? '') ||
    compareText(left.name, right.name)
  );
}

function acceptance({ policy }: ResolvedClusterPolicy, governed: number, rawWider: number): Finding {
  if (policy.spec === undefined) {
    const consequence = policy.reach?.guardrail === true ? '; until it is mended it allows nothing new' : '';
    return {
      type: 'Accepted',
      status: 'False',
      reason: 'Invalid',
      message: invalidMessage(policy.issues) + consequence,
    };
  }
  const { guardrail, enforcement } = policy.spec;
  const governs = `${enforcement}: governs ${governed} ${governed === 1 ? 'policy' : 'policies'}`;
  const message = guardrail === undefined ? 'no guardrail' : governs + rawMessage(rawWider);
  return { type: 'Accepted', status: 'True', reason: 'Accepted', message };
}

/** What is not ours is only reported. */
function rawMessage(rawWider: number): string {
  if (rawWider === 0) return '';
  const [routes, have] = [countOf(rawWider, 'route'), rawWider === 1 ? 'has' : 'have'];
  return `; ${routes} ${have} CORS configuration of ${rawWider === 1 ? 'its' : 'their'} own that is wider`;
}
