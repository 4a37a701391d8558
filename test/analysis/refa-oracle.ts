import { DFA, isDisjointWith, JS, NFA } from 'refa';

/**
 * Containment decided by another library, from the same patterns as text: its parser, its automata, its algorithm. Regexes have to
 * be written in what RE2 and JavaScript read alike.
 */
export function isInsideByRefa(inner: string, outer: readonly string[]): boolean {
  const union = outer.length === 0 ? '[]' : outer.map((source) => `(?:${source})`).join('|');
  const outside = DFA.fromFA(automaton(union));
  outside.complement();
  const words = automaton(inner);
  return wellFormed.every((origins) => isDisjointWith(DFA.fromIntersection(words, origins), outside));
}

function automaton(source: string): NFA {
  const { expression, maxCharacter } = JS.Parser.fromLiteral({ source, flags: 's' }).parse({ assertions: 'throw' });
  return NFA.fromRegex(expression, { maxCharacter });
}

const LABELS = '[a-z0-9_\\-]+(?:\\.[a-z0-9_\\-]+)*';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
const HIGHEST = '(?:6553[0-5]|655[0-2][0-9]|65[0-4][0-9][0-9]|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})';

const PORT = `(?::${HIGHEST})?`;

/** Well-formed origins, lengths left out: those of http and https without addresses in brackets, and all others. */
const wellFormed: readonly DFA[] = [
  without(
    `https?://${LABELS}\\.?${PORT}`,
    DFA.fromFA(automaton('https://[^]*:443|http://[^]*:80')),
    DFA.fromIntersection(
      automaton('https?://(?:[^:/]*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?(?::[0-9]+)?'),
      complement(DFA.fromFA(automaton(`https?://${BYTE}(?:\\.${BYTE}){3}(?::[0-9]+)?`))),
    ),
  ),
  without(`[a-z][a-z0-9+.\\-]*://[A-Za-z0-9_.\\-]+${PORT}`, DFA.fromFA(automaton('https?://[^]*'))),
];

function without(source: string, ...parts: readonly DFA[]): DFA {
  let rest = DFA.fromFA(automaton(source));
  for (const part of parts) rest = DFA.fromIntersection(rest, complement(part));
  return rest;
}

function complement(automatonOf: DFA): DFA {
  const copy = automatonOf.copy();
  copy.complement();
  return copy;
}
