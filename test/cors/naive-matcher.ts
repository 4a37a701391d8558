import { RE2JS } from 're2js';
import type { Wildcard } from '../../src/cors/origin-pattern.ts';
import type { OriginSet } from '../../src/cors/policy.ts';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const LABEL = `${LOWER}${DIGITS}-_`;
const OPAQUE = `${LABEL}.${LOWER.toUpperCase()}`;

/** Whether an origin is one of a set, entry by entry and by the words of the specification: slow, and easy to believe. */
export function naiveMatch(origins: OriginSet, origin: string): boolean {
  if (origins.any) return true;
  if (!naiveIsOrigin(origin)) return false;
  return (
    origins.exact.some((entry) => entry === origin) ||
    origins.wildcards.some((wildcard) => naiveWildcard(wildcard, origin)) ||
    origins.regexes.some((source) => naiveRegex(source, origin))
  );
}

/** Whether a text is a well-formed origin. */
export function naiveIsOrigin(text: string): boolean {
  const parts = naiveSplit(text);
  if (text.length > 327 || parts === undefined) return false;
  const { scheme, host, port } = parts;
  if (!consistsOf(scheme, `${LOWER}${DIGITS}+.-`) || !LOWER.includes(scheme.charAt(0)) || scheme.length > 64)
    return false;
  if (port !== undefined && !isPort(scheme, port)) return false;
  if (scheme !== 'http' && scheme !== 'https') return consistsOf(host, OPAQUE) && host.length <= 253;
  if (host.startsWith('[')) return host === canonicalIpv6(host);
  return isNameOrIpv4(host);
}

function naiveSplit(text: string): { scheme: string; host: string; port: string | undefined } | undefined {
  const [scheme, rest, ...more] = text.split('://');
  if (scheme === undefined || rest === undefined || more.length > 0) return undefined;
  const colon = rest.startsWith('[') ? rest.indexOf(':', rest.indexOf(']') + 1) : rest.indexOf(':');
  if (colon === -1) return { scheme, host: rest, port: undefined };
  return { scheme, host: rest.slice(0, colon), port: rest.slice(colon + 1) };
}

function isPort(scheme: string, port: string): boolean {
  const number = Number(port);
  if (!consistsOf(port, DIGITS) || String(number) !== port || number < 1 || number > 65535) return false;
  return !(scheme === 'http' && number === 80) && !(scheme === 'https' && number === 443);
}

function isNameOrIpv4(host: string): boolean {
  const labels = host.split('.');
  if (labels.at(-1) === '' && labels.length > 1) labels.pop();
  if (labels.join('.').length > 253 || !labels.every(isLabel)) return false;
  const last = labels.at(-1) ?? '';
  const isHexadecimal =
    last.startsWith('0x') && [...last.slice(2)].every((digit) => '0123456789abcdef'.includes(digit));
  if (!consistsOf(last, DIGITS) && !isHexadecimal) return true;
  const numbers = labels.map((label) => (String(Number(label)) === label ? Number(label) : 256));
  return !host.endsWith('.') && numbers.length === 4 && numbers.every((number) => number >= 0 && number <= 255);
}

/** As the URL standard's ends-in-a-number checker reads a label. */
function isNumber(label: string): boolean {
  if (label.startsWith('0x')) return [...label.slice(2)].every((digit) => `${DIGITS}abcdef`.includes(digit));
  return consistsOf(label, DIGITS);
}

function isLabel(label: string): boolean {
  return consistsOf(label, LABEL) && label.length <= 63;
}

/** As the platform's own parser writes it. */
function canonicalIpv6(host: string): string | undefined {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

function naiveWildcard(wildcard: Wildcard, origin: string): boolean {
  const { scheme, base, port, depth } = wildcard;
  if (!isWellFormed(wildcard)) return false;
  const parts = naiveSplit(origin);
  if (parts === undefined || parts.scheme !== scheme || (parts.port ?? '') !== port) return false;
  if (!parts.host.endsWith(`.${base}`)) return false;
  const covered = parts.host.slice(0, -base.length - 1).split('.');
  if (depth === 'Single' && covered.length !== 1) return false;
  return covered.every((label) => label !== '' && label.length <= 63);
}

/** A wildcard stands before a host name: no empty label, nothing that looks like an address. */
function isWellFormed({ scheme, base, port }: Wildcard): boolean {
  const labels = base.endsWith('.') ? base.slice(0, -1).split('.') : base.split('.');
  const isHost =
    labels.every((label) => consistsOf(label, OPAQUE) && label.length <= 63) && labels.join('.').length <= 251;
  return (
    isHost && !isNumber(labels.at(-1) ?? '') && naiveIsOrigin(`${scheme}://x.${base}${port === '' ? '' : `:${port}`}`)
  );
}

function naiveRegex(source: string, origin: string): boolean {
  try {
    return RE2JS.compile(source).matches(origin);
  } catch {
    return false;
  }
}

function consistsOf(text: string, letters: string): boolean {
  return text !== '' && [...text].every((letter) => letters.includes(letter));
}
