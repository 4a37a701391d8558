const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const COLON = 0x3a;
const LEFT_BRACKET = 0x5b;
const RIGHT_BRACKET = 0x5d;

/**
 * Whether `start` (included) to `end` (excluded) of a text is an IPv4 address as browsers write it: four decimal
 * numbers up to 255 without leading zeros.
 *
 * @see https://url.spec.whatwg.org/#concept-ipv4-serializer
 */
export function isIpv4(text: string, start: number, end: number): boolean {
  let position = start;
  for (let part = 0; part < 4; part += 1) {
    if (part > 0) {
      if (position >= end || text.charCodeAt(position) !== DOT) return false;
      position += 1;
    }
    position = endOfByte(text, position, end);
    if (position === -1) return false;
  }
  return position === end;
}

function endOfByte(text: string, start: number, end: number): number {
  let value = 0;
  let position = start;
  while (position < end && isDigit(text.charCodeAt(position))) {
    if (position > start && value === 0) return -1;
    value = value * 10 + text.charCodeAt(position) - ZERO;
    if (value > 255) return -1;
    position += 1;
  }
  return position === start ? -1 : position;
}

/**
 * Finds the end of a bracketed IPv6 address as browsers write it: lower-case hexadecimal pieces without leading zeros,
 * the first longest run of two or more zero pieces as `::`, no zone, no dotted part.
 *
 * @param start index of the opening bracket
 * @returns index after the closing bracket, -1 when the address is written in any other way
 * @see https://url.spec.whatwg.org/#concept-ipv6-serializer
 */
export function endOfIpv6(text: string, start: number): number {
  const head = readPieces(text, start + 1);
  if (text.charCodeAt(start) !== LEFT_BRACKET || head === -1) return -1;
  const gap = endOfPieces(head);
  if (isClosed(text, gap)) return isWhole(head) ? gap + 1 : -1;
  if (text.charCodeAt(gap) !== COLON || text.charCodeAt(gap + 1) !== COLON) return -1;
  const tail = readPieces(text, gap + 2);
  if (tail === -1 || !isClosed(text, endOfPieces(tail))) return -1;
  return isCanonicalGap(head, tail) ? endOfPieces(tail) + 1 : -1;
}

function isClosed(text: string, index: number): boolean {
  return text.charCodeAt(index) === RIGHT_BRACKET;
}

/** Eight pieces, and no two zeros in a row that should have been shortened. */
function isWhole(pieces: number): boolean {
  return countOfPieces(pieces) === 8 && (longestZeros(zerosOfPieces(pieces)) & 0xf) < 2;
}

/** The gap stands for the first longest run of two or more zeros, all of it. */
function isCanonicalGap(head: number, tail: number): boolean {
  const before = countOfPieces(head);
  const gap = 8 - before - countOfPieces(tail);
  if (gap < 2) return false;
  const zeros = zerosOfPieces(head) | (((1 << gap) - 1) << before) | (zerosOfPieces(tail) << (before + gap));
  return longestZeros(zeros) === ((before << 4) | gap);
}

/** @returns start of the first longest run of set bits, shifted by four, and its length */
function longestZeros(zeros: number): number {
  let longest = 0;
  let length = 0;
  for (let piece = 0; piece < 8; piece += 1) {
    length = (zeros >>> piece) & 1 ? length + 1 : 0;
    if (length > (longest & 0xf)) longest = ((piece + 1 - length) << 4) | length;
  }
  return longest;
}

/**
 * Reads pieces joined by single colons, none included.
 *
 * @returns in one number the index of what ended them, their count, and a bit for each piece that is zero; -1 if malformed
 */
function readPieces(text: string, start: number): number {
  let pieces = start << 16;
  if (!isHexadecimal(text.charCodeAt(start))) return pieces;
  for (let position = start; pieces !== -1; position = endOfPieces(pieces) + 1) {
    pieces = withPiece(pieces, text, position);
    if (pieces !== -1 && !isSingleColon(text, endOfPieces(pieces))) break;
  }
  return pieces;
}

function withPiece(pieces: number, text: string, start: number): number {
  const end = endOfPiece(text, start);
  const count = countOfPieces(pieces);
  if (end === -1 || count === 8) return -1;
  const isZero = end === start + 1 && text.charCodeAt(start) === ZERO;
  return (end << 16) | ((count + 1) << 8) | zerosOfPieces(pieces) | (isZero ? 1 << count : 0);
}

function endOfPieces(pieces: number): number {
  return pieces >>> 16;
}

function countOfPieces(pieces: number): number {
  return (pieces >>> 8) & 0xff;
}

function zerosOfPieces(pieces: number): number {
  return pieces & 0xff;
}

function isSingleColon(text: string, position: number): boolean {
  return text.charCodeAt(position) === COLON && text.charCodeAt(position + 1) !== COLON;
}

/** @returns index after one to four digits, -1 for none, for a leading zero and for a fifth digit */
function endOfPiece(text: string, start: number): number {
  let end = start;
  while (isHexadecimal(text.charCodeAt(end))) end += 1;
  if (end === start || end - start > 4) return -1;
  return end - start > 1 && text.charCodeAt(start) === ZERO ? -1 : end;
}

/** Whether a code is `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Whether a code is `0` to `9` or `a` to `f`. */
export function isHexadecimal(code: number): boolean {
  return isDigit(code) || (code >= 0x61 && code <= 0x66);
}
