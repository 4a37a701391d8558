/**
 * The controller's validators, written so that matching takes one pass: its own expressions nest repetitions, which RE2
 * bears and a backtracking engine does not. They accept the same texts; a test holds them against the originals.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/annotations/cors/main.go#L39-L57
 */

const LINE_BREAK = /[\r\n]/;

/** Any run of schemes, wildcards, host characters, ports and commas: everything in the original may repeat and be left out. */
const ORIGINS = /^(?:[a-z]:\/\/|\*\.|:\d|[A-Za-z0-9.,-])*$/;
const ORIGINS_BEFORE_SCHEMES = /^(?:https?:\/\/|\*\.|:\d|[A-Za-z0-9.,-])*$/;

const ITEM = /^([a-z]+:\/\/(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*|null)?$/;
const ITEM_BEFORE_SCHEMES = /^(https?:\/\/(\*\.)?[A-Za-z0-9\-.]*(:\d+)?|\*)?$/;

const METHODS = /^[A-Za-z]+(?:(?:,[\t\n\f\r ]?|[\t\n\f\r ])[A-Za-z]+)*(?:,[\t\n\f\r ]?|[\t\n\f\r ])?$/;
const EXPOSED = /^[A-Za-z0-9_*-]+(?:(?:,[\t\n\f\r ]?|[\t\n\f\r ])[A-Za-z0-9_*-]+)*(?:,[\t\n\f\r ]?|[\t\n\f\r ])?$/;
const HEADERS = /^[A-Za-z0-9\-_, ]*$/;

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const INTEGER = /^([+-]?)0*(\d{1,19})$/;

/** Of Go's int on 64 bits. */
const INTEGER_RANGE = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** Which origins a controller knows: any scheme of letters since 1.12, before only http and https. */
export type SchemeRule = 'Letters' | 'Web';

/** A text as the controller takes it from a CORS annotation: spaces round it gone; undefined when it uses its default. */
export type AnnotationText = string | undefined;

/** Value of `cors-allow-origin`; undefined stands for the default `*`. */
export function originsText(value: string | undefined, schemes: SchemeRule): AnnotationText {
  const rule = schemes === 'Letters' ? ORIGINS : ORIGINS_BEFORE_SCHEMES;
  return validText(value, (text) => text === '*' || rule.test(text));
}

/** Whether one item of `cors-allow-origin` is taken; others are skipped. */
export function isOriginItem(item: string, schemes: SchemeRule): boolean {
  return (schemes === 'Letters' ? ITEM : ITEM_BEFORE_SCHEMES).test(item);
}

/** Value of `cors-allow-methods`; undefined stands for the six default methods. */
export function methodsText(value: string | undefined): AnnotationText {
  return checkedTwice(value, METHODS);
}

/** Value of `cors-allow-headers`; undefined stands for the nine default headers. */
export function headersText(value: string | undefined): AnnotationText {
  return checkedTwice(value, HEADERS);
}

/** Value of `cors-expose-headers`; undefined stands for none. */
export function exposedText(value: string | undefined): AnnotationText {
  return checkedTwice(value, EXPOSED);
}

/** A boolean as Go's ParseBool reads it; undefined when it reads none. */
export function booleanValue(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (TRUE.has(value)) return true;
  return FALSE.has(value) ? false : undefined;
}

/** An integer as Go's Atoi reads it; undefined when it reads none. */
export function integerValue(value: string | undefined): bigint | undefined {
  const [, sign = '', digits] = INTEGER.exec(value ?? '') ?? [];
  if (digits === undefined) return undefined;
  const integer = BigInt(digits) * (sign === '-' ? -1n : 1n);
  return integer < INTEGER_RANGE.least || integer > INTEGER_RANGE.most ? undefined : integer;
}

/** First without any space, as the annotation's validator sees it, then as it is. */
function checkedTwice(value: string | undefined, rule: RegExp): AnnotationText {
  const text = validText(value, (spaceless) => rule.test(spaceless));
  return text !== undefined && rule.test(text) ? text : undefined;
}

function validText(value: string | undefined, isValid: (spaceless: string) => boolean): AnnotationText {
  if (value === undefined || LINE_BREAK.test(value) || !isValid(value.replaceAll(' ', ''))) return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}
