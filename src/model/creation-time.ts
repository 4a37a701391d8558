const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Time that sorts before every date: objects without a known creation time count as the oldest. */
export const UNKNOWN_TIME = Number.NEGATIVE_INFINITY;

/**
 * Moment of a `creationTimestamp`, to compare the ages of objects by.
 *
 * @param text RFC 3339; a missing or malformed one is {@link UNKNOWN_TIME}
 * @returns milliseconds since 1970
 * @see https://www.rfc-editor.org/rfc/rfc3339#section-5.6
 */
export function creationTime(text: string | undefined): number {
  if (text === undefined || text === '') return UNKNOWN_TIME;
  const parts = RFC_3339.exec(text);
  if (parts === null) return UNKNOWN_TIME;
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((index) => Number(parts[index]));
  const days = daysSince1970(year ?? 0, month ?? 0, day ?? 0);
  const seconds = ((hour ?? 0) * 60 + (minute ?? 0)) * 60 + (second ?? 0);
  const fraction = parts[7] === undefined ? 0 : Number(`0.${parts[7]}`) * 1000;
  return (days * 86_400 + seconds - offsetSeconds(parts)) * 1000 + fraction;
}

/** Proleptic Gregorian calendar, counted from March so that the leap day ends a year. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const monthFromMarch = (month + 9) % 12;
  return shifted * 365 + leapDays + Math.floor((153 * monthFromMarch + 2) / 5) + day - 1 - 719_468;
}

function offsetSeconds(parts: RegExpExecArray): number {
  const minutes = Number(parts[9] ?? 0) * 60 + Number(parts[10] ?? 0);
  return (parts[8] === '-' ? -minutes : minutes) * 60;
}
