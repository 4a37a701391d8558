/**
 * Writes an IPv4 address as browsers do, whatever form it is given in: hexadecimal and octal numbers, fewer than four.
 *
 * @returns four decimal numbers; undefined when it is no IPv4 address in any form
 * @see https://url.spec.whatwg.org/#concept-ipv4-parser
 */
export function browserIpv4(text: string): string | undefined {
  const parts = (text.endsWith('.') ? text.slice(0, -1) : text).split('.');
  const numbers = parts.map(ipv4Number);
  const last = numbers.at(-1) ?? Number.NaN;
  const first = numbers.slice(0, -1);
  if (parts.length > 4 || first.some((number) => !(number <= 255)) || !(last < 256 ** (5 - parts.length)))
    return undefined;
  const address = first.reduce((sum, number, index) => sum + number * 256 ** (3 - index), last);
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** @returns NaN when the part is no number */
function ipv4Number(part: string): number {
  if (/^0[xX][0-9a-fA-F]{0,8}$/.test(part)) return part.length === 2 ? 0 : Number.parseInt(part.slice(2), 16);
  if (/^0[0-7]{1,11}$/.test(part)) return Number.parseInt(part, 8);
  return /^[0-9]{1,10}$/.test(part) && !/^0./.test(part) ? Number(part) : Number.NaN;
}

/**
 * Writes an IPv6 address as browsers do.
 *
 * @param text without brackets; a dotted IPv4 tail is understood, a zone is not
 * @returns without brackets; undefined when it is no IPv6 address
 * @see https://url.spec.whatwg.org/#concept-ipv6-serializer
 */
export function browserIpv6(text: string): string | undefined {
  const halves = withoutDottedTail(text.toLowerCase()).split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const pieces = [...(head ?? []), ...(tail ?? [])];
  const missing = 8 - pieces.length;
  if (!pieces.every((piece) => /^[0-9a-f]{1,4}$/.test(piece)) || (tail === undefined ? missing !== 0 : missing < 1)) {
    return undefined;
  }
  const zeros = new Array<string>(missing).fill('0');
  return compressed([...(head ?? []), ...zeros, ...(tail ?? [])].map((piece) => piece.replace(/^0+(?=.)/, '')));
}

/** Turns `::ffff:1.2.3.4` into `::ffff:102:304`; anything else stays and is refused later. */
function withoutDottedTail(text: string): string {
  const tail = /^(.*:)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  const bytes = (tail ?? []).slice(2).map(Number);
  const [a, b, c, d] = bytes;
  if (a === undefined || b === undefined || c === undefined || d === undefined) return text;
  if (bytes.some((byte) => byte > 255)) return text;
  return `${tail?.[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

/** The first longest run of two or more zero pieces becomes `::`. */
function compressed(pieces: readonly string[]): string {
  let [start, length] = [0, 0];
  for (let from = 0; from < pieces.length; from += 1) {
    let end = from;
    while (pieces[end] === '0') end += 1;
    if (end - from > length) [start, length] = [from, end - from];
  }
  if (length < 2) return pieces.join(':');
  return `${pieces.slice(0, start).join(':')}::${pieces.slice(start + length).join(':')}`;
}
