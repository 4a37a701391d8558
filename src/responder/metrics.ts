import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { CountRegistry, PolicyCounts } from './policy-counts.ts';
import type { ResponderCounts } from './responder-counts.ts';

/** Policies with a series of their own: five each, so that all metrics together stay below 500 series. */
export const MAXIMUM_NAMED_POLICIES = 64;

/** What a scrape reads. */
export type MetricSources = {
  readonly policies: CountRegistry;
  readonly responder: ResponderCounts;
  /** Milliseconds since 1970; undefined before the first state. */
  readonly stateLoadedAt: () => number | undefined;
  /** Whether the newest input is served; false while it is wrong and an older one is. */
  readonly isCurrent: () => boolean;
};

/**
 * Metrics of a responder, copied from its plain numbers when they are asked for. No label ever holds what a request sent.
 */
export function createMetrics(sources: MetricSources): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerDecisions(registry, sources.policies);
  registerTraffic(registry, sources.responder);
  registerState(registry, sources);
  return registry;
}

/** Which count goes under which labels. */
const DECISIONS: readonly (readonly [keyof PolicyCounts, { readonly kind: string; readonly decision: string }])[] = [
  ['preflightsGranted', { kind: 'preflight', decision: 'granted' }],
  ['preflightsRefused', { kind: 'preflight', decision: 'refused' }],
  ['requestsGranted', { kind: 'actual', decision: 'granted' }],
  ['requestsRefused', { kind: 'actual', decision: 'refused' }],
  ['requestsPassed', { kind: 'actual', decision: 'none' }],
];

function registerDecisions(registry: Registry, policies: CountRegistry): void {
  new Counter({
    name: 'cors_operator_responder_decisions_total',
    help: 'Requests by policy and decision; `other` are policies beyond the first that had requests, `none` routes without one.',
    labelNames: ['policy', 'kind', 'decision'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { policy, counts } of policies.read()) {
        for (const [field, labels] of DECISIONS) {
          this.inc({ policy, ...labels }, counts[field]);
        }
      }
    },
  });
}

function registerTraffic(registry: Registry, counts: ResponderCounts): void {
  new Counter({
    name: 'cors_operator_responder_problems_total',
    help: 'Requests that the responder answered with an error of its own.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [reason, count] of Object.entries(counts.problems)) {
        this.inc({ reason }, count);
      }
    },
  });
  new Counter({
    name: 'cors_operator_responder_broken_requests_total',
    help: 'Connections cut because what came was no HTTP/1.1 request, too large or too slow.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(counts.brokenRequests);
    },
  });
  registerGauge(
    registry,
    'cors_operator_responder_active_requests',
    'Requests under way at upstreams.',
    () => counts.activeRequests,
  );
  registerGauge(
    registry,
    'cors_operator_responder_active_tunnels',
    'WebSockets that are open.',
    () => counts.activeTunnels,
  );
}

function registerState(registry: Registry, { stateLoadedAt, isCurrent }: MetricSources): void {
  registerGauge(
    registry,
    'cors_operator_responder_state_timestamp_seconds',
    'When the state that is served was loaded; 0 before the first.',
    () => (stateLoadedAt() ?? 0) / MILLISECONDS_PER_SECOND,
  );
  registerGauge(
    registry,
    'cors_operator_responder_state_current',
    '1 while the newest input is served, 0 while it is wrong and an older one is.',
    () => (isCurrent() ? 1 : 0),
  );
}

const MILLISECONDS_PER_SECOND = 1000;

function registerGauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
