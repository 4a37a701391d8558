import type { Issue } from '../model/issue.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { RouteReason } from '../model/route-reason.ts';
import { acceptedReasons, withoutAccepted } from '../model/validation/accepted-warning.ts';
import type { RawExcess } from '../plan/raw-cors.ts';
import { entryWords, guardrailField, guardrailSeverity } from '../resolve/guardrail-issues.ts';
import { isCosmetic } from './loss-gravity.ts';
import type { PlannedRoute } from './planned-route.ts';

/**
 * What became of a route, as issues of its object: NotExpressible and losses that matter are warnings, cosmetic losses are
 * infos. The annotation `cors-operator.dev/accept` on the route silences losses by their code.
 *
 * CORS configuration of the route's own that goes beyond a guardrail is an error, a warning or an info, by its enforcement.
 *
 * A policy that is invalid or grants nothing is a matter of the policy, not of the route, and reported there.
 */
export function routeIssues(route: PlannedRoute): readonly Issue[] {
  const { losses, outcome } = route.plan;
  const { raw = [] } = route;
  if (losses.length + raw.length === 0 && outcome !== 'NotExpressible' && outcome !== 'Refused') return NO_ISSUES;
  const place = placeOf(route);
  const accepted = acceptedReasons(route.resolution.route.object.metadata.annotations ?? {});
  const issues: Issue[] = [
    ...withoutAccepted(
      raw.map((excess) => rawIssue(excess, place)),
      accepted,
    ),
  ];
  const refusal = outcomeIssue(route, place);
  if (refusal !== undefined) issues.push(refusal);
  for (const { code, message } of losses) {
    if (accepted.has(code)) continue;
    issues.push({
      severity: isCosmetic(code) ? 'info' : 'warning',
      reason: code,
      path: place.path,
      message,
      object: place.object,
    });
  }
  return issues;
}

type Place = { readonly path: string; readonly object: ObjectRef };

const NO_ISSUES: readonly Issue[] = [];
const POLICY_REASONS: readonly (RouteReason | undefined)[] = ['PolicyInvalid', 'NoOrigins', 'ExceedsGuardrail'];

/** A rule of an HTTPRoute is named by its index: that is where a linter points. */
function placeOf({ resolution }: PlannedRoute): Place {
  const { target, rules } = resolution.route;
  const { kind, namespace, name } = target;
  const path = target.sectionName === undefined ? '' : `spec.rules[${rules[0] ?? 0}]`;
  return { path, object: { kind, namespace, name } };
}

function rawIssue({ entry, field, count, witness, guardrail, path }: RawExcess, { object }: Place): Issue {
  const more = count === 1 ? '' : `, as ${count - 1} more of its entries and fields do`;
  const message = `${entryWords(field, entry)} goes beyond spec.guardrail.${guardrailField(field)} of the guardrail ${guardrail.name}${more}, and no policy says so: narrow it, or put a CorsPolicy in its place`;
  const issue = { severity: guardrailSeverity(guardrail.enforcement), path, message, object };
  return { ...issue, reason: 'ExceedsGuardrail', ...(witness === undefined ? {} : { witness }) };
}

function outcomeIssue({ plan }: PlannedRoute, { path, object }: Place): Issue | undefined {
  const { outcome, reason, message } = plan;
  if (reason === undefined || (outcome !== 'NotExpressible' && outcome !== 'Refused')) return undefined;
  if (outcome === 'Refused' && POLICY_REASONS.includes(reason)) return undefined;
  return { severity: 'warning', reason, path, message, object };
}
