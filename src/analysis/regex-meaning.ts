import { isOrigin, parseOrigin } from '../cors/origin.ts';
import { isWildcard, type Wildcard, type WildcardDepth } from '../cors/origin-pattern.ts';
import type { CompiledRegex } from '../cors/regex.ts';
import { type Automaton, accepts } from '../cors/regex-automaton.ts';
import { fewOrigins } from './few-words.ts';
import { compileContainer, containsEntry, POLICY_STEPS } from './origin-containment.ts';

/** What a regex stands for, where that can be said without one. */
export type RegexMeaning =
  | { readonly kind: 'Nothing' }
  | { readonly kind: 'Exact'; readonly origins: readonly string[] }
  | { readonly kind: 'Wildcard'; readonly wildcard: Wildcard };

/** Most origins that are better listed. */
const MOST_ORIGINS = 16;

/** Most texts that are looked at to find these: not all that a regex matches are origins. */
const MOST_TEXTS = 64;

/**
 * Says what a regex stands for, if it is nothing, a few origins or a wildcard: proved, not guessed.
 *
 * @param samples origins that it matches, as far as they are known
 */
export function regexMeaning(regex: CompiledRegex, samples: readonly string[]): RegexMeaning | undefined {
  const few = fewOrigins(regex.automaton, MOST_TEXTS);
  if (few !== undefined && few.length > 0 && few.length <= MOST_ORIGINS) return { kind: 'Exact', origins: few };
  if (few?.length === 0 || (samples.length === 0 && isNothing(regex))) return { kind: 'Nothing' };
  const wildcard = samples
    .slice(0, MOST_SAMPLES)
    .flatMap(wildcardsAround)
    .find((each) => isSame(regex, each));
  return wildcard === undefined ? undefined : { kind: 'Wildcard', wildcard };
}

const NOBODY = { any: false, exact: [], wildcards: [], regexes: [] };

function isNothing({ source }: CompiledRegex): boolean {
  return containsEntry(compileContainer(NOBODY), { kind: 'regex', source }, { left: POLICY_STEPS }).kind === 'Inside';
}

/** Samples around which wildcards are tried: the first ones are the plainest. */
const MOST_SAMPLES = 2;

/** Every wildcard that an origin belongs to. */
function wildcardsAround(text: string): readonly Wildcard[] {
  const origin = parseOrigin(text);
  if (origin === undefined) return [];
  const labels = origin.host.split('.');
  const port = origin.port === 0 ? '' : String(origin.port);
  return labels
    .slice(1)
    .flatMap((_, index) =>
      DEPTHS.map((depth) => ({ scheme: origin.scheme, base: labels.slice(index + 1).join('.'), port, depth })),
    );
}

const DEPTHS: readonly WildcardDepth[] = ['Any', 'Single'];

/** Labels of every kind of character; what does not match them all is no wildcard, and needs no automaton to be seen so. */
const LABELS = ['a', '0', '-', '_', 'a-', '-9', 'zz.z', '7_.-'];

function isSame({ source, automaton }: CompiledRegex, wildcard: Wildcard): boolean {
  if (!isWildcard(wildcard) || !isLikely(automaton, wildcard)) return false;
  const budget = { left: POLICY_STEPS };
  const regexes = compileContainer({ ...NOBODY, regexes: [source] });
  if (containsEntry(regexes, { kind: 'wildcard', wildcard }, budget).kind !== 'Inside') return false;
  const wildcards = compileContainer({ ...NOBODY, wildcards: [wildcard] });
  return containsEntry(wildcards, { kind: 'regex', source }, budget).kind === 'Inside';
}

function isLikely(automaton: Automaton, { scheme, base, port, depth }: Wildcard): boolean {
  const end = `.${base}${port === '' ? '' : `:${port}`}`;
  return LABELS.every((labels) => {
    const origin = `${scheme}://${labels}${end}`;
    return !isOrigin(origin) || accepts(automaton, origin) === (depth === 'Any' || !labels.includes('.'));
  });
}
