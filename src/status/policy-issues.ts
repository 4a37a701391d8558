import type { Issue } from '../model/issue.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import { acceptedReasons, withoutAccepted } from '../model/validation/accepted-warning.ts';
import type { ResolvedClusterPolicy, ResolvedPolicy } from '../resolve/snapshot-resolution.ts';
import { lostMessage } from './acceptance.ts';
import { countOf, nameSome } from './condition.ts';
import { INACTIVE_MESSAGE } from './exception-status.ts';
import type { PolicyTally } from './policy-tally.ts';
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
    const off = policy.spec?.mode === 'Audit' ? 'CORS would be off' : 'CORS is off';
    issues.push({ severity: 'warning', reason, path: 'spec', message: `${off}: ${message}`, object });
  }
  return withoutAccepted([...issues, ...(effective?.issues ?? [])], acceptedReasons(policy.annotations));
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

/**
 * Everything to say about a CorsException.
 *
 * @param expiry what is wrong with `spec.expiresAt` by now
 */
export function exceptionIssues(exception: ExceptionObject, expiry: readonly Issue[]): readonly Issue[] {
  const object = exception.ref;
  const issues = [...exception.issues, ...expiry].map((issue): Issue => ({ ...issue, object: issue.object ?? object }));
  if (exception.spec === undefined) return issues;
  return [...issues, { severity: 'warning', reason: 'ExceptionInactive', path: '', message: INACTIVE_MESSAGE, object }];
}
