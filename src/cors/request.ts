/** What decides of a request: nothing else of it matters to CORS, besides host and path, which chose the policy. */
export type CorsRequest = {
  readonly method: string;
  /** Value of `Origin`; several lines joined by a comma, which no well-formed origin holds; undefined without a line. */
  readonly origin: string | undefined;
  /** Value of `Access-Control-Request-Method`; several lines joined by a comma, which no token holds. */
  readonly requestMethod: string | undefined;
  /** Value of `Access-Control-Request-Headers`; several lines joined by a comma. */
  readonly requestHeaders: string | undefined;
};

/**
 * Whether a request is a CORS-preflight request: OPTIONS, with a line of `Origin` and one of
 * `Access-Control-Request-Method`, whatever they hold.
 *
 * @see https://fetch.spec.whatwg.org/#cors-preflight-request
 */
export function isPreflight(request: CorsRequest): boolean {
  return request.method === 'OPTIONS' && request.origin !== undefined && request.requestMethod !== undefined;
}
