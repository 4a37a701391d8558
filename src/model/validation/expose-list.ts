import {
  isForbiddenResponseHeaderName,
  isSafelistedResponseHeaderName,
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
 * Names that only requests carry, by the registry. `Authorization` is left out: some services answer with one.
 *
 * @see https://www.iana.org/assignments/http-fields
 */
const REQUEST_ONLY = new Set([
  'accept',
  'accept-charset',
  'accept-language',
  'cookie',
  'cookie2',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'origin',
  'proxy-authorization',
  'range',
  'referer',
  'te',
  'upgrade-insecure-requests',
  'user-agent',
]);

/** Names that carry secrets, or tell attackers what they deal with. */
const SUSPICIOUS = new Set([
  'authorization',
  'server',
  'www-authenticate',
  'x-access-token',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-aspnet-version',
  'x-powered-by',
]);

const REASONS: NameListReasons = { duplicate: 'ExposeDuplicate', wildcardRedundant: 'ExposeWildcardRedundant' };

/**
 * Judges `exposeHeaders`.
 *
 * @param path of the list
 */
export function exposeListIssues(entries: readonly TextEntry[], path: string, context: FieldContext): readonly Issue[] {
  const repetition = nameRepetition(entries, REASONS, () => true);
  return entries.flatMap((entry) => {
    const at = entryPath(path, entry);
    const own = entry.text === '*' ? anyIssues(at, context) : nameIssues(entry.text, at, context);
    return [...own, ...repetition(entry, path)];
  });
}

function anyIssues(path: string, { allowCredentials, role }: FieldContext): readonly Issue[] {
  if (!allowCredentials || role === 'Ceiling') return [];
  return [finding('ExposeWildcardCredentials', path, '"*" exposes nothing with credentials; list the names')];
}

function nameIssues(text: string, path: string, { role }: FieldContext): readonly Issue[] {
  if (text === '') return [finding('ExposeEmpty', path, '"" is empty; remove the entry')];
  if (!isToken(text) || text.includes('*')) {
    const message = `${quoted(text)} is not a header name; write one name per entry`;
    return [finding('ExposeToken', path, message, { suggestion: isToken(text) ? undefined : bareName(text) })];
  }
  const error = nameError(text, path);
  if (error !== undefined) return [error];
  return role === 'Ceiling' ? [] : doubtIssues(text, path);
}

/** A name that is one once the spaces round it are gone. */
function bareName(text: string): string | undefined {
  const name = text.trim();
  return isToken(name) && !name.includes('*') && nameError(name, '') === undefined ? name : undefined;
}

function nameError(text: string, path: string): Issue | undefined {
  const name = lowerCaseName(text);
  if (isForbiddenResponseHeaderName(name)) {
    return finding('ExposeForbidden', path, `${quoted(text)} can never be read by scripts; remove it`);
  }
  if (name.startsWith('access-control-')) {
    return finding('ExposePreflightHeader', path, `${quoted(text)} speaks to the browser, not to scripts; remove it`);
  }
  if (!REQUEST_ONLY.has(name) && !name.startsWith('sec-fetch-')) return undefined;
  const message = `${quoted(text)} is a request header; request headers go into allowHeaders; remove it`;
  return finding('ExposeRequestHeader', path, message);
}

function doubtIssues(text: string, path: string): readonly Issue[] {
  if (isSafelistedResponseHeaderName(text)) {
    return [finding('ExposeSafelisted', path, `${quoted(text)} can be read by scripts anyway; remove it`)];
  }
  if (!SUSPICIOUS.has(lowerCaseName(text))) return [];
  const message = `${quoted(text)} usually carries a secret or tells what software answers; expose it only if scripts need it`;
  return [finding('ExposeSuspicious', path, message)];
}
