import { parseArgs } from 'node:util';
import { compilePolicy } from '../../src/cors/compiled-policy.ts';
import { createCountRegistry } from '../../src/responder/policy-counts.ts';
import { createRefusedOrigins } from '../../src/responder/refused-origins.ts';
import { noResponderCounts } from '../../src/responder/responder-counts.ts';
import { responderLimits } from '../../src/responder/responder-limits.ts';
import { startResponder } from '../../src/responder/responder-server.ts';
import { buildRoutingState, type PackedRoute } from '../../src/responder/routing-state.ts';
import { createUpstreams } from '../../src/responder/upstreams.ts';
import { originsOf } from '../inputs/origins.ts';

// The product's responder, on a policy of as many origins and as many routes as asked.
const { values } = parseArgs({
  options: {
    origins: { type: 'string', default: '10' },
    routes: { type: 'string', default: '1' },
    upstream: { type: 'string' },
  },
});

const policy = compilePolicy({
  origins: { any: false, exact: originsOf(Number(values.origins)), wildcards: [], regexes: [] },
  allowMethods: ['DELETE', 'GET', 'PUT'],
  allowHeaders: ['content-type', 'x-request-id'],
  exposeHeaders: [],
  allowCredentials: false,
  maxAge: 600,
});

function route(host: string, index: number): PackedRoute {
  const backend = { namespace: 'shop', service: 'api', port: 80 };
  return {
    target: { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: `shop-${index}` },
    matches: [{ host, hostWildcard: 'None', path: '/', pathType: 'Prefix', backend }],
    policyName: 'shop/api',
    policy: 0,
  };
}

const count = Number(values.routes);
const hosts =
  count === 1 ? ['shop.example.com'] : Array.from({ length: count }, (_, index) => `shop-${index}.example.com`);
const registry = createCountRegistry(100);
const state = buildRoutingState({ policies: [policy], routes: hosts.map(route) }, registry.countsOf);
const responder = await startResponder(
  {
    currentState: () => state,
    upstreams: createUpstreams(new Map(), values.upstream, responderLimits),
    counts: noResponderCounts(),
    refusedOrigins: createRefusedOrigins(100, Date.now),
    limits: responderLimits,
  },
  { host: '127.0.0.1', port: 0 },
);
console.log(`listening http://127.0.0.1:${responder.address.port}/`);
