/** A request of a page, as CORS sees it. */
export type PageRequest = {
  /** What the browser sends as `Origin`. */
  readonly origin: string;
  readonly method: string;
  /** Names that are not safelisted. */
  readonly headers: readonly string[];
  readonly credentials: boolean;
};

/** What reaches a controller. */
export type ControllerRequest = {
  readonly method: string;
  readonly origin: string;
  readonly requestMethod?: string;
  readonly requestHeaders?: string;
};

/** Response headers by name in lower case. */
export type ResponseHeaders = ReadonlyMap<string, string>;

/** A controller with a route configured, in front of an application. */
export type Controller = (request: ControllerRequest) => ResponseHeaders;

/** What a browser lets a page do. */
export type PageAnswer = {
  readonly allowed: boolean;
  /** Seconds for which the preflight's answer is kept. */
  readonly maxAge: number;
  /** In lower case; `*` for all. */
  readonly exposed: readonly string[];
};

const SAFELISTED = ['GET', 'HEAD', 'POST'];

/**
 * What a browser lets a page do, by the words of the standard. Every request is preflighted, also one that needs no preflight:
 * nothing may be granted by leaving it out.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-fetch
 * @see https://fetch.spec.whatwg.org/#concept-cors-check
 */
export function askAsBrowser(controller: Controller, page: PageRequest): PageAnswer {
  const names = page.headers.map((name) => name.toLowerCase()).sort();
  const preflight = controller({
    method: 'OPTIONS',
    origin: page.origin,
    requestMethod: page.method,
    ...(names.length === 0 ? {} : { requestHeaders: names.join(',') }),
  });
  const actual = controller({ method: page.method, origin: page.origin });
  const allowed =
    passesCheck(preflight, page) &&
    passesCheck(actual, page) &&
    allowsMethod(preflight, page) &&
    allowsHeaders(preflight, page);
  return { allowed, maxAge: keptFor(preflight), exposed: exposedNames(actual, page) };
}

function passesCheck(headers: ResponseHeaders, page: PageRequest): boolean {
  const origin = headers.get('access-control-allow-origin');
  if (origin === '*' && !page.credentials) return true;
  if (origin !== page.origin) return false;
  return !page.credentials || headers.get('access-control-allow-credentials') === 'true';
}

function allowsMethod(headers: ResponseHeaders, page: PageRequest): boolean {
  const methods = list(headers, 'access-control-allow-methods');
  if (SAFELISTED.includes(page.method) || methods.includes(page.method)) return true;
  return methods.includes('*') && !page.credentials;
}

function allowsHeaders(headers: ResponseHeaders, page: PageRequest): boolean {
  const names = list(headers, 'access-control-allow-headers').map((name) => name.toLowerCase());
  return page.headers.every((header) => {
    const name = header.toLowerCase();
    return names.includes(name) || (names.includes('*') && !page.credentials && name !== 'authorization');
  });
}

function keptFor(headers: ResponseHeaders): number {
  const value = headers.get('access-control-max-age');
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : 5;
}

function exposedNames(headers: ResponseHeaders, page: PageRequest): readonly string[] {
  const names = list(headers, 'access-control-expose-headers').map((name) => name.toLowerCase());
  return page.credentials ? names.filter((name) => name !== '*') : names;
}

function list(headers: ResponseHeaders, name: string): readonly string[] {
  const value = headers.get(name) ?? '';
  return value.split(',').map((part) => part.replace(/^[ \t]+|[ \t]+$/g, ''));
}
