import { quoteExpression } from '../../quoted-expression.ts';

/**
 * Longest word of the nginx configuration in bytes: one more stops every reload of the whole controller ("too long
 * parameter"), since nothing tries a configuration before it is used.
 */
export const MAX_TOKEN_LENGTH = 4094;

/**
 * The word that the controller's template makes of a list of origins: each quoted, its first star a label, joined by `|`,
 * open at the start and closed at the end.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/controller/template/template.go#L1697
 */
export function originToken(origins: readonly string[]): string {
  return `(${origins.map((origin) => `(${originExpression(origin)})`).join('|')})$`;
}

/** One origin inside the word, in PCRE and RE2 alike. */
export function originExpression(origin: string): string {
  return quoteExpression(origin).replace('\\*', '[A-Za-z0-9\\-]+');
}

/** Whether `name: value` fits into one word. */
export function isHeaderFitting(name: string, value: string): boolean {
  return `${name}: ${value}`.length <= MAX_TOKEN_LENGTH;
}
