import { isBrowserName } from '../../analysis/internationalized-name.ts';
import { isLoopbackHost } from '../../analysis/loopback.ts';
import { isPublicSuffix, suffixBelow } from '../../analysis/public-suffix.ts';
import { isOrigin, type Origin, parseOrigin } from '../../cors/origin.ts';
import { parseOriginPattern, type Wildcard, type WildcardDepth } from '../../cors/origin-pattern.ts';
import type { Issue } from '../issue.ts';
import type { FieldRole } from './field-context.ts';
import { finding } from './finding.ts';
import { diagnoseOrigin } from './origin-diagnosis.ts';
import { quoted } from './quoted-text.ts';

/** Where an entry stands and what it is granted. */
export type OriginEntryContext = {
  readonly path: string;
  readonly allowCredentials: boolean;
  readonly wildcardDepth: WildcardDepth;
  /** Absent: `Grant`. */
  readonly role?: FieldRole;
};

/** Shared, because nearly every entry is fine and lists are long. */
const NO_ISSUES: readonly Issue[] = [];

/**
 * Judges one entry of `allowOrigins`, or one line of an origin list, by itself.
 *
 * @returns every problem of the entry; the same empty list whenever there is none
 */
export function validateOriginEntry(text: string, context: OriginEntryContext): readonly Issue[] {
  const pattern = parseOriginPattern(text, context.wildcardDepth);
  if (pattern === undefined) return diagnoseOrigin(text, context.path);
  switch (pattern.kind) {
    case 'any':
      return anyIssues(context);
    case 'exact':
      return exactIssues(text, context);
    case 'wildcard':
      return wildcardIssues(text, pattern.wildcard, context);
  }
}

function anyIssues({ path, allowCredentials, role }: OriginEntryContext): readonly Issue[] {
  if (!allowCredentials || role === 'Ceiling') return NO_ISSUES;
  const message = '"*" cannot be combined with credentials; list the origins, or set allowCredentials to false';
  return [finding('OriginWildcardCredentials', path, message)];
}

function exactIssues(text: string, context: OriginEntryContext): readonly Issue[] {
  if (text.startsWith('https://') && !text.includes('xn--')) return NO_ISSUES;
  const origin = parseOrigin(text);
  if (origin === undefined) return NO_ISSUES;
  return shared([
    ...schemeIssues(text, origin.scheme, context),
    ...nameIssues(text, origin, context),
    ...insecureIssues(text, origin, context),
  ]);
}

function shared(issues: readonly Issue[]): readonly Issue[] {
  return issues.length === 0 ? NO_ISSUES : issues;
}

function wildcardIssues(text: string, wildcard: Wildcard, context: OriginEntryContext): readonly Issue[] {
  const base = { scheme: wildcard.scheme, host: wildcard.base };
  return shared([
    ...schemeIssues(text, wildcard.scheme, context),
    ...nameIssues(text, base, context),
    ...insecureIssues(text, base, context),
    ...suffixIssues(text, wildcard, context),
  ]);
}

type Named = Pick<Origin, 'scheme' | 'host'>;

function schemeIssues(text: string, scheme: string, { path }: OriginEntryContext): readonly Issue[] {
  if (scheme !== 'file') return NO_ISSUES;
  const message = `${quoted(text)}: pages opened from files send "Origin: null"; serve them over HTTP and list that origin`;
  return [finding('OriginFileScheme', path, message)];
}

function nameIssues(text: string, { scheme, host }: Named, { path }: OriginEntryContext): readonly Issue[] {
  if (!isWeb(scheme) || isBrowserName(host)) return NO_ISSUES;
  const message = `${quoted(text)}: an "xn--" label of the host is not what a browser would write; copy the name from a browser's location.origin`;
  return [finding('OriginPunycode', path, message)];
}

function insecureIssues(text: string, { scheme, host }: Named, context: OriginEntryContext): readonly Issue[] {
  const isInsecure = (scheme === 'http' || scheme === 'ws') && !isLoopbackHost(host);
  if (!isInsecure || !context.allowCredentials || context.role === 'Ceiling') return NO_ISSUES;
  const message = `${quoted(text)} would get credentials without TLS; write ${scheme}s:// or set allowCredentials to false`;
  return [finding('OriginInsecureCredentials', context.path, message)];
}

function suffixIssues(text: string, wildcard: Wildcard, context: OriginEntryContext): readonly Issue[] {
  if (!isWeb(wildcard.scheme) || context.role === 'Ceiling') return NO_ISSUES;
  const { path, allowCredentials } = context;
  const name = wildcard.base.endsWith('.') ? wildcard.base.slice(0, -1) : wildcard.base;
  if (isPublicSuffix(name)) {
    const message = `${quoted(text)}: anybody can register a name below ${quoted(name)}; put your own domain in front of it`;
    return [finding('OriginPublicSuffix', path, message, { witness: witnessBelow(wildcard, name), allowCredentials })];
  }
  const below = suffixBelow(name);
  if (below === undefined) return NO_ISSUES;
  const message = `${quoted(text)}: anybody can register a name below ${quoted(below)}; name the subdomains that are yours`;
  const witness = wildcard.depth === 'Any' ? witnessBelow(wildcard, below) : undefined;
  return [finding('OriginCoversPublicSuffix', path, message, { witness, allowCredentials })];
}

function witnessBelow({ scheme, port }: Wildcard, suffix: string): string | undefined {
  const witness = `${scheme}://evil.${suffix.replace('*', 'example')}${port === '' ? '' : `:${port}`}`;
  return isOrigin(witness) ? witness : undefined;
}

/** Whether hosts of a scheme are names of the DNS that browsers normalise. */
function isWeb(scheme: string): boolean {
  return scheme === 'http' || scheme === 'https';
}
