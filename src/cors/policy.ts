import type { Wildcard } from './origin-pattern.ts';

/**
 * The origins a policy names. Order and duplicates mean nothing.
 *
 * `any` stands for `*`. An entry that is no origin, no wildcard or no regex matches nothing.
 */
export type OriginSet = {
  readonly any: boolean;
  readonly exact: readonly string[];
  readonly wildcards: readonly Wildcard[];
  /** RE2 syntax, each matched against the whole origin. */
  readonly regexes: readonly string[];
};

/**
 * What a policy lets browsers do. The lists may hold `*`.
 *
 * GET, HEAD and POST are always allowed. What is not a token in a list is left out, never widened.
 */
export type Policy = {
  readonly origins: OriginSet;
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  /** With `origins.any` nothing at all is granted: browsers refuse the pair, and an echo would open every site. */
  readonly allowCredentials: boolean;
  /** Seconds, 0 to 86400; absent says nothing about keeping, and any other number counts as absent. */
  readonly maxAge?: number | undefined;
};
