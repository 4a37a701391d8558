import type { Issue } from '../model/issue.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import { acceptedReasons, withoutAccepted } from '../model/validation/accepted-warning.ts';
import type { ResolvedClusterPolicy, ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { lostMessage } from './acceptance.ts';
import { countOf, nameSome } from './condition.ts';
import type { PolicyStanding } from './exception-standing.ts';
import { type ExceptionFindings, guardrailObstacle, policyWords } from './exception-status.ts';
import { isOff, type PolicyTally } from './policy-tally.ts';
import { withdrawnMessage } from './programming.ts';
import type { MissingTarget } from './target-presence.ts';

/** Everything to say about a CorsPolicy, less what its annotation accepts. */
export function corsPolicyIssues(
  { policy, excess, effective }: ResolvedPolicy,
  tally: PolicyTally,
  missing: readonly MissingTarget[],
): readonly Issue[] {
  const object = policy.ref;
  const issues: Issue[] = policy.issues.map((issue) => ({ ...issue, object: issue.object ?? object }));
  if (excess !== undefined) issues.push({ severity: 'error', reason: 'TooMany', path: '', message: excess, object });
  for (const { index, reason, message } of missing) {
    issues.push({ severity: 'warning', reason, path: `spec.targetRefs[${index}]`, message, object });
  }
  if (tally.conflicts.length > 0) {
    const message = `an established policy governs ${countOf(tally.conflicts.length, 'route')} instead: ${lostMessage(tally.conflicts)}`;
    issues.push({ severity: 'warning', reason: 'Conflicted', path: '', message, object });
  }
  if (effective?.refusal !== undefined && tally.routes.length > 0) {
    const { reason, message } = effective.refusal;
    const words = `${offWords(policy, tally)}: ${message}`;
    issues.push({ severity: 'warning', reason, path: 'spec', message: words, object });
  }
  if (tally.withdrawn.length > 0) {
    const message = withdrawnMessage(tally.withdrawn);
    issues.push({ severity: 'warning', reason: 'ExceedsGuardrail', path: 'spec.mode', message, object });
  }
  return withoutAccepted([...issues, ...(effective?.issues ?? [])], acceptedReasons(policy.annotations));
}

function offWords({ spec }: ResolvedPolicy['policy'], { routes }: PolicyTally): string {
  if (!routes.some(isOff)) return 'nothing new is granted';
  return spec?.mode === 'Audit' ? 'CORS would be off' : 'CORS is off';
}

/** Everything to say about a ClusterCorsPolicy, less what its annotation accepts. */
export function clusterPolicyIssues(resolved: ResolvedClusterPolicy): readonly Issue[] {
  const { policy, undecidedNamespaces } = resolved;
  const object = policy.ref;
  const issues: Issue[] = policy.issues.map((issue) => ({ ...issue, object: issue.object ?? object }));
  if (undecidedNamespaces.length > 0) {
    const namespaces = nameSome(undecidedNamespaces, (namespace) => namespace);
    const message = `the labels of ${namespaces} are not in the input: the guardrail counts as governing there, the default as not`;
    issues.push({ severity: 'info', reason: 'NamespaceUnknown', path: 'spec.namespaceSelector', message, object });
  }
  for (const { refusal, issues: found } of resolved.defaults) {
    issues.push(...found);
    if (refusal === undefined) continue;
    const message = `CORS is off: ${refusal.message}`;
    issues.push({ severity: 'warning', reason: refusal.reason, path: 'spec.default', message, object });
  }
  return withoutAccepted([...issues, ...resolved.issues], acceptedReasons(policy.annotations));
}

/** Everything to say about a CorsException. */
export function exceptionIssues(exception: ExceptionObject, { expiry, standing }: ExceptionFindings): readonly Issue[] {
  const { ref: object, spec } = exception;
  const issues = [...exception.issues, ...expiry].map((issue): Issue => ({ ...issue, object: issue.object ?? object }));
  if (spec === undefined || expiry.length > 0) return issues;
  // Below a guardrail that is not there nothing is governed, which is said once.
  const told = standing.policies.flatMap((each, index) =>
    each.state === 'Ungoverned' && standing.guardrail === 'None' ? [] : policyTold(each, index),
  );
  const warnings = [...guardrailTold(spec, standing), ...told].map(
    (each): Issue => ({ severity: 'warning', ...each, object }),
  );
  return withoutAccepted([...issues, ...warnings], acceptedReasons(exception.annotations));
}

type Told = Pick<Issue, 'reason' | 'path' | 'message'>;

function guardrailTold(
  spec: NonNullable<ExceptionObject['spec']>,
  standing: ExceptionFindings['standing'],
): readonly Told[] {
  const message = guardrailObstacle(spec, standing);
  return message === undefined ? [] : [{ reason: 'ExceptionInactive', path: 'spec.guardrailRef.name', message }];
}

function policyTold(policy: PolicyStanding, index: number): readonly Told[] {
  const path = `spec.policyRefs[${index}]`;
  const words = policyWords(policy);
  switch (policy.state) {
    case 'Used':
    case 'Unused':
      return [];
    case 'Conflicted': {
      const message = `the older exception ${policy.winner} applies to ${words} instead`;
      return [{ reason: 'Conflicted', path, message }];
    }
    case 'Missing':
      return [
        { reason: 'ExceptionInactive', path, message: `there is no ${words}: for it the exception does nothing` },
      ];
    case 'Ungoverned': {
      const message = `its guardrail does not govern ${words}: for it the exception does nothing`;
      return [{ reason: 'ExceptionInactive', path, message }];
    }
  }
}
