import type { HEADER_REASONS, METHOD_REASONS } from '../issue-reason.ts';
import type { ReasonInfo } from './reason-info.ts';

/** What is said about entries of `allowMethods`. */
export const methodReasons: Readonly<Record<(typeof METHOD_REASONS)[number], ReasonInfo>> = {
  MethodEmpty: {
    gravity: 'Error',
    meaning: 'The entry is an empty text.',
    remedy: 'Remove it or write a method.',
  },
  MethodToken: {
    gravity: 'Error',
    meaning: 'The entry holds a character that no method name has.',
    remedy: 'Write one method per entry.',
  },
  MethodForbidden: {
    gravity: 'Error',
    meaning: 'Scripts can never send CONNECT, TRACE or TRACK.',
    remedy: 'Remove it.',
  },
  MethodCase: {
    gravity: 'Warning',
    meaning:
      'Methods are compared byte by byte; browsers turn six names into upper case themselves, and send any other, `patch` for example, as written.',
    remedy: 'Write the method in upper case.',
  },
  MethodDuplicate: {
    gravity: 'Warning',
    meaning: 'The method stands in the list twice.',
    remedy: 'Remove one of the two.',
  },
  MethodWildcardRedundant: {
    gravity: 'Warning',
    meaning: 'The method stands beside `*`, which allows every method already.',
    remedy: 'Remove it, or remove `*`.',
  },
  MethodOptionsUnneeded: {
    gravity: 'Warning',
    meaning: 'The preflight itself needs no permission; listing OPTIONS only lets scripts send it.',
    remedy: 'Remove it unless scripts call OPTIONS themselves.',
  },
  MethodWildcardCredentials: {
    gravity: 'Warning',
    meaning:
      'With credentials browsers take `*` literally; it is answered by echoing the requested method, which not every controller can.',
    remedy: 'List the methods.',
  },
};

/** What is said about entries of `allowHeaders` and `exposeHeaders`. */
export const headerReasons: Readonly<Record<(typeof HEADER_REASONS)[number], ReasonInfo>> = {
  HeaderEmpty: {
    gravity: 'Error',
    meaning: 'The entry is an empty text.',
    remedy: 'Remove it or write a header name.',
  },
  HeaderToken: {
    gravity: 'Error',
    meaning: 'The entry holds a character that no header name has.',
    remedy: 'Write one name per entry, without value or colon.',
  },
  HeaderPartialWildcard: {
    gravity: 'Error',
    meaning: 'A star inside a name, as in `X-*`, is taken literally by browsers.',
    remedy: 'List the names, or write a lone `*`.',
  },
  HeaderForbidden: {
    gravity: 'Error',
    meaning: 'Scripts can never set this request header, so allowing it does nothing.',
    remedy: 'Remove it.',
  },
  HeaderIsResponseHeader: {
    gravity: 'Error',
    meaning: 'This is a response header; `allowHeaders` lists request headers.',
    remedy: 'Remove it; response headers that scripts may read go into `exposeHeaders`.',
  },
  HeaderMethodOverride: {
    gravity: 'Warning',
    meaning: 'With this header a POST becomes any method on servers that honour it, past `allowMethods`.',
    remedy: 'Remove it and list the method instead.',
  },
  HeaderDuplicate: {
    gravity: 'Warning',
    meaning: 'The name stands in the list twice; upper and lower case do not matter.',
    remedy: 'Remove one of the two.',
  },
  HeaderWildcardRedundant: {
    gravity: 'Warning',
    meaning: 'The name stands beside `*`, which covers it already.',
    remedy: 'Remove it, or remove `*`.',
  },
  HeaderWildcardAuthorization: {
    gravity: 'Warning',
    meaning: 'Without credentials `*` does not cover Authorization.',
    remedy: 'List `Authorization` beside `*` if scripts send it.',
  },
  HeaderWildcardCredentials: {
    gravity: 'Warning',
    meaning:
      'With credentials browsers take `*` literally; it is answered by echoing the requested names, Authorization included, which not every controller can.',
    remedy: 'List the names.',
  },
  ExposeEmpty: {
    gravity: 'Error',
    meaning: 'The entry is an empty text.',
    remedy: 'Remove it or write a header name.',
  },
  ExposeToken: {
    gravity: 'Error',
    meaning: 'The entry holds a character that no header name has, or a star inside a name.',
    remedy: 'Write one name per entry.',
  },
  ExposeForbidden: {
    gravity: 'Error',
    meaning: 'Scripts can never read Set-Cookie.',
    remedy: 'Remove it.',
  },
  ExposePreflightHeader: {
    gravity: 'Error',
    meaning: 'The `Access-Control-*` headers speak to the browser; exposing them does nothing.',
    remedy: 'Remove it.',
  },
  ExposeRequestHeader: {
    gravity: 'Error',
    meaning: 'This is a request header; `exposeHeaders` lists response headers.',
    remedy: 'Remove it; request headers go into `allowHeaders`.',
  },
  ExposeWildcardCredentials: {
    gravity: 'Error',
    meaning: 'With credentials browsers take `*` literally: it exposes nothing.',
    remedy: 'List the names.',
  },
  ExposeSafelisted: {
    gravity: 'Warning',
    meaning: 'Scripts can read this header anyway.',
    remedy: 'Remove it.',
  },
  ExposeDuplicate: {
    gravity: 'Warning',
    meaning: 'The name stands in the list twice; upper and lower case do not matter.',
    remedy: 'Remove one of the two.',
  },
  ExposeWildcardRedundant: {
    gravity: 'Warning',
    meaning: 'The name stands beside `*`, which exposes every header already.',
    remedy: 'Remove it, or remove `*`.',
  },
  ExposeSuspicious: {
    gravity: 'Warning',
    meaning: 'This header usually carries a secret or tells what software answers.',
    remedy: 'Expose it only if scripts of every allowed origin should read it.',
  },
};
