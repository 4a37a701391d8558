import { printWildcard, type Wildcard } from '../cors/origin-pattern.ts';

/** Wildcards, to be asked which of them contains another one. */
export type WildcardIndex = { readonly keys: ReadonlySet<string> };

/** Indexes wildcards: a look-up takes as long as the base has dots. */
export function indexWildcards(wildcards: readonly Wildcard[]): WildcardIndex {
  return { keys: new Set(wildcards.map((each) => wildcardKey(each, each.base, each.depth))) };
}

/** Whether every origin that a wildcard stands for is one of a single wildcard of an index. */
export function isInsideWildcards(index: WildcardIndex, inner: Wildcard): boolean {
  if (index.keys.has(wildcardKey(inner, inner.base, 'Any'))) return true;
  if (inner.depth === 'Single' && index.keys.has(wildcardKey(inner, inner.base, 'Single'))) return true;
  for (let dot = inner.base.indexOf('.'); dot !== -1; dot = inner.base.indexOf('.', dot + 1)) {
    if (index.keys.has(wildcardKey(inner, inner.base.slice(dot + 1), 'Any'))) return true;
  }
  return false;
}

/** Text that is the same for equal wildcards only. */
export function wildcardText(wildcard: Wildcard): string {
  return `${wildcard.depth} ${printWildcard(wildcard)}`;
}

function wildcardKey(wildcard: Wildcard, base: string, depth: Wildcard['depth']): string {
  return wildcardText({ ...wildcard, base, depth });
}
