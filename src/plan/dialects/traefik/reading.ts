import { lowerCaseName } from '../../../cors/header-name.ts';
import { isOrigin } from '../../../cors/origin.ts';
import type { Wildcard } from '../../../cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../../../cors/policy.ts';
import { compileRegex } from '../../../cors/regex.ts';
import { accepts } from '../../../cors/regex-automaton.ts';
import { type Fields, isRecord } from '../../../model/object-shape.ts';
import type { Reading } from '../../dialect.ts';
import { LONGEST_MAX_AGE } from '../../plain-policy.ts';
import { unionReading } from '../../reading-union.ts';
import { readableHeaders, sentHeaders, sentMethods } from '../../sent-names.ts';
import { isCorsHeader, readStaticHeaders } from '../../static-headers.ts';
import { listEntriesOf } from '../../target-keys.ts';
import { readExpression } from './origin-expressions.ts';
import { isRepaired } from './versions.ts';

/**
 * What a chain of `headers` configurations does, outermost first. Whatever one of them strips from what comes from behind it
 * is gone; else everything that any of them grants.
 *
 * @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/middlewares/headers/header.go
 */
export function readConfigurations(configurations: readonly Fields[], version: string | undefined): Reading {
  const readings: Reading[] = [];
  for (const headers of configurations) {
    readings.push(readHeaders(headers, version), readStaticHeaders(customHeaders(headers)));
    if (isStripping(headers)) break;
  }
  return unionReading(readings);
}

/** Whether a configuration sets CORS headers by any of its fields. */
export function setsCorsHeaders(headers: Fields): boolean {
  if (Object.keys(headers).some((field) => field.startsWith('accessControl'))) return true;
  return [...customHeaders(headers)].some(([name, value]) => isCorsHeader(name) && value !== '');
}

/** It answers preflights itself, so that none reaches what is behind it, and lets no CORS header from there through. */
function isStripping(headers: Fields): boolean {
  const custom = customHeaders(headers);
  const isOn =
    headers['addVaryHeader'] === true || Object.keys(headers).some((field) => field.startsWith('accessControl'));
  const stripped = ['origin', 'credentials'].every((name) => custom.get(`access-control-allow-${name}`) === '');
  return isOn && stripped && custom.get('access-control-expose-headers') === '';
}

function readHeaders(headers: Fields, version: string | undefined): Reading {
  const listed = texts(headers['accessControlAllowOriginList']);
  const expressions = texts(headers['accessControlAllowOriginListRegex']);
  const origins = readOrigins(listed, expressions);
  if (!origins.ok) return { kind: 'Invalid', message: origins.message };
  const hasCredentials = headers['accessControlAllowCredentials'] === true;
  const isAny = origins.set.any;
  const isEcho = isAny && hasCredentials && !(isOld(version) && listed[0] === '*');
  const allowCredentials = hasCredentials && (isEcho || !isAny);
  return {
    kind: 'On',
    policy: {
      origins: origins.set,
      ...readLists(headers),
      allowCredentials,
      ...maxAge(headers, version),
    },
    anyOrigin: anyOrigin(isAny, isEcho),
    nullOrigin: origins.grantsNull,
    ...(origins.unread === undefined ? {} : { unread: origins.unread }),
  };
}

function anyOrigin(isAny: boolean, isEcho: boolean): 'No' | 'Star' | 'Echo' {
  if (!isAny) return 'No';
  return isEcho ? 'Echo' : 'Star';
}

/** Known to answer `*` with credentials by a star, which browsers block; what stands before it in the list is echoed. */
function isOld(version: string | undefined): boolean {
  return version !== undefined && !isRepaired(version);
}

type ReadOrigins =
  | { readonly ok: true; readonly set: OriginSet; readonly grantsNull: boolean; readonly unread?: string }
  | { readonly ok: false; readonly message: string };

function readOrigins(listed: readonly string[], expressions: readonly string[]): ReadOrigins {
  const found = expressions.map(readOne);
  const broken = found.find((each) => each.kind === 'Broken');
  if (broken !== undefined) {
    return { ok: false, message: `the regex ${broken.text} does not compile, so the whole route is a 404` };
  }
  if (listed.includes('*')) return { ok: true, set: EVERYTHING, grantsNull: false };
  const unread = found.find((each) => each.kind === 'Anything');
  if (unread !== undefined) return { ok: true, set: EVERYTHING, grantsNull: false, unread: unread.text };
  const set = {
    any: false,
    exact: listed.filter(isOrigin),
    wildcards: found.flatMap((each) => (each.kind === 'Wildcard' ? [each.wildcard] : [])),
    regexes: found.flatMap((each) => (each.kind === 'Regex' ? [each.source] : [])),
  };
  return { ok: true, set, grantsNull: listed.includes('null') || found.some((each) => each.grantsNull) };
}

const EVERYTHING: OriginSet = { any: true, exact: [], wildcards: [], regexes: [] };

type ReadOne =
  | { readonly kind: 'Broken'; readonly text: string; readonly grantsNull: false }
  /** Too complex to be told: counts as matching everything. */
  | { readonly kind: 'Anything'; readonly text: string; readonly grantsNull: true }
  | { readonly kind: 'Wildcard'; readonly wildcard: Wildcard; readonly grantsNull: false }
  | { readonly kind: 'Regex'; readonly source: string; readonly grantsNull: boolean };

function readOne(expression: string): ReadOne {
  const reading = readExpression(expression);
  if ('wildcard' in reading) return { kind: 'Wildcard', wildcard: reading.wildcard, grantsNull: false };
  const own = compileRegex(expression);
  if (!own.ok) {
    return own.reason === 'TooComplex' ? anything(expression) : { kind: 'Broken', text: expression, grantsNull: false };
  }
  const compilation = compileRegex(reading.regex);
  if (!compilation.ok) return anything(expression);
  return { kind: 'Regex', source: reading.regex, grantsNull: accepts(compilation.regex.automaton, 'null') };
}

function anything(text: string): ReadOne {
  return { kind: 'Anything', text, grantsNull: true };
}

type Lists = Pick<Policy, 'allowMethods' | 'allowHeaders' | 'exposeHeaders'>;

/** A star is kept whether it is sent as it is or echoed: requests without credentials may use it either way. */
function readLists(headers: Fields): Lists {
  return {
    allowMethods: sentMethods(names(headers['accessControlAllowMethods'])),
    allowHeaders: sentHeaders(names(headers['accessControlAllowHeaders'])),
    exposeHeaders: readableHeaders(names(headers['accessControlExposeHeaders'])),
  };
}

/** None at all is sent as 0 by versions that are known to be old; of others it is not known, or nothing is sent. */
function maxAge(headers: Fields, version: string | undefined): { readonly maxAge?: number } {
  const seconds = headers['accessControlMaxAge'];
  if (seconds === undefined && isOld(version)) return { maxAge: 0 };
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 0) return {};
  return { maxAge: Math.min(seconds, LONGEST_MAX_AGE) };
}

/** `customResponseHeaders` with names in lower case. */
function customHeaders(headers: Fields): ReadonlyMap<string, string> {
  const custom = headers['customResponseHeaders'];
  const entries = isRecord(custom) ? Object.entries(custom) : [];
  return new Map(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[lowerCaseName(name), value]] : [])));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The list is joined by commas, so that an item which holds some is several names. */
function names(value: unknown): readonly string[] {
  return listEntriesOf(texts(value).join(','));
}
