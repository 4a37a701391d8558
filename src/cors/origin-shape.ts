import { endOfIpv6, isDigit, isHexadecimal, isIpv4 } from './ip-address.ts';

/** Longest origin in bytes: scheme 64, `://`, host 253 and a trailing dot, colon, port 5. */
export const MAX_ORIGIN_LENGTH = 327;

/** Longest host in bytes, without a trailing dot. */
export const MAX_HOST_LENGTH = 253;

/** Longest label of a host in bytes. */
export const MAX_LABEL_LENGTH = 63;

const MAX_SCHEME_LENGTH = 64;
const MAX_PORT = 65535;

const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const COLON = 0x3a;
const LEFT_BRACKET = 0x5b;
const LOWER_X = 0x78;

const [IN_SCHEME, IN_LABEL, IN_OPAQUE] = [1, 2, 4];

/** Per ASCII code: which parts of an origin may hold it. A table, because this is asked for every byte of every request. */
const CODES: Uint8Array = partsByCode();

function partsByCode(): Uint8Array {
  const codes = new Uint8Array(128);
  const add = (part: number, letters: string): void => {
    for (const letter of letters) codes[letter.charCodeAt(0)] = (codes[letter.charCodeAt(0)] ?? 0) | part;
  };
  add(IN_SCHEME | IN_LABEL | IN_OPAQUE, 'abcdefghijklmnopqrstuvwxyz0123456789-');
  add(IN_LABEL | IN_OPAQUE, '_');
  add(IN_SCHEME | IN_OPAQUE, '.');
  add(IN_SCHEME, '+');
  add(IN_OPAQUE, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  return codes;
}

/** What stands between scheme and port. */
export type HostKind = 'name' | 'ipv4' | 'ipv6' | 'opaque';

const KINDS: readonly HostKind[] = ['name', 'ipv4', 'ipv6', 'opaque'];
const [NAME, IPV4, IPV6, OPAQUE] = [0, 1, 2, 3];

/**
 * Reads where the parts of an origin lie, without allocating: the whole grammar, bytes compared, nothing decoded.
 *
 * @returns a number for {@link hostStart}, {@link hostEnd} and {@link hostKind}; 0 when the text is no well-formed origin
 * @see https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
 */
export function originShape(text: string): number {
  if (text.length > MAX_ORIGIN_LENGTH) return 0;
  const schemeEnd = endOfScheme(text);
  if (schemeEnd === -1 || text.charCodeAt(schemeEnd + 1) !== SLASH || text.charCodeAt(schemeEnd + 2) !== SLASH)
    return 0;
  const start = schemeEnd + 3;
  const usualPort = usualPortAt(text, schemeEnd);
  const kind = usualPort === 0 ? OPAQUE : startKind(text, start);
  const end = endOfHost(text, start, kind);
  if (end === -1 || !isPort(text, end, usualPort)) return 0;
  if (kind !== NAME || !endsInNumber(text, start, end)) return packed(start, end, kind);
  return isIpv4(text, start, end) ? packed(start, end, IPV4) : 0;
}

/** Index where the host starts, right after `://`. */
export function hostStart(shape: number): number {
  return shape & 0x7f;
}

/** Index after the host, brackets of an IPv6 address included. */
export function hostEnd(shape: number): number {
  return (shape >>> 7) & 0x1ff;
}

/** What the host is. */
export function hostKind(shape: number): HostKind {
  return KINDS[shape >>> 16] ?? 'opaque';
}

/** Whether an origin holds any other than plain host names, whose labels need no second look. */
export function hasOpaqueHost(shape: number): boolean {
  return shape >>> 16 === OPAQUE;
}

/**
 * Whether the labels from `start` (included) to `end` (excluded, the index of a dot) are well-formed: none empty, none
 * over 63 bytes. Only hosts of schemes other than http and https can hold others.
 */
export function areLabels(text: string, start: number, end: number): boolean {
  let labelStart = start;
  for (let index = start; index <= end; index += 1) {
    if (index < end && text.charCodeAt(index) !== DOT) continue;
    if (index === labelStart || index - labelStart > MAX_LABEL_LENGTH) return false;
    labelStart = index + 1;
  }
  return true;
}

/**
 * Whether a browser takes a host for an IPv4 address: its last label is all digits, or `0x` and hexadecimal digits.
 *
 * @see https://url.spec.whatwg.org/#ends-in-a-number-checker
 */
export function endsInNumber(text: string, start: number, end: number): boolean {
  const last = text.charCodeAt(end - 1) === DOT ? end - 1 : end;
  let labelStart = last;
  while (labelStart > start && text.charCodeAt(labelStart - 1) !== DOT) labelStart -= 1;
  if (labelStart === last) return false;
  const hexadecimal = text.charCodeAt(labelStart) === ZERO && text.charCodeAt(labelStart + 1) === LOWER_X;
  if (hexadecimal && labelStart + 1 < last) return isAll(isHexadecimal, text, labelStart + 2, last);
  return isAll(isDigit, text, labelStart, last);
}

function isAll(test: (code: number) => boolean, text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (!test(text.charCodeAt(index))) return false;
  }
  return true;
}

function packed(start: number, end: number, kind: number): number {
  return (kind << 16) | (end << 7) | start;
}

function endOfScheme(text: string): number {
  const first = text.charCodeAt(0);
  if (!(first >= 0x61 && first <= 0x7a)) return -1;
  let index = 1;
  while (isSchemeCode(text.charCodeAt(index))) index += 1;
  return index <= MAX_SCHEME_LENGTH && text.charCodeAt(index) === COLON ? index : -1;
}

/** @returns 80 for http, 443 for https, 0 for every other scheme */
function usualPortAt(text: string, schemeEnd: number): number {
  if (!text.startsWith('http')) return 0;
  if (schemeEnd === 4) return 80;
  return schemeEnd === 5 && text.charCodeAt(4) === 0x73 ? 443 : 0;
}

function startKind(text: string, start: number): number {
  return text.charCodeAt(start) === LEFT_BRACKET ? IPV6 : NAME;
}

function endOfHost(text: string, start: number, kind: number): number {
  if (kind === IPV6) return endOfIpv6(text, start);
  return kind === OPAQUE ? endOfOpaque(text, start) : endOfName(text, start);
}

function endOfOpaque(text: string, start: number): number {
  let index = start;
  while (isOpaqueCode(text.charCodeAt(index))) index += 1;
  return index > start && index - start <= MAX_HOST_LENGTH ? index : -1;
}

function endOfName(text: string, start: number): number {
  let end = endOfLabel(text, start);
  while (end !== -1 && text.charCodeAt(end) === DOT && isLabelCode(text.charCodeAt(end + 1))) {
    end = endOfLabel(text, end + 1);
  }
  if (end === -1 || end - start > MAX_HOST_LENGTH) return -1;
  return text.charCodeAt(end) === DOT ? end + 1 : end;
}

function endOfLabel(text: string, start: number): number {
  let end = start;
  while (isLabelCode(text.charCodeAt(end))) end += 1;
  return end > start && end - start <= MAX_LABEL_LENGTH ? end : -1;
}

function isPort(text: string, start: number, usualPort: number): boolean {
  if (start === text.length) return true;
  const digits = text.length - start - 1;
  if (text.charCodeAt(start) !== COLON || digits < 1 || digits > 5 || text.charCodeAt(start + 1) === ZERO) return false;
  let port = 0;
  for (let index = start + 1; index < text.length; index += 1) {
    if (!isDigit(text.charCodeAt(index))) return false;
    port = port * 10 + text.charCodeAt(index) - ZERO;
  }
  return port <= MAX_PORT && port !== usualPort;
}

function isLabelCode(code: number): boolean {
  return code < 128 && ((CODES[code] ?? 0) & IN_LABEL) !== 0;
}

function isSchemeCode(code: number): boolean {
  return code < 128 && ((CODES[code] ?? 0) & IN_SCHEME) !== 0;
}

function isOpaqueCode(code: number): boolean {
  return code < 128 && ((CODES[code] ?? 0) & IN_OPAQUE) !== 0;
}
