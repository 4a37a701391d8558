import type { Issue } from './issue.ts';
import { compareText } from './text-order.ts';

/** The order of issues in everything that leaves the core: object, path with numbers by value, reason, message. */
export function compareIssues(left: Issue, right: Issue): number {
  return (
    compareObjects(left, right) ||
    comparePaths(left.path, right.path) ||
    compareText(left.reason, right.reason) ||
    compareText(left.message, right.message) ||
    compareText(left.severity, right.severity) ||
    compareText(left.witness ?? '', right.witness ?? '') ||
    compareText(left.suggestion ?? '', right.suggestion ?? '')
  );
}

/** Sorts issues and drops those that say the same. */
export function sortedIssues(issues: Issue[]): readonly Issue[] {
  const sorted = issues.sort(compareIssues);
  return sorted.filter((issue, index) => {
    const former = sorted[index - 1];
    return former === undefined || compareIssues(former, issue) !== 0;
  });
}

function compareObjects(left: Issue, right: Issue): number {
  const [first, second] = [left.object, right.object];
  if (first === second) return 0;
  return (
    compareText(first?.kind ?? '', second?.kind ?? '') ||
    compareText(first?.namespace ?? '', second?.namespace ?? '') ||
    compareText(first?.name ?? '', second?.name ?? '')
  );
}

const DIGITS = /\d+|\D+/g;

/** `spec.allowOrigins[10]` comes after `spec.allowOrigins[9]`. */
function comparePaths(left: string, right: string): number {
  if (left === right) return 0;
  const [first, second] = [left.match(DIGITS) ?? [], right.match(DIGITS) ?? []];
  for (let index = 0; index < Math.min(first.length, second.length); index++) {
    const difference = compareParts(first[index] ?? '', second[index] ?? '');
    if (difference !== 0) return difference;
  }
  return first.length - second.length || compareText(left, right);
}

function compareParts(left: string, right: string): number {
  const numbers = startsWithDigit(left) && startsWithDigit(right);
  return (numbers && Number(left) - Number(right)) || compareText(left, right);
}

function startsWithDigit(part: string): boolean {
  return part >= '0' && part < ':';
}
