import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { parseOriginPattern } from '../../src/cors/origin-pattern.ts';

/** Whether origins match one entry of `allowOrigins`. */
export function compilePatternMatch(text: string): (origin: string) => boolean {
  const pattern = parseOriginPattern(text, 'Any');
  const matcher = compileMatcher({
    any: pattern?.kind === 'any',
    exact: pattern?.kind === 'exact' ? [pattern.origin] : [],
    wildcards: pattern?.kind === 'wildcard' ? [pattern.wildcard] : [],
    regexes: [],
  });
  return (origin) => matchOrigin(matcher, origin);
}
