import type { CompiledPolicy } from './compiled-policy.ts';
import {
  type Decision,
  decide,
  decideNothing,
  isMethodGranted,
  isOriginGranted,
  judgeRequestedHeaders,
} from './decision.ts';
import { type EntryMatch, findEntry } from './entry-match.ts';
import { findNearest, type NearestEntry } from './nearest-entry.ts';
import { isOrigin } from './origin.ts';
import type { Policy } from './policy.ts';
import { type CorsRequest, isPreflight } from './request.ts';
import { type HeaderFinding, nameAtFault } from './requested-headers.ts';
import { isToken } from './token.ts';

export type { EntryMatch } from './entry-match.ts';
export type { NearestEntry } from './nearest-entry.ts';

/**
 * What decided, a closed set. `NoOrigin`: the request names none, so that CORS does not concern it. `Stale` and `NoPolicy`
 * come from whoever holds the policies: they are too old, or there is none.
 */
export type VerdictReason =
  | 'OriginAllowed'
  | 'OriginNotListed'
  | 'OriginMalformed'
  | 'OriginNull'
  | 'NoOrigin'
  | 'MethodNotAllowed'
  | 'MethodMalformed'
  | Exclude<HeaderFinding, 'Covered'>
  | 'Stale'
  | 'NoPolicy';

/** A decision with its reason. */
export type Verdict = {
  readonly decision: Decision;
  /** Whether the page gets in: the same as the decision's `granted`. */
  readonly allowed: boolean;
  readonly reason: VerdictReason;
  /** One sentence for people; what it quotes of the request is shortened and holds visible ASCII only. */
  readonly message: string;
  /** The entry that covers the origin, also when method or headers are refused. */
  readonly entry?: EntryMatch;
  /** When no entry covers the origin: the one that nearly does. */
  readonly nearest?: NearestEntry;
  /** The requested header that is refused, as sent. */
  readonly header?: string;
};

/**
 * Decides a request and says why. Goes through all entries: for people who ask, not for the hot path.
 *
 * @param policy what `compiled` was made of
 */
export function explainDecision(policy: Policy, compiled: CompiledPolicy, request: CorsRequest): Verdict {
  const decision = decide(compiled, request);
  const reason = findReason(compiled, request);
  const origin = request.origin ?? '';
  const isCovered = isOriginGranted(compiled, request.origin);
  const entry = isCovered ? findEntry(policy.origins, origin) : undefined;
  const nearest =
    isCovered || compiled.grants === 'Nobody' ? undefined : findNearest(policy.origins, compiled.matcher, origin);
  const header = reason.startsWith('Header') ? nameAtFault(compiled.headers, request.requestHeaders ?? '') : undefined;
  const found = {
    ...(entry === undefined ? {} : { entry }),
    ...(nearest === undefined ? {} : { nearest }),
    ...(header === undefined ? {} : { header }),
  };
  const message = compiled.grants === 'Nobody' ? NOBODY : messageOf(reason, request, found);
  return { decision, allowed: decision.granted, reason, message, ...found };
}

/** The verdict where no policy may be asked: nothing is granted. */
export function explainNothing(reason: 'Stale' | 'NoPolicy', request: CorsRequest): Verdict {
  return { decision: decideNothing(request), allowed: false, reason, message: messageOf(reason, request, {}) };
}

/** The first check that fails, in the order in which requests are decided. */
function findReason(compiled: CompiledPolicy, request: CorsRequest): VerdictReason {
  if (!isOriginGranted(compiled, request.origin)) return originReason(request.origin);
  if (!isPreflight(request)) return 'OriginAllowed';
  const method = request.requestMethod ?? '';
  if (!isMethodGranted(compiled, method)) return isToken(method) ? 'MethodNotAllowed' : 'MethodMalformed';
  const finding = judgeRequestedHeaders(compiled, request.requestHeaders);
  return finding === 'Covered' ? 'OriginAllowed' : finding;
}

function originReason(origin: string | undefined): VerdictReason {
  if (origin === undefined) return 'NoOrigin';
  if (origin === 'null') return 'OriginNull';
  return isOrigin(origin) ? 'OriginNotListed' : 'OriginMalformed';
}

const NOBODY = 'the policy allows * together with credentials, a pair that browsers refuse: nothing is granted';

type Found = Pick<Verdict, 'entry' | 'nearest' | 'header'>;

function messageOf(reason: VerdictReason, request: CorsRequest, found: Found): string {
  const origin = quote(request.origin ?? '');
  const near = found.nearest === undefined ? '' : `; ${quote(found.nearest.text)} ${found.nearest.difference}`;
  switch (reason) {
    case 'OriginAllowed':
      return request.origin === undefined
        ? 'every origin is allowed'
        : `${origin} is allowed by ${entryText(found.entry)}`;
    case 'OriginNotListed':
      return `${origin} is not among the allowed origins${near}`;
    case 'OriginMalformed':
      return `${origin} is not an origin as browsers send it${near}`;
    case 'OriginNull':
      return 'the origin null is refused, since any page can have it';
    case 'NoOrigin':
      return 'the request has no Origin, so that CORS does not concern it';
    case 'Stale':
      return 'the policies are too old to grant anything; the API has not been reached for long';
    case 'NoPolicy':
      return 'no policy governs this route';
    default:
      return preflightMessage(reason, request, found.header);
  }
}

type PreflightReason = 'MethodNotAllowed' | 'MethodMalformed' | Exclude<HeaderFinding, 'Covered'>;

function preflightMessage(reason: PreflightReason, request: CorsRequest, header: string | undefined): string {
  const method = quote(request.requestMethod ?? '');
  switch (reason) {
    case 'MethodNotAllowed':
      return `the method ${method} is not among the allowed methods`;
    case 'MethodMalformed':
      return `${method} is not one method`;
    case 'HeaderNotAllowed':
      return `the header ${quote(header ?? '')} is not among the allowed headers`;
    case 'HeaderNotCoveredByWildcard':
      return `* does not cover the header ${quote(header ?? '')}, which has to be listed beside it`;
    case 'HeaderMalformed':
      return 'Access-Control-Request-Headers holds what is not a header name';
    case 'RequestHeadersTooLarge':
      return 'Access-Control-Request-Headers is over 8 KiB or names over 128 headers';
  }
}

function entryText(entry: EntryMatch | undefined): string {
  if (entry === undefined) return 'the policy';
  return entry.list === 'regexes' ? `the regex ${quote(entry.text)}` : quote(entry.text);
}

const MAX_QUOTED = 120;

/** Bytes that could disturb a terminal or a log are left out. */
function quote(text: string): string {
  const visible = text.slice(0, MAX_QUOTED).replace(/[^\x20-\x7e]/g, '?');
  return visible.length < text.length || visible === '' || visible.includes(' ')
    ? `"${visible}${text.length > MAX_QUOTED ? '...' : ''}"`
    : visible;
}
