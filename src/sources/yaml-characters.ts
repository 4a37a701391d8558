/**
 * What a YAML text may not hold, and what YAML 1.1 takes for a line end and YAML 1.2 does not: a reader of one kind
 * would see a key where the other sees a comment.
 *
 * @see https://yaml.org/spec/1.2.2/#51-character-set
 */
export const refusedCharacter = /[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]|\r(?!\n)/;

/** Refused, or a CR: one in front of a line end would be lost. */
const escapedCharacter = /[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]/;

/** Text that reads the same only from between double quotes; of lines with nothing but white space some would be lost. */
export const fragileText = new RegExp(`${escapedCharacter.source}|^[ \\t\\n]+$`);

/** A text in double quotes, with an escape for each character that YAML may not hold. */
export function quotedText(text: string): string {
  const escaped = new RegExp(escapedCharacter, 'g');
  return JSON.stringify(text).replaceAll(escaped, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
