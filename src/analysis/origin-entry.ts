import type { Wildcard } from '../cors/origin-pattern.ts';

/** One entry of a policy: an exact origin, a wildcard, or a regex. */
export type OriginEntry =
  | { readonly kind: 'exact'; readonly origin: string }
  | { readonly kind: 'wildcard'; readonly wildcard: Wildcard }
  | { readonly kind: 'regex'; readonly source: string };
