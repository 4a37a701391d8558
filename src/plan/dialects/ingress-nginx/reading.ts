import { defaultPort, isOrigin } from '../../../cors/origin.ts';
import { type OriginPattern, parseOriginPattern, type Wildcard } from '../../../cors/origin-pattern.ts';
import type { OriginSet } from '../../../cors/policy.ts';
import { isOlder } from '../../controller-version.ts';
import type { Reading, SentFields } from '../../dialect.ts';
import { LONGEST_MAX_AGE } from '../../plain-policy.ts';
import { unionReading } from '../../reading-union.ts';
import { readableHeaders, sentHeaders, sentMethods } from '../../sent-names.ts';
import { listEntriesOf } from '../../target-keys.ts';
import {
  booleanValue,
  exposedText,
  headersText,
  integerValue,
  isOriginItem,
  methodsText,
  originsText,
  type SchemeRule,
} from './annotation-grammar.ts';
import type { CorsKey } from './annotation-keys.ts';
import { CUSTOM_SCHEMES_SINCE } from './origin-list.ts';
import { originExpression } from './origin-token.ts';
import { longerScheme } from './suffix-schemes.ts';

const DEFAULT_METHODS = 'GET, PUT, POST, DELETE, PATCH, OPTIONS';
const DEFAULT_HEADERS =
  'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';
const DEFAULT_MAX_AGE = 1_728_000n;

/**
 * What the controller does with seven values as they stand: a value that it does not take becomes its default, which for
 * origins is `*` and for credentials true; an item of a list that it does not take is skipped.
 *
 * `*` with credentials is sent as it is, and browsers block it: such a route is open to requests without credentials. A label
 * of a wildcard has no underscore (`WildcardNoUnderscore`), which a pattern cannot say. Times are cut to what browsers keep;
 * `sent` has them, and everything else, as they are. A version that is not known may be any.
 *
 * @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/internal/ingress/annotations/cors/main.go#L187
 */
export function readValues(value: ValueOf, version: string | undefined): Reading {
  if (booleanValue(value('enable-cors')) !== true) return { kind: 'Off' };
  const origins = value('cors-allow-origin');
  if (version === undefined && !isWebOnly(origins)) {
    return unionReading([readFor(value, 'Letters'), readFor(value, 'Web')]);
  }
  return readFor(value, isOlder(version, CUSTOM_SCHEMES_SINCE) ? 'Web' : 'Letters');
}

/** Every version reads such a value alike. */
function isWebOnly(origins: string | undefined): boolean {
  return origins === undefined || !/null|(?:^|[^a-z])(?!https?:)[a-z]+:\/\//.test(origins);
}

type ValueOf = (key: CorsKey) => string | undefined;

function readFor(value: ValueOf, schemes: SchemeRule): Reading {
  const items = originItems(value('cors-allow-origin'), schemes);
  if (items.length === 0) return { kind: 'Off' };
  const isAny = items.includes('*');
  const taken = takenValues(value);
  return {
    kind: 'On',
    policy: {
      origins: isAny ? { any: true, exact: [], wildcards: [], regexes: [] } : originSet(items),
      allowMethods: sentMethods(listEntriesOf(taken.methods)),
      allowHeaders: sentHeaders(listEntriesOf(taken.headers)),
      exposeHeaders: readableHeaders(listEntriesOf(taken.exposed)),
      allowCredentials: taken.credentials && !isAny,
      ...maxAge(taken.seconds),
    },
    anyOrigin: isAny ? 'Star' : 'No',
    nullOrigin: items.includes('null'),
    sent: sentFields(taken),
  };
}

/** Values as the controller takes them, its defaults included. */
type TakenValues = {
  readonly credentials: boolean;
  readonly methods: string;
  readonly headers: string;
  /** Undefined: none. */
  readonly exposed: string | undefined;
  readonly seconds: bigint;
};

function takenValues(value: ValueOf): TakenValues {
  return {
    credentials: booleanValue(value('cors-allow-credentials')) ?? true,
    methods: methodsText(value('cors-allow-methods')) ?? DEFAULT_METHODS,
    headers: headersText(value('cors-allow-headers')) ?? DEFAULT_HEADERS,
    exposed: exposedText(value('cors-expose-headers')),
    seconds: integerValue(value('cors-max-age')) ?? DEFAULT_MAX_AGE,
  };
}

/** @see https://github.com/kubernetes/ingress-nginx/blob/controller-v1.15.1/rootfs/etc/nginx/template/nginx.tmpl#L873 */
function sentFields({ credentials, methods, headers, exposed, seconds }: TakenValues): SentFields {
  return {
    ...(credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    'access-control-allow-methods': methods,
    'access-control-allow-headers': headers,
    ...(exposed === undefined ? {} : { 'access-control-expose-headers': exposed }),
    'access-control-max-age': String(seconds),
  };
}

/** `["*"]` for every origin, by default or because an item says so; otherwise the items that are taken. */
function originItems(value: string | undefined, schemes: SchemeRule): readonly string[] {
  const text = originsText(value, schemes);
  if (text === undefined) return ['*'];
  const items = listEntriesOf(text);
  return items.includes('*') ? ['*'] : items.filter((item) => isOriginItem(item, schemes));
}

function originSet(items: readonly string[]): OriginSet {
  const exact: string[] = [];
  const wildcards: Wildcard[] = [];
  const regexes: string[] = [];
  for (const item of items) {
    const pattern = patternOf(item);
    if (pattern?.kind === 'exact') exact.push(pattern.origin);
    else if (pattern?.kind === 'wildcard') wildcards.push(pattern.wildcard);
    else if (!hasDefaultPort(item)) regexes.push(`(?i:.*${originExpression(item)})`);
  }
  return { any: false, exact, wildcards, regexes };
}

function patternOf(item: string): OriginPattern | undefined {
  if (WEB_START.test(item) && isOrigin(item)) return { kind: 'exact', origin: item };
  return isReadAsEntry(item) ? parseOriginPattern(browserCase(item), 'Single') : undefined;
}

const WEB_START = /^https?:/;

/** Whether comparing the end only, without case, lets in no other origin that a browser can send. */
function isReadAsEntry(item: string): boolean {
  const [scheme = ''] = item.split('://');
  return isWebScheme(scheme) || (longerScheme(scheme) === undefined && !/[A-Z]/.test(item));
}

/** Browsers write the hosts of http and https in lower case, and the controller compares without case. */
function browserCase(item: string): string {
  return isWebScheme(item.split('://')[0]) ? item.toLowerCase() : item;
}

function isWebScheme(scheme: string | undefined): boolean {
  return scheme === 'http' || scheme === 'https';
}

/** No browser writes the default port, so that such an entry matches nothing. */
function hasDefaultPort(item: string): boolean {
  const port = defaultPort(item.split('://')[0] ?? '');
  return port !== undefined && item.endsWith(`:${port}`);
}

/** Browsers take a number that is not negative; any other value counts as if there were none. */
function maxAge(seconds: bigint): { readonly maxAge?: number } {
  return seconds < 0n ? {} : { maxAge: Math.min(Number(seconds), LONGEST_MAX_AGE) };
}
