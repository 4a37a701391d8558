import type { TargetRef } from './reference.ts';
import { compareText } from './text-order.ts';

/** The order of routes in everything that leaves the core: group, kind, namespace, name, sectionName (none first). */
export function compareTargets(left: TargetRef, right: TargetRef): number {
  return (
    compareText(left.group, right.group) ||
    compareText(left.kind, right.kind) ||
    compareText(left.namespace, right.namespace) ||
    compareText(left.name, right.name) ||
    compareText(left.sectionName ?? '', right.sectionName ?? '')
  );
}
