import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Route } from '../../src/model/route.ts';
import type { RouteClass } from '../../src/model/snapshot.ts';
import type { ClassContext, DialectName } from '../../src/plan/dialect.ts';
import { httpRouteObject, ingressObject, type Metadata } from '../support/cluster-objects.ts';
import type { Controller, ResponseHeaders } from './controllers/browser.ts';
import { gatewayController } from './controllers/gateway-api.ts';
import { ingressNginxController } from './controllers/ingress-nginx.ts';
import { traefikController } from './controllers/traefik.ts';

/** One controller that may stand behind a class of a dialect. */
export type ControllerFixture = {
  readonly name: string;
  readonly context: ClassContext;
  /** The controller with a route as it is stored, the objects beside it, and an application that says nothing about CORS. */
  readonly serve: Serve;
};

/** @param application what the application answers to every request; nothing by default */
export type Serve = (
  object: KubernetesObject,
  owned: readonly KubernetesObject[],
  application?: ResponseHeaders,
) => Controller;

const SILENT: ResponseHeaders = new Map();

/** How the contract suite gets at one dialect. */
export type DialectFixture = {
  readonly route: (metadata?: Metadata) => Route;
  readonly controllers: readonly ControllerFixture[];
};

/** A fixture per dialect; the suite fails for a dialect without one. */
export const fixtures: Readonly<Record<DialectName, DialectFixture>> = {
  'ingress-nginx': {
    route: ingressRoute,
    controllers: [
      nginx('1.15.1', 'Since112'),
      nginx('1.11.3', 'Before112'),
      nginx(undefined, 'Since112'),
      nginx(undefined, 'Before112'),
    ],
  },
  traefik: {
    route: ingressRoute,
    controllers: [
      traefik('3.7.13', 'Repaired'),
      traefik('3.6.22', 'Repaired'),
      traefik('3.5.0', 'Old'),
      traefik(undefined, 'Old'),
      traefik(undefined, 'Repaired'),
    ],
  },
  'gateway-api': {
    route: httpRoute,
    controllers: [
      gateway('example.com/unknown', 'Literal'),
      gateway('example.com/unknown', 'Echo'),
      gateway('istio.io/gateway-controller', 'Echo'),
      gateway('gateway.nginx.org/nginx-gateway-controller', 'Literal'),
    ],
  },
};

function nginx(version: string | undefined, age: 'Since112' | 'Before112'): ControllerFixture {
  return {
    name: `ingress-nginx ${version ?? 'of unknown version'} (${age})`,
    context: { ...context(ingressClass('k8s.io/ingress-nginx')), version },
    serve: (object, _, application = SILENT) => ingressNginxController(object, age === 'Before112', application),
  };
}

function traefik(version: string | undefined, age: 'Old' | 'Repaired'): ControllerFixture {
  return {
    name: `Traefik ${version ?? 'of unknown version'} (${age})`,
    context: { ...context(ingressClass('traefik.io/ingress-controller')), version },
    serve: (object, owned, application = SILENT) => traefikController(object, owned, age, application),
  };
}

function gateway(controller: string, star: 'Literal' | 'Echo'): ControllerFixture {
  return {
    name: `${controller} (${star})`,
    context: context({ ...ingressClass(controller), kind: 'GatewayClass', supportedFeatures: ['HTTPRouteCORS'] }),
    serve: (object, _, application = SILENT) => gatewayController(object, star, application),
  };
}

function ingressClass(controller: string): RouteClass {
  return { kind: 'IngressClass', name: 'web', controller, annotations: {}, isDefault: false, creationTimestamp: '' };
}

function context(routeClass: RouteClass): ClassContext {
  const nothing = { version: undefined, annotationPrefix: undefined, objects: new Map(), evidence: 0 };
  return { description: 'class web', routeClass, named: false, ...nothing };
}

function ingressRoute(metadata: Metadata = {}): Route {
  const object = ingressObject('storefront', metadata);
  const target = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: 'storefront' };
  const parents = [{ className: 'web', classKind: 'IngressClass' as const, description: 'class web' }];
  return { target, object, rules: [], matches: [], parents };
}

/** The first rule belongs to another route and must stay as it is. */
function httpRoute(metadata: Metadata = {}): Route {
  const rules = [{ name: 'other' }, { filters: [{ type: 'RequestMirror' }] }, {}];
  const object = httpRouteObject('storefront', metadata, { rules });
  const target = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name: 'storefront' };
  const parents = [{ className: 'web', classKind: 'GatewayClass' as const, description: 'Gateway infra/public' }];
  return { target, object, rules: [1, 2], matches: [], parents };
}
