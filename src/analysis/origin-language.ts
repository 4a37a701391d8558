import type { Wildcard } from '../cors/origin-pattern.ts';
import { compileRegex } from '../cors/regex.ts';
import type { Automaton } from '../cors/regex-automaton.ts';
import { combineAutomata } from './automaton-combination.ts';
import { once } from './once.ts';
import { rememberByText } from './text-memory.ts';

/** A regex in RE2 syntax for what a wildcard stands for, among well-formed origins. */
export function wildcardSource({ scheme, base, port, depth }: Wildcard): string {
  return `${quoted(`${scheme}://`)}${labels(scheme, depth)}${quoted(`.${base}${port === '' ? '' : `:${port}`}`)}`;
}

/** Host names have labels only; what browsers leave unparsed may have empty ones, and long ones. */
function labels(scheme: string, depth: Wildcard['depth']): string {
  if (scheme === 'http' || scheme === 'https') return depth === 'Any' ? '[^/:]+' : '[^/:.]+';
  return depth === 'Any' ? '[^/:.]{1,63}(?:\\.[^/:.]{1,63})*' : '[^/:.]{1,63}';
}

/** A regex in RE2 syntax for one text. */
function quoted(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/g, (character) => `\\${character}`);
}

/** The automaton of a regex; undefined when it does not compile, or would need too many states. */
export const automatonOf: (source: string) => Automaton | undefined = rememberByText(
  (source) => {
    const compilation = compileRegex(source);
    return compilation.ok ? compilation.regex.automaton : undefined;
  },
  // Some thousands of usual ones, or some tens of the largest.
  { most: 16 * 2 ** 20, weigh: (automaton) => 2048 + (automaton?.next.byteLength ?? 0) },
);

/**
 * What looks like an origin at a glance: no less than what is well-formed, and enough for most questions. Small, because it takes
 * part in all of them.
 */
export const roughShapes: () => Automaton = once(() =>
  combineAutomata([PARSED_SCHEME, ROUGH, UNPARSED].map(fixed), ([isParsed, fits, fitsUnparsed]) =>
    Boolean(isParsed ? fits : fitsUnparsed),
  ),
);

/**
 * What is built like an origin: no less than what is well-formed. Lengths are not looked at, nor how an address in brackets
 * shortens its zeros.
 *
 * @see https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
 */
export const originShapes: () => Automaton = once(() =>
  combineAutomata(
    [PARSED_SCHEME, PARSED, USUAL_PORT, NUMBER, IPV4, UNPARSED, HIGH_PORT].map(fixed),
    ([isParsed, fits, isUsual, endsInNumber, isIpv4, fitsUnparsed, isHigh]) =>
      !isHigh && Boolean(isParsed ? fits && !isUsual && (!endsInNumber || isIpv4) : fitsUnparsed),
  ),
);

/** The same, without labels of host names that are too long. */
export const measuredShapes: () => Automaton = once(() =>
  combineAutomata([originShapes(), fixed(LONG_LABEL)], ([is, isLong]) => is === true && !isLong),
);

/** Origins as people know them: names that end in letters. */
export const familiarShapes: () => Automaton = once(() =>
  fixed('https?://[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]+(?::[1-9][0-9]{3})?'),
);

/** Origins without TLS that leave the machine. */
export const insecureShapes: () => Automaton = once(() =>
  combineAutomata([originShapes(), fixed(INSECURE), fixed(LOOPBACK)], ([is, isInsecure, isLoopback]) =>
    Boolean(is && isInsecure && !isLoopback),
  ),
);

/** Schemes whose hosts browsers parse; of others they take what stands there. */
const PARSED_SCHEME = 'https?://.*';
const PORT = '(?::[1-9][0-9]{0,4})?';
const PIECE = '(?:0|[1-9a-f][0-9a-f]{0,3})';
const PIECES = `(?:${PIECE}(?::${PIECE}){0,5})?`;
const IPV6 = `\\[(?:${PIECE}(?::${PIECE}){7}|${PIECES}::${PIECES})\\]`;
const PARSED = `https?://(?:[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.?|${IPV6})${PORT}`;
const ROUGH = `https?://(?:[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.?|\\[[0-9a-z:]+\\])${PORT}`;
const UNPARSED = `[a-z][a-z0-9+.-]*://[A-Za-z0-9_.-]+${PORT}`;
const USUAL_PORT = 'https://.*:443|http://.*:80';
/** Ports beyond 65535. */
const HIGH_PORT = '.*:(?:6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})';
/** A name that ends in a number is an IPv4 address, or none. */
const NUMBER = '.*://(?:[^/:]*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?(?::[0-9]+)?';
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = `.*://${BYTE}(?:\\.${BYTE}){3}(?::[0-9]+)?`;
const LONG_LABEL = 'https?://(?:[^/:]*\\.)?[^/:.[]{64,}(?:[.:].*)?';
const INSECURE = '(?:http|ws)://.*';
const LOOPBACK = `.*://(?:(?:[^/:]*\\.)?localhost\\.?|127(?:\\.[0-9]{1,3}){3}\\.?|\\[::1\\])(?::[0-9]+)?`;

function fixed(source: string): Automaton {
  const automaton = automatonOf(source);
  if (automaton === undefined) throw new Error(`no automaton for ${source}`);
  return automaton;
}
