/** A bracket, a key or a string of a JSON text, by its offsets; numbers and words are not told. */
export type JsonToken = {
  readonly kind: 'open' | 'close' | 'key' | 'string';
  readonly start: number;
  readonly end: number;
};

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** Tokens of a JSON text in order, for questions that JSON.parse does not answer. Made for text that it accepted; of other text it gives something, in linear time. */
export function* jsonTokens(text: string, from = 0): Generator<JsonToken, void> {
  for (let index = from; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE: {
        const end = stringEnd(text, index);
        yield { kind: isKey(text, end) ? 'key' : 'string', start: index, end };
        index = end - 1;
        break;
      }
      case 0x5b:
      case 0x7b:
        yield { kind: 'open', start: index, end: index + 1 };
        break;
      case 0x5d:
      case 0x7d:
        yield { kind: 'close', start: index, end: index + 1 };
        break;
      default:
    }
  }
}

/** Offset behind the quote that ends the string; the end of the text when none does. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) {
    end = text.indexOf('"', end + 1);
  }
  return end === -1 ? text.length : end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) {
    backslashes += 1;
  }
  return backslashes % 2 === 1;
}

/** Whether a colon follows; only keys have one. */
function isKey(text: string, from: number): boolean {
  let index = from;
  while (/[ \t\n\r]/.test(text.charAt(index))) {
    index += 1;
  }
  return text.charCodeAt(index) === COLON;
}
