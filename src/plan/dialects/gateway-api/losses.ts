import type { Policy } from '../../../cors/policy.ts';
import type { Loss, LossCode } from '../../../model/route-reason.ts';
import { sortedLosses } from '../../loss-order.ts';
import { DEFAULT_MAX_AGE } from '../../plain-policy.ts';
import type { Implementation } from './implementations.ts';

/** What an implementation says differently when it carries out the filter of a policy. */
export function filterLosses(policy: Policy, implementation: Implementation): readonly Loss[] {
  const byImplementation = policy.origins.any
    ? [...implementation.losses, 'EchoInsteadOfStar' as const]
    : [...implementation.losses, ...implementation.listLosses];
  const isOnMismatch = byImplementation.includes('HeadersOnMismatch') && policy.allowCredentials;
  const codes = isOnMismatch ? [...byImplementation, 'CredentialsOnMismatch' as const] : byImplementation;
  return sortedLosses([...codes, ...byFields(policy, implementation)].map((code) => loss(code, implementation)));
}

function byFields(policy: Policy, implementation: Implementation): readonly LossCode[] {
  const headers = policy.allowHeaders;
  const isShort = headers.length > 1 && headers[0] === '*' && !implementation.echoesHeaders;
  return [
    ...(isShort ? (['AuthorizationNotCovered'] as const) : []),
    ...(policy.maxAge === undefined ? (['PlaceholderMaxAge'] as const) : []),
    ...(policy.maxAge === 0 ? (['MinimumMaxAge'] as const) : []),
  ];
}

function loss(code: LossCode, { name }: Implementation): Loss {
  return { code, message: `${MESSAGES.get(code) ?? code}${name === '' ? '' : ` (${name})`}` };
}

const MESSAGES: ReadonlyMap<LossCode, string> = new Map<LossCode, string>([
  ['Status200', 'preflights may be answered with 200'],
  ['InterceptsAllOptions', 'every OPTIONS request may be answered by the gateway, also one that is no preflight'],
  ['InterceptsMatchingOptions', 'every OPTIONS request of an allowed origin is answered by the gateway'],
  ['ErrorsUncovered', 'errors that the gateway answers before its CORS filter carry no CORS headers'],
  [
    'DuplicatesUpstream',
    'CORS headers of the application itself may stand beside those of the gateway, which browsers refuse',
  ],
  ['NoVary', 'Vary: Origin is not sent, so a shared cache in front may mix the answers of origins'],
  ['VaryUnspecified', 'the standard does not say whether Vary: Origin is sent'],
  [
    'HeadersOnMismatch',
    'an origin that is not allowed may get the other CORS headers, but no Access-Control-Allow-Origin',
  ],
  ['CredentialsOnMismatch', 'Access-Control-Allow-Credentials may be sent to origins that are not allowed'],
  [
    'UpstreamOriginLeaksOnMismatch',
    'for an origin that is not allowed, CORS headers of the application itself pass through',
  ],
  ['EchoInsteadOfStar', 'the origin may be echoed instead of *'],
  ['AuthorizationNotCovered', '* may leave Authorization out, although the policy lists it'],
  ['PlaceholderMaxAge', `no maxAge is written as ${DEFAULT_MAX_AGE}, which browsers assume without one`],
  ['MinimumMaxAge', 'maxAge 0 is written as 1, the least that the filter takes'],
]);
