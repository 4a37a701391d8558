const TOKEN_MARKS = "!#$%&'*+-.^_`|~";

/** Per ASCII code: the code in lower case for a byte that a token may hold, 0 for any other byte. */
const FOLDED: Uint8Array = foldedCodes();

function foldedCodes(): Uint8Array {
  const codes = new Uint8Array(128);
  for (const mark of TOKEN_MARKS) codes[mark.charCodeAt(0)] = mark.charCodeAt(0);
  for (let code = 0x30; code <= 0x39; code += 1) codes[code] = code;
  for (let code = 0x61; code <= 0x7a; code += 1) {
    codes[code] = code;
    codes[code - 0x20] = code;
  }
  return codes;
}

/**
 * Folds one character of a token to lower case.
 *
 * @param code a UTF-16 code unit; NaN, as `charCodeAt` gives past the end, is no token byte
 * @returns the code in lower case, 0 when a token cannot hold it
 */
export function foldTokenCode(code: number): number {
  return code < 128 ? (FOLDED[code] ?? 0) : 0;
}

/**
 * Whether a text is a token, as methods and header names are.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2
 */
export function isToken(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (foldTokenCode(text.charCodeAt(index)) === 0) return false;
  }
  return text.length > 0;
}
