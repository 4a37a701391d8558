/** What became of a route. `Native` and `Responder` are exact. */
export type Outcome = 'Native' | 'Responder' | 'NotExpressible' | 'Refused' | 'NoPolicy';

/** Why a route is NotExpressible or Refused. */
export const ROUTE_REASONS = [
  'WildcardDepth',
  'WildcardUnsupported',
  'Regex',
  'CustomScheme',
  'IpV6',
  'HostUnderscore',
  'AnyOrigin',
  'TooManyOrigins',
  'TokenLimit',
  'AnnotationSize',
  'MethodUnsupported',
  'HeaderUnsupported',
  'ExposeUnsupported',
  'CredentialsUnsupported',
  'MaxAgeUnsupported',
  'NoCorsSupport',
  'VersionTooOld',
  'VersionUnknown',
  'FeatureNotAdvertised',
  'ClassUnknown',
  'Scope',
  'SharedBackend',
  'SessionAffinity',
  'BackendProtocol',
  'BackendKind',
  'RouteShape',
  'FrontAuth',
  'HostClaimed',
  'ResponderDisabled',
  'MethodMatch',
  'ForeignCors',
  'SlotTaken',
  'NameTaken',
  'PolicyInvalid',
  'NotProven',
  'ExceedsGuardrail',
  'NoOrigins',
] as const;

/** No browser's decision changes. */
export const COSMETIC_LOSSES = [
  'VaryUnspecified',
  'InterceptsAllOptions',
  'InterceptsMatchingOptions',
  'PreflightHeadersOnActual',
  'HeadersOnMismatch',
  'CredentialsOnMismatch',
  'OriginWithoutRequestOrigin',
  'LiteralStar',
  'EchoInsteadOfStar',
  'StaticOrigin',
  'Status200',
  'PreflightOnlyHeaders',
  'DivergesFromIngressNginx',
  'ListenerWide',
  'PlaceholderHeader',
  'PlaceholderMaxAge',
  'MinimumMaxAge',
  'SuffixMatch',
] as const;

/** Less than the policy is granted. */
const NARROWER_LOSSES = [
  'EnumeratedMethods',
  'AuthorizationNotCovered',
  'WildcardNoUnderscore',
  'ErrorsUncovered',
] as const;

/** Matters only if the application sends CORS headers itself, or a shared cache stands in front. */
const UPSTREAM_LOSSES = [
  'UpstreamOriginLeaksOnMismatch',
  'UnmatchedPreflightForwarded',
  'DuplicatesUpstream',
  'NoVary',
  'ReplacesUpstreamVary',
] as const;

/** What a dialect says differently from the policy although every decision on an origin is the same. */
export const LOSS_CODES = [...COSMETIC_LOSSES, ...NARROWER_LOSSES, ...UPSTREAM_LOSSES] as const;

/** Why a route is NotExpressible or Refused. A closed set. */
export type RouteReason = (typeof ROUTE_REASONS)[number];

/** What a dialect says differently from the policy. A closed set. */
export type LossCode = (typeof LOSS_CODES)[number];

/** One loss of one route's plan. */
export type Loss = { readonly code: LossCode; readonly message: string };
