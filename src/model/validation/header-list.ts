import {
  isForbiddenRequestHeaderName,
  isNonWildcardRequestHeaderName,
  isToken,
  lowerCaseName,
} from '../../cors/header-name.ts';
import type { Issue } from '../issue.ts';
import type { FieldContext } from './field-context.ts';
import { finding } from './finding.ts';
import { type NameListReasons, nameRepetition } from './name-repetition.ts';
import { quoted } from './quoted-text.ts';
import { entryPath, type TextEntry } from './text-entry.ts';

/**
 * Names that only responses carry, by the registry. Names that some clients also send, such as ETag, are left out.
 *
 * @see https://www.iana.org/assignments/http-fields
 */
const RESPONSE_ONLY = new Set([
  'accept-ranges',
  'age',
  'authentication-info',
  'clear-site-data',
  'content-security-policy',
  'content-security-policy-report-only',
  'cross-origin-embedder-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'location',
  'proxy-authenticate',
  'proxy-authentication-info',
  'referrer-policy',
  'retry-after',
  'server',
  'set-cookie',
  'set-cookie2',
  'strict-transport-security',
  'timing-allow-origin',
  'vary',
  'www-authenticate',
  'x-content-type-options',
  'x-frame-options',
  'x-powered-by',
]);

/** Servers and frameworks take the method from these. */
const METHOD_OVERRIDES = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

const REASONS: NameListReasons = {
  duplicate: 'HeaderDuplicate',
  wildcardRedundant: 'HeaderWildcardRedundant',
};

/**
 * Judges `allowHeaders`.
 *
 * @param path of the list
 */
export function headerListIssues(entries: readonly TextEntry[], path: string, context: FieldContext): readonly Issue[] {
  const repetition = nameRepetition(entries, REASONS, (name) => !needsMention(name, context));
  return entries.flatMap((entry) => {
    const own =
      entry.text === '*' ? anyIssues(entries, entryPath(path, entry), context) : nameIssues(entry, path, context);
    return [...own, ...repetition(entry, path)];
  });
}

/** Authorization beside an anonymous `*` is not covered by it. */
function needsMention(name: string, { allowCredentials }: FieldContext): boolean {
  return !allowCredentials && isNonWildcardRequestHeaderName(name);
}

function anyIssues(
  entries: readonly TextEntry[],
  path: string,
  { allowCredentials, role }: FieldContext,
): readonly Issue[] {
  if (role === 'Ceiling') return [];
  if (allowCredentials) {
    const message =
      '"*" with credentials is answered by echoing the requested names, Authorization included, which not every controller can; list the names';
    return [finding('HeaderWildcardCredentials', path, message)];
  }
  if (entries.some(({ text }) => isNonWildcardRequestHeaderName(text))) return [];
  return [
    finding('HeaderWildcardAuthorization', path, '"*" does not cover Authorization; list it too if scripts send it'),
  ];
}

function nameIssues(entry: TextEntry, path: string, { role }: FieldContext): readonly Issue[] {
  const { text } = entry;
  const at = entryPath(path, entry);
  if (text === '') return [finding('HeaderEmpty', at, '"" is empty; remove the entry')];
  if (!isToken(text)) {
    const message = `${quoted(text)} is not a header name; write one name per entry, without value or colon`;
    return [finding('HeaderToken', at, message, { suggestion: bareName(text) })];
  }
  if (text.includes('*')) {
    return [
      finding(
        'HeaderPartialWildcard',
        at,
        `${quoted(text)} is taken literally by browsers; list the names, or write "*"`,
      ),
    ];
  }
  if (isResponseHeader(text)) {
    const message = `${quoted(text)} is a response header; what scripts may read goes into exposeHeaders; remove it`;
    return [finding('HeaderIsResponseHeader', at, message)];
  }
  if (isForbiddenRequestHeaderName(text)) {
    return [finding('HeaderForbidden', at, `${quoted(text)} can never be set by scripts; remove it`)];
  }
  if (role === 'Ceiling' || !METHOD_OVERRIDES.has(lowerCaseName(text))) return [];
  const message = `${quoted(text)} lets scripts tunnel any method through POST, past allowMethods; list the method there instead`;
  return [finding('HeaderMethodOverride', at, message)];
}

function isResponseHeader(text: string): boolean {
  const name = lowerCaseName(text);
  if (RESPONSE_ONLY.has(name)) return true;
  return name.startsWith('access-control-') && !name.startsWith('access-control-request-');
}

/** A name that is one once spaces, a colon and what follows it are gone. */
function bareName(text: string): string | undefined {
  const name = text.slice(0, 256).split(':')[0]?.trim() ?? '';
  return isToken(name) && !name.includes('*') && !isForbiddenRequestHeaderName(name) ? name : undefined;
}
