import { equalsName, type HeaderNameSet, hasHeaderName, headerNameSet, lowerCaseName } from './header-name.ts';
import { foldTokenCode } from './token.ts';

/** Most bytes of `Access-Control-Request-Headers`, all lines together. */
const MAX_REQUESTED_BYTES = 8192;

/** Most names in `Access-Control-Request-Headers`, repeated ones counted each time. */
const MAX_REQUESTED_NAMES = 128;

const TAB = 0x09;
const SPACE = 0x20;
const COMMA = 0x2c;

/** Which request headers a policy lets through. */
export type HeaderRule = {
  /** `Listed`: the names. `Wildcard`: `*` without credentials. `Echo`: `*` with credentials, where names are echoed. */
  readonly kind: 'Listed' | 'Wildcard' | 'Echo';
  readonly names: HeaderNameSet;
  /** Values that browsers send and that are covered: not all of them, and asked first. */
  readonly usual: ReadonlySet<string>;
};

/**
 * Prepares a rule.
 *
 * @param names of the policy, in any case and order; `*` and its exception among them
 */
export function compileHeaderRule(kind: HeaderRule['kind'], names: readonly string[]): HeaderRule {
  return { kind, names: headerNameSet(names), usual: kind === 'Listed' ? usualValues(names) : new Set() };
}

/** Names of a policy whose every selection is prepared: 2⁶ values. */
const MOST_SELECTED = 6;

/**
 * What browsers send is sorted, in lower case, without repetition and without spaces.
 *
 * @see https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names
 */
function usualValues(names: readonly string[]): ReadonlySet<string> {
  const sorted = [...new Set(names.map(lowerCaseName))].sort();
  if (sorted.length > MOST_SELECTED) return new Set(sorted);
  let values: readonly string[] = [];
  for (const name of sorted) values = [...values, ...values.map((value) => `${value},${name}`), name];
  return new Set(values);
}

/** What a list of requested names comes to. */
export type HeaderFinding =
  | 'Covered'
  | 'HeaderNotAllowed'
  | 'HeaderNotCoveredByWildcard'
  | 'HeaderMalformed'
  | 'RequestHeadersTooLarge';

/**
 * Judges a value of `Access-Control-Request-Headers` in one pass, the first name at fault first. Case, order, repeated
 * names, empty elements, spaces and tabs round commas do not matter. Allocates nothing.
 */
export function judgeHeaders(rule: HeaderRule, value: string): HeaderFinding {
  if (value.length > MAX_REQUESTED_BYTES) return 'RequestHeadersTooLarge';
  if (rule.usual.has(value)) return 'Covered';
  let count = 0;
  for (let span = nextName(value, 0); span !== NO_NAME; span = nextName(value, spanEnd(span))) {
    if (span === MALFORMED) return 'HeaderMalformed';
    count += 1;
    if (count > MAX_REQUESTED_NAMES) return 'RequestHeadersTooLarge';
    const finding = judgeName(rule, value, spanStart(span), spanEnd(span));
    if (finding !== 'Covered') return finding;
  }
  return 'Covered';
}

/**
 * Finds the name that {@link judgeHeaders} stopped at.
 *
 * @returns the name as sent; undefined when none is at fault by itself
 */
export function nameAtFault(rule: HeaderRule, value: string): string | undefined {
  for (let span = nextName(value, 0); span >= 0; span = nextName(value, spanEnd(span))) {
    if (judgeName(rule, value, spanStart(span), spanEnd(span)) === 'Covered') continue;
    return value.slice(spanStart(span), spanEnd(span));
  }
  return undefined;
}

/** The requested names in lower case, sorted, each once, of a value that was judged before. */
export function requestedNames(value: string): readonly string[] {
  const names = new Set<string>();
  for (let span = nextName(value, 0); span >= 0; span = nextName(value, spanEnd(span))) {
    names.add(lowerCaseName(value.slice(spanStart(span), spanEnd(span))));
  }
  return [...names].sort();
}

/**
 * `*` without credentials leaves Authorization out, which has to be listed. With credentials a star among the echoed
 * names would be one of our own making.
 *
 * @see https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
 */
function judgeName(rule: HeaderRule, text: string, start: number, end: number): HeaderFinding {
  if (rule.kind === 'Listed') return hasHeaderName(rule.names, text, start, end) ? 'Covered' : 'HeaderNotAllowed';
  const exception = rule.kind === 'Echo' ? '*' : 'authorization';
  if (!equalsName(exception, text, start, end)) return 'Covered';
  return rule.kind === 'Wildcard' && hasHeaderName(rule.names, text, start, end)
    ? 'Covered'
    : 'HeaderNotCoveredByWildcard';
}

const NO_NAME = -1;
const MALFORMED = -2;

/** @returns start and end of the next name in one number, or {@link NO_NAME}, or {@link MALFORMED} */
function nextName(text: string, from: number): number {
  let start = from;
  while (isBetween(text.charCodeAt(start))) start += 1;
  if (start >= text.length) return NO_NAME;
  let end = start;
  while (foldTokenCode(text.charCodeAt(end)) !== 0) end += 1;
  return end > start && isEnded(text, end) ? (end << 14) | start : MALFORMED;
}

/** Only spaces and tabs may stand between a name and the next comma. */
function isEnded(text: string, end: number): boolean {
  let index = end;
  while (isBlank(text.charCodeAt(index))) index += 1;
  return index >= text.length || text.charCodeAt(index) === COMMA;
}

function isBetween(code: number): boolean {
  return code === COMMA || isBlank(code);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function spanStart(span: number): number {
  return span & 0x3fff;
}

function spanEnd(span: number): number {
  return span >> 14;
}
