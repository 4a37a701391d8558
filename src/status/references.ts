import type { Issue } from '../model/issue.ts';
import { type ConditionReason, type Finding, tellSome } from './condition.ts';

/** The `ResolvedRefs` condition: every ConfigMap that is named was found, may be read and holds nothing but origins. */
export function resolvedReferences(issues: readonly Issue[]): Finding {
  const reference = issues.find(({ reason }) => isReferenceReason(reason));
  const broken = issues.filter((issue) => isReferenceReason(issue.reason) || isLine(issue));
  if (broken.length === 0) {
    return { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: 'all references resolve' };
  }
  return {
    type: 'ResolvedRefs',
    status: 'False',
    reason: reference === undefined ? 'LineInvalid' : referenceReason(reference),
    message: tellSome(broken, referenceText),
  };
}

type ReferenceReason = Extract<ConditionReason, 'NotFound' | 'KeyNotFound' | 'NotLabelled'>;

const REFERENCE_REASONS: readonly string[] = ['NotFound', 'KeyNotFound', 'NotLabelled'] satisfies ReferenceReason[];

function isReferenceReason(reason: string): reason is ReferenceReason {
  return REFERENCE_REASONS.includes(reason);
}

function referenceReason({ reason }: Issue): ConditionReason {
  return isReferenceReason(reason) ? reason : 'LineInvalid';
}

function isLine({ severity, reason, object }: Issue): boolean {
  return severity === 'error' && object?.kind === 'ConfigMap' && reason !== 'ExceedsGuardrail';
}

function referenceText({ object, path, message }: Issue): string {
  return object?.kind === 'ConfigMap'
    ? `ConfigMap ${object.namespace ?? ''}/${object.name} ${path}: ${message}`
    : `${path}: ${message}`;
}
