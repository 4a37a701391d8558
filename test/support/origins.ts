import fc from 'fast-check';
import type { Wildcard } from '../../src/cors/origin-pattern.ts';
import type { OriginSet } from '../../src/cors/policy.ts';

/** Few values, so that independent draws often meet or nearly meet. */
const SCHEMES = ['https', 'https', 'http', 'app', 'moz-extension'];
const LABELS = [
  'a',
  'b',
  'app',
  'example',
  'com',
  'a-b',
  '_x',
  '-',
  'xn--bcher-kva',
  '0a',
  'localhost',
  'l'.repeat(63),
];
const ADDRESSES = ['127.0.0.1', '0.0.0.0', '255.255.255.255', '[::1]', '[::]', '[2001:db8::1]', '[1:2:3:4:5:6:7:8]'];
const PORTS = ['', '', '', ':8443', ':1', ':65535', ':3000'];

/** A host name of one to four labels, now and then with a trailing dot. */
function hostName(): fc.Arbitrary<string> {
  const labels = fc.array(fc.constantFrom(...LABELS), { minLength: 1, maxLength: 3 });
  const last = fc.constantFrom('com', 'example', 'localhost', 'a', 'xn--p1ai');
  const dot = fc.constantFrom('', '', '', '', '.');
  return fc.tuple(labels, last, dot).map(([names, end, point]) => `${[...names, end].join('.')}${point}`);
}

/** A well-formed origin. */
export function wellFormedOrigin(): fc.Arbitrary<string> {
  const host = fc.oneof({ weight: 6, arbitrary: hostName() }, { weight: 1, arbitrary: fc.constantFrom(...ADDRESSES) });
  return fc
    .tuple(fc.constantFrom(...SCHEMES), host, fc.constantFrom(...PORTS))
    .filter(([scheme, name]) => scheme.startsWith('http') || !name.startsWith('['))
    .map(([scheme, name, port]) => `${scheme}://${name}${port}`);
}

/** What parsers, proxies and people make of an origin; most results are not well-formed, some are another origin. */
const MISTAKES: readonly ((origin: string) => string)[] = [
  (origin) => `${origin}/`,
  (origin) => `${origin}.`,
  (origin) => `${origin} `,
  (origin) => ` ${origin}`,
  (origin) => `${origin}\n`,
  (origin) => `${origin}\0`,
  (origin) => `${origin}, ${origin}`,
  (origin) => `${origin},${origin}`,
  (origin) => `${origin}?`,
  (origin) => `${origin}#`,
  (origin) => `${origin}:`,
  (origin) => `${origin}:443`,
  (origin) => `${origin}:80`,
  (origin) => `${origin}:0`,
  (origin) => `${origin}:08443`,
  (origin) => `${origin}:65536`,
  (origin) => `${origin}:8443`,
  (origin) => origin.replace(/:\d+$/, ''),
  (origin) => `${origin}.evil.example`,
  (origin) => origin.toUpperCase(),
  (origin) => origin.replace('http', 'HTTP'),
  (origin) => origin.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase()),
  (origin) => origin.replace('://', ':/'),
  (origin) => origin.replace('://', ':\\\\'),
  (origin) => origin.replace('://', ':///'),
  (origin) => origin.replace('://', '://user@'),
  (origin) => origin.replace('://', '://evil'),
  (origin) => origin.replace('://', '://x.'),
  (origin) => origin.replace('://', '://x.y.'),
  (origin) => origin.replace('://', '://.'),
  (origin) => origin.replace('://', '://*.'),
  (origin) => origin.replace('://', `://${'l'.repeat(64)}.`),
  (origin) => origin.replace(/:\/\/[^.]*\./, '://'),
  (origin) => origin.replace('.', '..'),
  (origin) => origin.replace('.', ''),
  (origin) => origin.replace('.', '-'),
  (origin) => origin.replace('.', '。'),
  (origin) => origin.replace('e', 'е'),
  (origin) => origin.replace(/^https/, 'http'),
  (origin) => origin.replace(/^http(?!s)/, 'https'),
  (origin) => origin.slice(0, -1),
  (origin) => origin.slice(1),
];

/** An origin with one mistake. */
export function nearMiss(origins: fc.Arbitrary<string> = wellFormedOrigin()): fc.Arbitrary<string> {
  return fc.tuple(origins, fc.constantFrom(...MISTAKES)).map(([origin, mistake]) => mistake(origin));
}

/** Anything that may stand in a header, and much that may not. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom('', 'null', '*', 'https://', '://', 'https://*', 'file://', '\r\nSet-Cookie: a=b', '\0', '💥'),
    fc.string({
      unit: fc.nat(0xffff).map((code) => String.fromCharCode(code % 4 === 0 ? code : code % 256)),
      maxLength: 40,
    }),
    fc.string({ unit: fc.constantFrom(...'htps:/.*ab[]@0158-_ ,\t'), maxLength: 40 }),
    fc.constantFrom('a', '.', '[', ':', ',').map((letter) => `https://${letter.repeat(16_384)}`),
  );
}

/** Values of an `Origin` header: well-formed, nearly so, or anything. */
export function originValue(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: wellFormedOrigin() },
    { weight: 4, arbitrary: nearMiss() },
    { weight: 1, arbitrary: hostileText() },
  );
}

/** A wildcard before a host name. */
export function wildcard(): fc.Arbitrary<Wildcard> {
  const base = fc.oneof(hostName(), fc.constantFrom('com', 'example.com', 'a', 'b.a'));
  return fc
    .record({
      scheme: fc.constantFrom(...SCHEMES),
      base,
      port: fc.constantFrom('', '', '', '8443', '3000'),
      depth: fc.constantFrom<'Any' | 'Single'>('Any', 'Single'),
    })
    .filter((candidate) => candidate.base.length <= 251);
}

/** Regexes as people write them, in RE2 syntax, with flags, assertions and alternatives; a few do not compile. */
export const REGEXES: readonly string[] = [
  'https://.*',
  '.*',
  '.+com',
  '^https://a\\.example$',
  'https://[a-z]+\\.example\\.com',
  'https?://(?:[a-z0-9-]+\\.)*example\\.com(?::[0-9]{2,5})?',
  'https://(a|ab|app)\\.a',
  'a|https://a\\.a',
  '(?i)HTTPS://APP\\.EXAMPLE\\.COM',
  'https://\\w+\\.com',
  'https://\\Ba.*',
  'https://\\bapp\\b.*',
  '.*\\b',
  '.*\\B',
  '(?m)^https://b\\.com$',
  'https://[^.]+\\.com',
  'https://.{1,9}',
  '',
  '^$',
  'https://\\Qa.b\\E\\.com',
  '\\Ahttps://b\\.a\\z',
  '[[:alpha:]]+://[[:alnum:].]+',
  '\\pL+://.*',
  'https://(?:a?){20}a{20}\\.com',
  '(?:https|app)://(?:_x|-)\\..*',
  'https://a{2,',
  '(?=https).*',
  '(',
  '[a-',
];

/** A whole set of origins, small. */
export function originSet(): fc.Arbitrary<OriginSet> {
  const entry = fc.oneof({ weight: 4, arbitrary: wellFormedOrigin() }, { weight: 1, arbitrary: originValue() });
  return fc.record({
    any: fc.constantFrom(false, false, false, false, true),
    exact: fc.array(entry, { maxLength: 6 }),
    wildcards: fc.array(wildcard(), { maxLength: 6 }),
    regexes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...REGEXES), { maxLength: 4 }) },
    ),
  });
}

/** Origins that lie at, near and far from the entries of a set. */
export function originsAround(origins: OriginSet): fc.Arbitrary<string> {
  const covered = origins.wildcards.map(
    ({ scheme, base, port }) => `${scheme}://x.${base}${port === '' ? '' : `:${port}`}`,
  );
  const deep = covered.map((origin) => origin.replace('://x.', '://y-1._z.'));
  const bases = covered.map((origin) => origin.replace('://x.', '://'));
  const entries = [...origins.exact, ...covered, ...deep, ...bases];
  if (entries.length === 0) return originValue();
  const near = fc.constantFrom(...entries);
  return fc.oneof(near, nearMiss(near), originValue());
}
