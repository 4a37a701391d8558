import { quoteExpression } from '../../quoted-expression.ts';

/**
 * Longest word of the nginx configuration in bytes: one more stops every reload of the whole controller ("too long
 * parameter"), since nothing tries a configuration before it is used.
 */
export const MAX_TOKEN_LENGTH = 4094;

/**
 * Length of the word that the controller's template makes of a list of origins: each quoted, its first star a label, in
 * brackets, joined by `|`, open at the start and closed at the end. `((https://a\.com)|(https://[A-Za-z0-9\-]+\.b\.com))$`.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/template/template.go#L1697
 */
export function originTokenLength(origins: readonly string[]): number {
  let length = '()$'.length + Math.max(origins.length - 1, 0);
  for (const origin of origins) length += '()'.length + expressionLength(origin);
  return length;
}

function expressionLength(origin: string): number {
  let length = origin.length;
  for (let index = 0; index < origin.length; index += 1) if (SPECIAL.has(origin.charCodeAt(index))) length += 1;
  return origin.includes('*') ? length - '\\*'.length + LABEL.length : length;
}

const LABEL = '[A-Za-z0-9\\-]+';

const SPECIAL: ReadonlySet<number> = new Set([...'\\.+*?()|[]{}^$'].map((letter) => letter.charCodeAt(0)));

/** One origin inside the word, in PCRE and RE2 alike. */
export function originExpression(origin: string): string {
  return quoteExpression(origin).replace('\\*', LABEL);
}

/** Whether `name: value` fits into one word. */
export function isHeaderFitting(name: string, value: string): boolean {
  return `${name}: ${value}`.length <= MAX_TOKEN_LENGTH;
}
