import { isOrigin } from '../cors/origin.ts';
import type { Reading } from './dialect.ts';
import { readableHeaders } from './sent-names.ts';
import { listEntriesOf } from './target-keys.ts';

/**
 * What fixed response headers grant: one origin or a star on every actual response. They answer no preflight, so that there is
 * nothing for a browser to keep.
 *
 * @param headers names in lower case
 */
export function readStaticHeaders(headers: ReadonlyMap<string, string>): Reading {
  const origin = headers.get('access-control-allow-origin') ?? '';
  const isAny = origin === '*';
  return {
    kind: 'On',
    policy: {
      origins: { any: isAny, exact: isOrigin(origin) ? [origin] : [], wildcards: [], regexes: [] },
      allowMethods: [],
      allowHeaders: [],
      exposeHeaders: readableHeaders(listEntriesOf(headers.get('access-control-expose-headers'))),
      allowCredentials: headers.get('access-control-allow-credentials') === 'true' && !isAny,
      maxAge: 0,
    },
    anyOrigin: isAny ? 'Star' : 'No',
    nullOrigin: origin === 'null',
  };
}

/** Whether a response header, in lower case, belongs to CORS. */
export function isCorsHeader(name: string): boolean {
  return name.startsWith('access-control-');
}
