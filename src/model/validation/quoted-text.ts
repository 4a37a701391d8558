/** Most characters of user text that a message holds. */
const MAX_QUOTED = 80;

/**
 * Quotes user text for a message: in double quotes, printable ASCII, everything else escaped, at most about 80
 * characters. Hostile text cannot break a log line, a terminal or a JSON document with it.
 */
export function quoted(text: string): string {
  let escaped = '';
  for (const character of text.slice(0, MAX_QUOTED)) {
    escaped += escapedCharacter(character);
    if (escaped.length > MAX_QUOTED) break;
  }
  const isWhole = escaped.length <= MAX_QUOTED && text.length <= MAX_QUOTED;
  return isWhole ? `"${escaped}"` : `"${escaped.slice(0, MAX_QUOTED)}…"`;
}

function escapedCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character >= ' ' && character <= '~') return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
