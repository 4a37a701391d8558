import fc from 'fast-check';

const PIECES = [
  'https://',
  'http://',
  'https?://',
  'null',
  'example',
  'app',
  '\\.',
  '.',
  '.*',
  '.+',
  '\\.com',
  '\\.github\\.io',
  'com',
  '-',
  ':',
  '[a-z]',
  '[a-z0-9-]+',
  '[^/]*',
  '\\d+',
  '(?i)',
  '^',
  '$',
  '\\b',
  '(:\\d+)?',
  '[[:alpha:]]',
];

/** Regexes as people write them for origins, well or badly; nearly all compile. */
export function regexSource(): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...PIECES);
  const row = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  const group = fc
    .tuple(row, row, fc.constantFrom('', '?', '*', '+', '{2}'))
    .map(([left, right, repeat]) => `(${left}|${right})${repeat}`);
  const body = fc.array(fc.oneof({ weight: 3, arbitrary: row }, { weight: 1, arbitrary: group }), {
    minLength: 1,
    maxLength: 3,
  });
  return fc
    .tuple(fc.constantFrom('', '^', '^https://'), body, fc.constantFrom('', '$'))
    .map(([start, parts, end]) => start + parts.join('') + end);
}
