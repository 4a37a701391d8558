import type { Issue } from '../issue.ts';
import { compareText } from '../text-order.ts';

/** Fields in the order in which a reader meets them; one that is not named comes last. */
const FIELDS = [
  'metadata',
  'spec',
  'namespaceSelector',
  'guardrail',
  'default',
  'routeSelector',
  'guardrailRef',
  'policyRefs',
  'targetRefs',
  'targetSelector',
  'allowOrigins',
  'allowOriginRegexes',
  'allowOriginsFrom',
  'wildcardDepth',
  'allowMethods',
  'allowHeaders',
  'exposeHeaders',
  'allowCredentials',
  'maxAge',
  'strategy',
  'adoption',
  'mode',
  'enforcement',
  'expiresAt',
  'owner',
  'reason',
  'ticket',
];

const RANKS: ReadonlyMap<string, number> = new Map(FIELDS.map((field, rank) => [field, rank]));

/** Sorts issues by the field they are about; those of one field stay in their order. */
export function inFieldOrder(issues: readonly Issue[]): readonly Issue[] {
  if (issues.length < 2) return issues;
  return issues
    .map((issue) => ({ issue, segments: issue.path.split(/[.[\]]+/) }))
    .sort((left, right) => compareSegments(left.segments, right.segments))
    .map(({ issue }) => issue);
}

function compareSegments(left: readonly string[], right: readonly string[]): number {
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    const order = compareSegment(segment, other);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareSegment(left: string, right: string): number {
  if (left === right) return 0;
  const [leftIndex, rightIndex] = [Number(left), Number(right)];
  if (left !== '' && right !== '' && Number.isInteger(leftIndex) && Number.isInteger(rightIndex))
    return leftIndex - rightIndex;
  return (RANKS.get(left) ?? FIELDS.length) - (RANKS.get(right) ?? FIELDS.length) || compareText(left, right);
}
