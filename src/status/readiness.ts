import type { Finding } from './condition.ts';

/**
 * The `Ready` condition, for `kubectl wait` and kstatus: true when every other condition is. A policy in Audit mode is ready
 * without being programmed, since that is all it asks for.
 */
export function readiness(findings: readonly Finding[]): Finding {
  const obstacle = findings.find(({ status, reason }) => status === 'False' && reason !== 'AuditMode');
  if (obstacle !== undefined) return { ...obstacle, type: 'Ready' };
  const audit = findings.find(({ reason }) => reason === 'AuditMode');
  if (audit !== undefined) return { ...audit, type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'True', reason: 'Ready', message: findings.at(-1)?.message ?? '' };
}
