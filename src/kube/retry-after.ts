/** Longest that is believed, in seconds: a day. */
const LONGEST = 86_400;

/**
 * Reads a Retry-After header.
 *
 * @param date milliseconds since 1970, for the form that names a time
 * @returns seconds; undefined when it is neither form
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, date: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) {
    return Math.min(Number(text), LONGEST);
  }
  const time = /^[A-Za-z]{3}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.min(Math.max((time - date) / 1000, 0), LONGEST);
}
