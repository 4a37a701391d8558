import { parseOrigin } from '../../../cors/origin.ts';
import { printWildcard, type Wildcard } from '../../../cors/origin-pattern.ts';
import type { OriginSet } from '../../../cors/policy.ts';
import { compareText } from '../../../model/text-order.ts';
import { isAtLeast, isOlder } from '../../controller-version.ts';
import type { Inexpressible } from '../../dialect.ts';
import { MAX_TOKEN_LENGTH, originTokenLength } from './origin-token.ts';
import { longerScheme } from './suffix-schemes.ts';

/** The value of `cors-allow-origin`, with what its losses depend on; or why there is none. */
export type OriginList =
  | {
      readonly ok: true;
      /** Comma list, sorted; `*` alone for every origin. */
      readonly value: string;
      readonly customSchemes: readonly string[];
      readonly wildcards: readonly string[];
    }
  | Inexpressible;

/** The first controller that takes schemes other than http and https; before, such an entry makes the list `*`. */
export const CUSTOM_SCHEMES_SINCE = '1.12.0';

/** Writes origins for a version, undefined when it is unknown. */
export function originList(origins: OriginSet, version: string | undefined): OriginList {
  if (origins.any) return { ok: true, value: '*', customSchemes: [], wildcards: [] };
  const [regex] = origins.regexes;
  if (regex !== undefined) return regexRefused(regex);
  const { exact, wildcards } = origins;
  const refusal = firstRefusal([...wildcards.map(wildcardEntry), ...exact.map(exactEntry)], version);
  if (refusal !== undefined) return refusal;
  const entries = [...exact, ...wildcards.map(printWildcard)].sort(compareText);
  const length = originTokenLength(entries);
  if (entries.length === 0) return refused('NoOrigins', 'no origin is left to write');
  if (length > MAX_TOKEN_LENGTH) return tooLong(entries.length, length);
  return {
    ok: true,
    value: entries.join(','),
    customSchemes: customSchemes(entries),
    wildcards: wildcards.map(printWildcard),
  };
}

function regexRefused(regex: string): Inexpressible {
  const message = `ingress-nginx takes no regular expressions, and ${regex} would make it allow every origin: list the origins or use a wildcard`;
  return refused('Regex', message);
}

function tooLong(count: number, length: number): Inexpressible {
  const message = `${count} origins make an nginx word of ${length} bytes, and over ${MAX_TOKEN_LENGTH} nginx stops reloading for everybody: list fewer origins, or cover them with wildcards of one label`;
  return refused('TokenLimit', message);
}

/** One entry, split. */
type Entry = {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly kind: 'name' | 'ipv6' | 'anyDepth' | 'singleDepth';
};

function exactEntry(text: string): Entry {
  const origin = parseOrigin(text);
  const { scheme, host } = origin ?? { scheme: '', host: '' };
  return { text, scheme, host, kind: origin?.hostKind === 'ipv6' ? 'ipv6' : 'name' };
}

function wildcardEntry(wildcard: Wildcard): Entry {
  const kind = wildcard.depth === 'Any' ? 'anyDepth' : 'singleDepth';
  return { text: printWildcard(wildcard), scheme: wildcard.scheme, host: wildcard.base, kind };
}

function firstRefusal(entries: readonly Entry[], version: string | undefined): Inexpressible | undefined {
  for (const entry of entries) {
    const refusal = hostRefusal(entry) ?? schemeRefusal(entry, version);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function hostRefusal(entry: Entry): Inexpressible | undefined {
  const { text, kind } = entry;
  if (kind === 'anyDepth') {
    const depth = `${text} stands for any number of labels, and ingress-nginx reads *. as exactly one: set wildcardDepth: Single if one label is enough, or list the origins`;
    return refused('WildcardDepth', depth);
  }
  if (kind === 'ipv6') {
    const address = `${text} is an IPv6 address, which would make ingress-nginx allow every origin: use a host name`;
    return refused('IpV6', address);
  }
  if (!entry.host.includes('_')) return undefined;
  const underscore = `${text} has an underscore in its host, which would make ingress-nginx allow every origin: use a host name without`;
  return refused('HostUnderscore', underscore);
}

function schemeRefusal(entry: Entry, version: string | undefined): Inexpressible | undefined {
  if (entry.scheme === 'http' || entry.scheme === 'https') return undefined;
  const why = schemeProblem(entry);
  if (why !== undefined) return refused('CustomScheme', `${entry.text} cannot be written for ingress-nginx: ${why}`);
  if (isAtLeast(version, CUSTOM_SCHEMES_SINCE)) return undefined;
  if (isOlder(version, CUSTOM_SCHEMES_SINCE)) {
    const old = `ingress-nginx before ${CUSTOM_SCHEMES_SINCE} knows only http and https, and ${entry.text} would make it allow every origin: upgrade it`;
    return refused('VersionTooOld', old);
  }
  const unknown = `ingress-nginx takes ${entry.text} since ${CUSTOM_SCHEMES_SINCE}, and its version is not known: say it with --class NAME=ingress-nginx@VERSION or the class annotation cors-operator.dev/dialect-version`;
  return refused('VersionUnknown', unknown);
}

function schemeProblem(entry: Entry): string | undefined {
  if (!/^[a-z]+$/.test(entry.scheme)) return 'its schemes are of letters only';
  if (entry.kind === 'singleDepth') return 'under such a scheme its wildcard covers more than one label can be';
  const longer = longerScheme(entry.scheme);
  if (longer !== undefined) return `it compares the end of an origin only, so that ${longer}:// would be let in too`;
  if (/[A-Z]/.test(entry.host)) return 'it ignores case, and this host is one of those where case matters';
  return undefined;
}

function customSchemes(entries: readonly string[]): readonly string[] {
  return entries.filter((entry) => !entry.startsWith('https://') && !entry.startsWith('http://'));
}

function refused(reason: Inexpressible['reason'], message: string): Inexpressible {
  return { ok: false, reason, message };
}
