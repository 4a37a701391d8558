import { browserIpv4, browserIpv6 } from '../../analysis/ip-form.ts';
import { endOfIpv6 } from '../../cors/ip-address.ts';
import { endsInNumber, MAX_HOST_LENGTH, MAX_LABEL_LENGTH } from '../../cors/origin-shape.ts';
import { problem, type Repair, type TextProblem } from './text-problem.ts';

const EMPTY: Repair = { problems: [problem('OriginHost', 'has no host')], repaired: undefined };
const FINE: readonly TextProblem[] = [];

/**
 * Says what is wrong with a host.
 *
 * @param host characters outside ASCII are taken as reported already
 * @param scheme lower case; hosts of other schemes than http and https keep their case and are no addresses
 */
export function diagnoseHost(host: string, scheme: string): Repair {
  if (host === '') return EMPTY;
  if (host.includes('*')) return diagnoseStars(host, scheme);
  if (scheme !== 'http' && scheme !== 'https') return diagnoseOpaque(host);
  if (host.includes('[') || host.includes(':')) return diagnoseIpv6(host);
  const lower = lowerCased(host);
  if (endsInNumber(lower, 0, lower.length)) return diagnoseIpv4(host);
  return named(host, lower);
}

function lowerCased(host: string): string {
  return host.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function diagnoseStars(host: string, scheme: string): Repair {
  if (!/^\*\.[^*]*$/.test(host)) return misplacedStar(host);
  const base = host.slice(2);
  const address = base.includes(':') || endsInNumber(lowerCased(base), 0, base.length);
  if (address)
    return {
      problems: [problem('OriginWildcard', 'has a star before an IP address, which has no subdomains')],
      repaired: undefined,
    };
  if (scheme !== 'http' && scheme !== 'https') return starred(opaqueBase(base));
  return starred(base === '' ? EMPTY : named(base, lowerCased(base), MAX_HOST_LENGTH - 2));
}

function starred({ problems, repaired }: Repair): Repair {
  return { problems, repaired: repaired === undefined ? undefined : `*.${repaired}` };
}

/** `*example.com`, `**.example.com` and `*.*.example.com` have an obvious meaning that is no wider; others have not. */
function misplacedStar(host: string): Repair {
  const message =
    'has a star elsewhere than as the whole first label of the host; only https://*.example.com and a lone "*" are wildcards';
  const base = /^[*.]*\*\.?([^*]+\.[^*]+)$/.exec(host)?.[1];
  const repaired = base === undefined ? undefined : named(base, lowerCased(base)).repaired;
  return {
    problems: [problem('OriginWildcard', message)],
    repaired: repaired === undefined ? undefined : `*.${repaired}`,
  };
}

function diagnoseOpaque(host: string): Repair {
  if (/[^ -~]/.test(host)) return { problems: FINE, repaired: undefined };
  if (/^[A-Za-z0-9._-]{1,253}$/.test(host)) return { problems: FINE, repaired: host };
  const message = 'has a host that is not 1 to 253 letters, digits, ".", "_" or "-"';
  return { problems: [problem('OriginHost', message)], repaired: undefined };
}

function opaqueBase(base: string): Repair {
  const labels = labelProblems(base.endsWith('.') ? base.slice(0, -1) : base, MAX_HOST_LENGTH - 2);
  return labels.length === 0 ? diagnoseOpaque(base) : { problems: labels, repaired: undefined };
}

function diagnoseIpv6(host: string): Repair {
  const canonical = browserIpv6(host.replace(/^\[|\]$/g, ''));
  const repaired = canonical === undefined ? undefined : `[${canonical}]`;
  if (host.startsWith('[') && endOfIpv6(host, 0) === host.length) return { problems: FINE, repaired: host };
  return { problems: [problem('OriginIp', 'has an IPv6 address that browsers do not write so')], repaired };
}

function diagnoseIpv4(host: string): Repair {
  const repaired = browserIpv4(host);
  if (repaired === host) return { problems: FINE, repaired };
  return { problems: [problem('OriginIp', 'has an IPv4 address that browsers do not write so')], repaired };
}

/** A host name of http or https. */
function named(host: string, lower: string, maxLength: number = MAX_HOST_LENGTH): Repair {
  const problems = labelProblems(lower.endsWith('.') ? lower.slice(0, -1) : lower, maxLength);
  const odd = /[^a-z0-9._-]/.exec(lower.replace(/[^ -~]/g, ''))?.[0];
  const isUnknown = /[^ -~]/.test(host);
  if (odd !== undefined)
    problems.push(problem('OriginHost', `has a host with the character ${odd}, which no host has`));
  const cased =
    host === lower || problems.length > 0
      ? []
      : [problem('OriginHostCase', 'has its host in upper case; browsers send lower case')];
  return { problems: [...problems, ...cased], repaired: problems.length > 0 || isUnknown ? undefined : lower };
}

function labelProblems(name: string, maxLength: number): TextProblem[] {
  const labels = name.split('.');
  if (labels.includes('')) return [problem('OriginHost', 'has a host with an empty label')];
  if (labels.some((label) => label.length > MAX_LABEL_LENGTH)) {
    return [problem('OriginHost', `has a host with a label over ${MAX_LABEL_LENGTH} bytes`)];
  }
  return name.length > maxLength ? [problem('OriginHost', `has a host over ${maxLength} bytes`)] : [];
}
