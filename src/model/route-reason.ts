/** What became of a route. `Native` and `Responder` are exact. */
export type Outcome = 'Native' | 'Responder' | 'NotExpressible' | 'Refused' | 'NoPolicy';

/** Why a route is NotExpressible or Refused. A closed set. */
export type RouteReason =
  | 'WildcardDepth'
  | 'WildcardUnsupported'
  | 'Regex'
  | 'CustomScheme'
  | 'IpV6'
  | 'HostUnderscore'
  | 'AnyOrigin'
  | 'TooManyOrigins'
  | 'TokenLimit'
  | 'AnnotationSize'
  | 'MethodUnsupported'
  | 'HeaderUnsupported'
  | 'ExposeUnsupported'
  | 'CredentialsUnsupported'
  | 'MaxAgeUnsupported'
  | 'NoCorsSupport'
  | 'VersionTooOld'
  | 'VersionUnknown'
  | 'FeatureNotAdvertised'
  | 'ClassUnknown'
  | 'Scope'
  | 'SharedBackend'
  | 'SessionAffinity'
  | 'BackendProtocol'
  | 'BackendKind'
  | 'RouteShape'
  | 'FrontAuth'
  | 'HostClaimed'
  | 'ResponderDisabled'
  | 'MethodMatch'
  | 'ForeignCors'
  | 'SlotTaken'
  | 'NameTaken'
  | 'PolicyInvalid'
  | 'NotProven'
  | 'ExceedsGuardrail'
  | 'NoOrigins';

/** What a dialect says differently from the policy although every decision on an origin is the same. A closed set. */
export type LossCode = CosmeticLoss | NarrowerLoss | UpstreamLoss;

/** No browser's decision changes. */
export type CosmeticLoss =
  | 'VaryUnspecified'
  | 'InterceptsAllOptions'
  | 'InterceptsMatchingOptions'
  | 'PreflightHeadersOnActual'
  | 'HeadersOnMismatch'
  | 'CredentialsOnMismatch'
  | 'OriginWithoutRequestOrigin'
  | 'LiteralStar'
  | 'EchoInsteadOfStar'
  | 'StaticOrigin'
  | 'Status200'
  | 'PreflightOnlyHeaders'
  | 'DivergesFromIngressNginx'
  | 'ListenerWide'
  | 'PlaceholderHeader'
  | 'PlaceholderMaxAge'
  | 'MinimumMaxAge'
  | 'SuffixMatch';

/** Less than the policy is granted. */
export type NarrowerLoss = 'EnumeratedMethods' | 'AuthorizationNotCovered' | 'WildcardNoUnderscore' | 'ErrorsUncovered';

/** Matters only if the application sends CORS headers itself, or a shared cache stands in front. */
export type UpstreamLoss =
  | 'UpstreamOriginLeaksOnMismatch'
  | 'UnmatchedPreflightForwarded'
  | 'DuplicatesUpstream'
  | 'NoVary'
  | 'ReplacesUpstreamVary';

/** One loss of one route's plan. */
export type Loss = { readonly code: LossCode; readonly message: string };
