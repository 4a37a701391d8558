import type { ObjectRef } from '../model/reference.ts';
import type { Route } from '../model/route.ts';
import type { Contender, LevelClaims } from './policy-claims.ts';
import type { AttachmentLevel, Governed, GovernedByInvalid, GovernedByPolicy, RouteResolution } from './resolution.ts';

/**
 * Decides which of the claims on a route governs it: of the highest level that has one, the oldest. Policies in Audit mode claim
 * nothing; the one that would govern if it were enforced is kept beside.
 *
 * @param levels highest first, claimants oldest first
 */
export function resolveClaims(route: Route, levels: readonly LevelClaims[]): RouteResolution {
  const [highest] = levels;
  if (highest === undefined) return { route, governed: NOTHING, challengers: NO_REFS, audit: undefined };
  const [only] = highest.claimants;
  if (levels.length === 1 && highest.claimants.length === 1 && only?.audit === false) {
    return { route, governed: governedBy(only, highest.level), challengers: NO_REFS, audit: undefined };
  }
  return settleClaims(route, levels, highest);
}

const NOTHING: Governed = { by: 'Nothing' };
const NO_REFS: readonly ObjectRef[] = [];

/** Several claims, or one that only audits. */
function settleClaims(route: Route, levels: readonly LevelClaims[], highest: LevelClaims): RouteResolution {
  const place = levels.findIndex(({ claimants }) => claimants.some(({ audit }) => !audit));
  const governing = levels[place];
  const winner = governing?.claimants.find(({ audit }) => !audit);
  const [first] = highest.claimants;
  const governed = governing === undefined || winner === undefined ? NOTHING : governedBy(winner, governing.level);
  const audit = first?.audit === true ? governedBy(first, highest.level) : undefined;
  const outranked = outrankedClaims(levels, place).filter((ref) => !isSameRef(ref, winner?.ref));
  const auditChallengers = refsExcept(highest.claimants, first, ({ audit: only }) => only);
  return {
    route,
    governed,
    challengers: refsExcept(governing?.claimants ?? [], winner, ({ audit: only }) => !only),
    audit,
    ...(outranked.length === 0 ? {} : { outranked }),
    ...(auditChallengers.length === 0 ? {} : { auditChallengers }),
  };
}

function governedBy(contender: Contender, level: AttachmentLevel): GovernedByPolicy | GovernedByInvalid {
  const { ref, effective, excess } = contender;
  if (effective !== undefined) return { by: 'Policy', policy: ref, level, effective };
  return { by: 'Invalid', policy: ref, level, ...(excess === undefined ? {} : { message: excess }) };
}

/** Objects that contradict each other share a name: none of them is a challenger of itself. */
function refsExcept(
  claimants: readonly Contender[],
  winner: Contender | undefined,
  accept: (contender: Contender) => boolean,
): readonly ObjectRef[] {
  if (claimants.length < 2) return NO_REFS;
  const others = claimants.filter((each) => accept(each) && each !== winner && !isSameRef(each.ref, winner?.ref));
  return others.length === 0 ? NO_REFS : others.map(({ ref }) => ref);
}

function isSameRef(left: ObjectRef, right: ObjectRef | undefined): boolean {
  return left.kind === right?.kind && left.namespace === right.namespace && left.name === right.name;
}

/** Enforced policies below the governing level, and audited ones below the highest. Defaults are made to be outranked. */
function outrankedClaims(levels: readonly LevelClaims[], place: number): readonly ObjectRef[] {
  if (levels.length < 2) return NO_REFS;
  return levels.flatMap(({ level, claimants }, index) => {
    if (level === 'Default') return NO_REFS;
    return claimants.filter(({ audit }) => index > (audit ? 0 : place)).map(({ ref }) => ref);
  });
}
