import type { Issue } from '../model/issue.ts';
import type { Cut, Permit } from '../resolve/resolution.ts';
import type { ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { countOf, type Finding, nameSome, tellSome } from './condition.ts';
import { refText, targetText } from './planned-route.ts';
import type { LostRoute, PolicyTally } from './policy-tally.ts';
import type { MissingTarget } from './target-presence.ts';

/** The `Accepted` condition of a CorsPolicy: the gravest of what stands against it. */
export function acceptance(
  { policy, excess, effective }: ResolvedPolicy,
  tally: PolicyTally,
  missing: readonly MissingTarget[],
): Finding {
  if (policy.spec === undefined) return refused('Invalid', invalidMessage(policy.issues));
  if (excess !== undefined) return refused('TooMany', excess);
  const [target] = missing;
  if (target !== undefined) return refused(target.reason, missingMessage(missing));
  if (tally.conflicts.length > 0) return refused('Conflicted', conflictMessage(tally));
  if (effective?.refusal?.reason === 'ExceedsGuardrail') return refused('ExceedsGuardrail', effective.refusal.message);
  const cuts = (effective?.cuts ?? []).filter(({ guardrail }) => guardrail.enforcement === 'Enforce');
  const permitted = permitsMessage(effective?.permits ?? []);
  if (cuts.length === 0) return accepted('Accepted', governsMessage(tally, policy.spec.mode) + permitted);
  return accepted('Narrowed', `beyond a guardrail and cut: ${tellSome(cuts, cutText)}${permitted}`);
}

/** The errors of an object by path, for its `Accepted` condition. */
export function invalidMessage(issues: readonly Issue[]): string {
  const errors = issues.filter(({ severity }) => severity === 'error');
  return `${countOf(errors.length, 'error')}: ${tellSome(errors, errorText)}`;
}

/** Which routes of a policy somebody else governs, by the winner. */
export function lostMessage(lost: readonly LostRoute[]): string {
  const byWinner = Map.groupBy(lost, ({ winner }) => refText(winner));
  return nameSome(
    [...byWinner],
    ([winner, routes]) => `${winner} (${nameSome(routes, ({ target }) => targetText(target))})`,
  );
}

function cutText({ entry, place, guardrail, witness }: Cut): string {
  const shown = witness === undefined || witness === entry ? '' : `, which allows for example ${witness}`;
  return `${place.path} ${entry} (guardrail ${guardrail.name}${shown})`;
}

/** What is in force beyond a guardrail, and by which exception. */
function permitsMessage(permits: readonly Permit[]): string {
  if (permits.length === 0) return '';
  const told = tellSome(
    permits,
    ({ entry, place, guardrail, exception }) =>
      `${place.path} ${entry} (guardrail ${guardrail.name}, exception ${exception.name})`,
  );
  return `; beyond a guardrail by an exception: ${told}`;
}

function errorText({ path, reason, message }: Issue): string {
  return path === '' ? `${reason}: ${message}` : `${path}: ${reason}: ${message}`;
}

function missingMessage(missing: readonly MissingTarget[]): string {
  return tellSome(missing, ({ index, message }) => `spec.targetRefs[${index}]: ${message}`);
}

function conflictMessage(tally: PolicyTally): string {
  const rest = tally.routes.length === 0 ? '' : `; it governs ${countOf(tally.routes.length, 'other route')}`;
  return `governed by an established policy: ${lostMessage(tally.conflicts)}${rest}`;
}

function governsMessage({ routes, outranked }: PolicyTally, mode: 'Enforce' | 'Audit'): string {
  const verb = mode === 'Audit' ? 'would govern' : 'governs';
  const governs = routes.length === 0 ? `${verb} no route` : `${verb} ${countOf(routes.length, 'route')}`;
  return outranked.length === 0 ? governs : `${governs}; a more specific policy governs ${lostMessage(outranked)}`;
}

function refused(reason: Finding['reason'], message: string): Finding {
  return { type: 'Accepted', status: 'False', reason, message };
}

function accepted(reason: Finding['reason'], message: string): Finding {
  return { type: 'Accepted', status: 'True', reason, message };
}
