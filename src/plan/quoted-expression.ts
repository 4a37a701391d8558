const SPECIAL = /[\\.+*?()|[\]{}^$]/g;

/** A text as an expression that matches it and nothing else, as Go's QuoteMeta writes it; the same in RE2 and PCRE. */
export function quoteExpression(text: string): string {
  return text.replace(SPECIAL, '\\$&');
}
