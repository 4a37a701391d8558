import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { compilePolicy } from '../../src/cors/compiled-policy.ts';
import type { Policy } from '../../src/cors/policy.ts';
import type { BackendRef, RouteMatch } from '../../src/model/route.ts';
import { type CountRegistry, createCountRegistry } from '../../src/responder/policy-counts.ts';
import { createRefusedOrigins, type RefusedOrigins } from '../../src/responder/refused-origins.ts';
import { noResponderCounts, type ResponderCounts } from '../../src/responder/responder-counts.ts';
import { type ResponderLimits, responderLimits } from '../../src/responder/responder-limits.ts';
import { type Responder, startResponder } from '../../src/responder/responder-server.ts';
import {
  buildRoutingState,
  type PackedRoute,
  type PackedRouting,
  type RoutingState,
} from '../../src/responder/routing-state.ts';
import { createUpstreams, type Upstreams } from '../../src/responder/upstreams.ts';

/** A route in few words. */
export type TestRoute = {
  /** Default `api.example.com`; "" any host. */
  readonly host?: string;
  /** A prefix; default `/`. */
  readonly path?: string;
  readonly method?: string;
  /** `Nothing`: governed, but grants nothing; absent: no policy governs it. */
  readonly policy?: Policy | 'Nothing';
  /** Default `shop/web:80`; null: no plain Service. */
  readonly backend?: BackendRef | null;
};

/** A policy that allows one origin, with the fields that a test cares about. */
export function testPolicy(fields: Partial<Policy> = {}): Policy {
  return {
    origins: { any: false, exact: ['https://app.example.com'], wildcards: [], regexes: [] },
    allowMethods: ['PUT'],
    allowHeaders: ['X-Token'],
    exposeHeaders: ['X-Total'],
    allowCredentials: false,
    ...fields,
  };
}

/** Packs routes as an evaluation would. */
export function packRoutes(routes: readonly TestRoute[]): PackedRouting {
  const policies = routes.flatMap(({ policy }) => (policy === undefined || policy === 'Nothing' ? [] : [policy]));
  return {
    policies: policies.map(compilePolicy),
    routes: routes.map((route, index): PackedRoute => {
      const { policy } = route;
      return {
        target: { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: `route-${index}` },
        policyName: policy === undefined ? '' : `CorsPolicy shop/policy-${index}`,
        policy: policy === undefined || policy === 'Nothing' ? undefined : policies.indexOf(policy),
        matches: [matchOf(route)],
      };
    }),
  };
}

const WEB: BackendRef = { namespace: 'shop', service: 'web', port: 80 };

function matchOf({ host = 'api.example.com', path = '/', method, backend = WEB }: TestRoute): RouteMatch {
  return {
    host,
    hostWildcard: host.startsWith('*.') ? 'Single' : 'None',
    path,
    pathType: 'Prefix',
    ...(method === undefined ? {} : { method }),
    ...(backend === null ? {} : { backend }),
  };
}

/** A responder on a free port, stopped when the test ends. */
export type TestResponder = Responder & {
  readonly port: number;
  readonly counts: ResponderCounts;
  readonly policyCounts: CountRegistry;
  readonly refusedOrigins: RefusedOrigins;
  /** Serves other routes from the next request on. */
  readonly swap: (routes: readonly TestRoute[]) => void;
};

/** What a test responder is started with. */
export type TestResponderSetup = {
  readonly routes: readonly TestRoute[];
  readonly upstreams?: ReadonlyMap<string, string>;
  readonly defaultUpstream?: string;
  readonly limits?: Partial<ResponderLimits>;
};

/** Starts the real server of the responder on loopback. */
export async function startTestResponder(setup: TestResponderSetup): Promise<TestResponder> {
  const limits = { ...responderLimits, stopTimeout: 200, ...setup.limits };
  const policyCounts = createCountRegistry(64);
  const counts = noResponderCounts();
  const refusedOrigins = createRefusedOrigins(100, Date.now);
  let state: RoutingState = buildRoutingState(packRoutes(setup.routes), policyCounts.countsOf);
  const upstreams = createUpstreams(setup.upstreams ?? new Map(), setup.defaultUpstream, limits);
  const responder = await startResponder(
    {
      currentState: () => state,
      upstreams,
      counts,
      refusedOrigins,
      limits,
    },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(async () => {
    responder.cut();
    await responder.stop();
  });
  await loadPool(upstreams);
  return {
    ...responder,
    port: responder.address.port,
    counts,
    policyCounts,
    refusedOrigins,
    swap(routes) {
      state = buildRoutingState(packRoutes(routes), policyCounts.countsOf);
    },
  };
}

/** The pool is loaded behind the first request; a test means the same client for all of its requests. */
async function loadPool(upstreams: Upstreams): Promise<void> {
  const upstream = upstreams.find(undefined);
  while (upstream !== undefined && upstream.pool() === undefined) {
    await setTimeout(1);
  }
}
