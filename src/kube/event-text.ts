/**
 * Text for people that is safe in a terminal: characters that control one, or turn the direction of writing, become escapes.
 *
 * @param maxBytes of UTF-8; what is longer is cut, with an ellipsis
 */
export function eventText(text: string, maxBytes: number): string {
  const escaped = text.toWellFormed().replace(UNSAFE, (character) => ESCAPES[character] ?? hexEscape(character));
  return cutText(escaped, maxBytes);
}

/** Control characters, line and paragraph separators, and those that change the direction of writing. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]/gu;

const ESCAPES: Readonly<Partial<Record<string, string>>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function hexEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const ELLIPSIS = '…';

function cutText(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) {
    return text;
  }
  let end = maxBytes - Buffer.byteLength(ELLIPSIS);
  while (end > 0 && ((bytes[end] ?? 0) & 0b1100_0000) === 0b1000_0000) {
    end -= 1;
  }
  return `${bytes.toString('utf8', 0, end)}${ELLIPSIS}`;
}
