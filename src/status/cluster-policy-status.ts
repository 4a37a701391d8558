import { compareText } from '../model/text-order.ts';
import type { Cut, EffectivePolicy } from '../resolve/resolution.ts';
import type { ResolvedClusterPolicy, ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { invalidMessage } from './acceptance.ts';
import { type Condition, conditionsOf, type Finding } from './condition.ts';
import { readiness } from './readiness.ts';
import { resolvedReferences } from './references.ts';

/** `status` of a ClusterCorsPolicy, without transition times and without what only the API server can tell. */
export type ClusterPolicyStatus = {
  readonly observedGeneration: number;
  readonly conditions: readonly Condition[];
  readonly counts: ClusterCounts;
  /** The ten policies that go furthest beyond the guardrail: those it empties, then by number of entries. */
  readonly worst: readonly WorstPolicy[];
};

/** How the policies of governed namespaces stand to the guardrail, and how many routes the default governs. */
export type ClusterCounts = {
  readonly within: number;
  readonly narrowed: number;
  readonly refused: number;
  readonly routes: number;
};

/** One policy beyond the guardrail, with the first entry that is. */
export type WorstPolicy = {
  readonly namespace: string;
  readonly name: string;
  readonly field?: Cut['field'];
  readonly entry?: string;
  readonly witness?: string;
};

/** How the policies of governed namespaces stand to each guardrail, by its name. */
export type GuardrailStandings = ReadonlyMap<string, GuardrailStanding>;

type GuardrailStanding = { governed: number; readonly beyond: Beyond[] };
type Beyond = { readonly refused: boolean; readonly cuts: number; readonly worst: WorstPolicy };

/** Sorts policies out by guardrail, in one walk. */
export function guardrailStandings(policies: readonly ResolvedPolicy[]): GuardrailStandings {
  const standings = new Map<string, GuardrailStanding>();
  for (const { effective, guardrails } of policies) {
    if (effective === undefined) continue;
    for (const { name } of guardrails) standingOf(standings, name).governed++;
    if (effective.cuts === undefined) continue;
    const byGuardrail = Map.groupBy(effective.cuts, ({ guardrail }) => guardrail.name);
    for (const [name, cuts] of byGuardrail) standingOf(standings, name).beyond.push(describe(effective, cuts));
  }
  return standings;
}

/** Adds up standings of policies that are counted only once. */
export function mergeStandings(all: readonly GuardrailStandings[]): GuardrailStandings {
  const merged = new Map<string, GuardrailStanding>();
  for (const standings of all) {
    for (const [name, { governed, beyond }] of standings) {
      const standing = standingOf(merged, name);
      standing.governed += governed;
      standing.beyond.push(...beyond);
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
  const { governed, beyond } = standings.get(policy.ref.name) ?? NOBODY;
  const refused = beyond.filter((each) => each.refused).length;
  const worst = beyond.toSorted(
    (left, right) =>
      Number(right.refused) - Number(left.refused) || right.cuts - left.cuts || compareNames(left, right),
  );
  const issues = [...resolved.issues, ...resolved.defaults.flatMap((effective) => effective.issues)];
  const findings = [acceptance(resolved, governed), ...(policy.spec === undefined ? [] : [resolvedReferences(issues)])];
  return {
    observedGeneration: policy.generation,
    conditions: conditionsOf(policy.generation, [...findings, readiness(findings)]),
    counts: {
      ...(policy.spec === undefined
        ? { within: 0, narrowed: 0, refused: governed }
        : { within: governed - beyond.length, narrowed: beyond.length - refused, refused }),
      routes: defaultRoutes,
    },
    worst: worst.slice(0, SHOWN).map((each) => each.worst),
  };
}

/** How many policies are named. */
const SHOWN = 10;

const NOBODY: GuardrailStanding = { governed: 0, beyond: [] };

function standingOf(standings: Map<string, GuardrailStanding>, name: string): GuardrailStanding {
  const known = standings.get(name);
  if (known !== undefined) return known;
  const standing: GuardrailStanding = { governed: 0, beyond: [] };
  standings.set(name, standing);
  return standing;
}

function describe({ policy, refusal }: EffectivePolicy, cuts: readonly Cut[]): Beyond {
  const [first] = cuts;
  const refused = refusal?.reason === 'ExceedsGuardrail' && first?.guardrail.enforcement === 'Enforce';
  const named = { namespace: policy.namespace ?? '', name: policy.name };
  if (first === undefined) return { refused, cuts: 0, worst: named };
  const { field, entry, witness } = first;
  const worst = { ...named, field, entry: entry.slice(0, MAX_ENTRY) };
  return { refused, cuts: cuts.length, worst: witness === undefined ? worst : { ...worst, witness } };
}

/** Characters of an entry that the status may hold. */
const MAX_ENTRY = 1024;

function compareNames({ worst: left }: Beyond, { worst: right }: Beyond): number {
  return compareText(left.namespace, right.namespace) || compareText(left.name, right.name);
}

function acceptance({ policy }: ResolvedClusterPolicy, governed: number): Finding {
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
  const message = guardrail === undefined ? 'no guardrail' : governs;
  return { type: 'Accepted', status: 'True', reason: 'Accepted', message };
}
