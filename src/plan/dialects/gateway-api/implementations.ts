import type { LossCode } from '../../../model/route-reason.ts';
import type { RouteClass } from '../../../model/snapshot.ts';

/** How one implementation carries out the CORS filter, where the standard leaves it open. */
export type Implementation = {
  /** "" when it is not known. */
  readonly name: string;
  /** Answers `*` for request headers by echoing what is asked, Authorization included. */
  readonly echoesHeaders: boolean;
  /** Answers preflights for rules that match another method, too. */
  readonly addsPreflightRoute: boolean;
  /** Whatever the policy is. */
  readonly losses: readonly LossCode[];
  /** Only for policies that do not allow every origin. */
  readonly listLosses: readonly LossCode[];
};

/** The implementation behind a class; the most careful reading where it is not known. */
export function implementationOf(routeClass: RouteClass | undefined): Implementation {
  if (routeClass === undefined) return UNKNOWN;
  return IMPLEMENTATIONS.get(routeClass.controller) ?? UNKNOWN;
}

/** Nothing is taken for granted: everything that some implementation does. */
const UNKNOWN: Implementation = {
  name: '',
  echoesHeaders: false,
  addsPreflightRoute: false,
  losses: ['Status200', 'InterceptsAllOptions', 'ErrorsUncovered', 'DuplicatesUpstream', 'VaryUnspecified'],
  listLosses: ['HeadersOnMismatch', 'UpstreamOriginLeaksOnMismatch'],
};

/**
 * The CORS filter of Envoy: true preflights only, answered here also when the origin does not match.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/cors_filter
 */
const ENVOY: Omit<Implementation, 'name'> = {
  echoesHeaders: true,
  addsPreflightRoute: false,
  losses: ['Status200', 'ErrorsUncovered', 'NoVary'],
  listLosses: ['UpstreamOriginLeaksOnMismatch'],
};

const NGINX_GATEWAY_FABRIC: Implementation = {
  name: 'NGINX Gateway Fabric',
  echoesHeaders: false,
  addsPreflightRoute: false,
  losses: ['Status200', 'InterceptsAllOptions', 'DuplicatesUpstream', 'NoVary'],
  listLosses: ['HeadersOnMismatch'],
};

const AGENTGATEWAY: Implementation = {
  name: 'agentgateway',
  echoesHeaders: false,
  addsPreflightRoute: false,
  losses: ['Status200', 'InterceptsMatchingOptions', 'NoVary'],
  listLosses: ['UpstreamOriginLeaksOnMismatch'],
};

const TRAEFIK: Implementation = {
  name: 'Traefik',
  echoesHeaders: false,
  addsPreflightRoute: false,
  losses: ['Status200', 'ErrorsUncovered', 'NoVary'],
  listLosses: ['HeadersOnMismatch', 'UpstreamOriginLeaksOnMismatch'],
};

const IMPLEMENTATIONS: ReadonlyMap<string, Implementation> = new Map([
  ['gateway.envoyproxy.io/gatewayclass-controller', { ...ENVOY, name: 'Envoy Gateway', addsPreflightRoute: true }],
  ['istio.io/gateway-controller', { ...ENVOY, name: 'Istio' }],
  ['io.cilium/gateway-controller', { ...ENVOY, name: 'Cilium' }],
  ['kgateway.dev/kgateway', { ...ENVOY, name: 'kgateway' }],
  ['agentgateway.dev/agentgateway', AGENTGATEWAY],
  ['gateway.nginx.org/nginx-gateway-controller', NGINX_GATEWAY_FABRIC],
  ['traefik.io/gateway-controller', TRAEFIK],
]);
