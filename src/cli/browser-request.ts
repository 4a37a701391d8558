import {
  isForbiddenRequestHeaderName,
  isNonWildcardRequestHeaderName,
  isSafelistedRequestHeaderName,
  lowerCaseName,
} from '../cors/header-name.ts';
import { isForbiddenMethod, isSafelistedMethod, isToken, normalizeMethod } from '../cors/method.ts';
import { UsageError } from './exit-code.ts';

/** A request that a page makes, as far as CORS concerns it. */
export type BrowserRequest = {
  readonly origin: string;
  /** As the browser sends it. */
  readonly method: string;
  /** Names of the headers that the page sets and that a preflight has to ask for, as browsers list them: lower case, sorted. */
  readonly unsafeHeaders: readonly string[];
  readonly credentials: boolean;
  readonly needsPreflight: boolean;
};

/** Header fields of an answer, names in lower case. */
export type HeaderFields = Readonly<Record<string, string>>;

/**
 * What a browser makes of `fetch` with these options.
 *
 * @param headers `Name` or `Name: value`; without a value, Content-Type and Range count as values that need a preflight
 * @throws UsageError for methods and headers that no page can send
 * @see https://fetch.spec.whatwg.org/#main-fetch
 */
export function browserRequest(options: {
  readonly origin: string;
  readonly method: string;
  readonly header: readonly string[];
  readonly credentials: boolean;
}): BrowserRequest {
  const method = normalizeMethod(options.method);
  if (!isToken(method) || isForbiddenMethod(method)) {
    throw new UsageError(`--method: no page can send ${JSON.stringify(options.method)}`);
  }
  const unsafe = options.header.map(splitHeader).filter(isUnsafe);
  const unsafeHeaders = [...new Set(unsafe.map(({ name }) => lowerCaseName(name)))].sort();
  const { origin, credentials } = options;
  const needsPreflight = !isSafelistedMethod(method) || unsafeHeaders.length > 0;
  return { origin, method, unsafeHeaders, credentials, needsPreflight };
}

/**
 * The browser's CORS check on an answer.
 *
 * @see https://fetch.spec.whatwg.org/#concept-cors-check
 */
export function passesCorsCheck({ origin, credentials }: BrowserRequest, answer: HeaderFields): boolean {
  const allowed = answer['access-control-allow-origin'];
  if (allowed === '*' && !credentials) {
    return true;
  }
  return allowed === origin && (!credentials || answer['access-control-allow-credentials'] === 'true');
}

/** What a browser refuses in a preflight's answer: a method, a header, or a field that is no list at all. */
export type PreflightRefusal = {
  readonly what: 'method' | 'header' | 'malformedMethods' | 'malformedHeaders';
  readonly name: string;
};

/**
 * What a browser refuses in a preflight's answer that passed the CORS check; undefined when it goes on.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch
 */
export function preflightRefusal(request: BrowserRequest, answer: HeaderFields): PreflightRefusal | undefined {
  return malformedList(answer) ?? uncoveredPart(request, answer);
}

/** @see https://fetch.spec.whatwg.org/#extract-header-list-values */
function malformedList(answer: HeaderFields): PreflightRefusal | undefined {
  const method = listOf(answer['access-control-allow-methods']).find((each) => !isToken(each));
  if (method !== undefined) {
    return { what: 'malformedMethods', name: method };
  }
  const header = listOf(answer['access-control-allow-headers']).find((each) => !isToken(each));
  return header === undefined ? undefined : { what: 'malformedHeaders', name: header };
}

function uncoveredPart(request: BrowserRequest, answer: HeaderFields): PreflightRefusal | undefined {
  const methods = listOf(answer['access-control-allow-methods']);
  const anyMethod = methods.includes('*') && !request.credentials;
  if (!isSafelistedMethod(request.method) && !anyMethod && !methods.includes(request.method)) {
    return { what: 'method', name: request.method };
  }
  const headers = listOf(answer['access-control-allow-headers']).map(lowerCaseName);
  const anyHeader = headers.includes('*') && !request.credentials;
  const name = request.unsafeHeaders.find(
    (each) => !headers.includes(each) && (!anyHeader || isNonWildcardRequestHeaderName(each)),
  );
  return name === undefined ? undefined : { what: 'header', name };
}

/** A header that a page sets; the value may be unknown. */
export type Header = { readonly name: string; readonly value: string | undefined };

/**
 * Takes `Name` or `Name: value` apart.
 *
 * @throws UsageError for what no page can set
 */
export function splitHeader(text: string): Header {
  const colon = text.indexOf(':');
  const name = (colon === -1 ? text : text.slice(0, colon)).trim();
  if (!isToken(name)) {
    throw new UsageError(`--header: ${JSON.stringify(name)} is not the name of a header`);
  }
  if (isForbiddenRequestHeaderName(name)) {
    throw new UsageError(`--header: no page can set ${name}; for cookies use --credentials`);
  }
  return { name, value: colon === -1 ? undefined : text.slice(colon + 1).trim() };
}

/** @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header */
function isUnsafe({ name, value }: Header): boolean {
  if (!isSafelistedRequestHeaderName(name)) {
    return true;
  }
  switch (lowerCaseName(name)) {
    case 'content-type':
      return value === undefined || !isSimpleContentType(value);
    case 'range':
      return value === undefined || !/^bytes=\d+-\d*$/.test(value);
    case 'accept-language':
    case 'content-language':
      return value !== undefined && (value.length > MAX_SAFE_VALUE || !/^[0-9A-Za-z *,.;=-]*$/.test(value));
    default:
      return value !== undefined && (value.length > MAX_SAFE_VALUE || unsafeBytes.test(value));
  }
}

/** Bytes of a value that is still safelisted. */
const MAX_SAFE_VALUE = 128;

/** @see https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte */
const unsafeBytes = /[^\t\x20-\x7e\x80-\uffff]|["():<>?@[\\\]{}]/;

function isSimpleContentType(value: string): boolean {
  const [essence = ''] = value.split(';');
  const simple = /^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)$/i.test(essence.trim());
  return simple && value.length <= MAX_SAFE_VALUE && !unsafeBytes.test(value);
}

/** The members of a list header. */
export function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
