import { describe, expect, it } from 'vitest';
import { createMetrics, MAXIMUM_NAMED_POLICIES } from '../../src/responder/metrics.ts';
import { createCountRegistry } from '../../src/responder/policy-counts.ts';
import { noResponderCounts } from '../../src/responder/responder-counts.ts';

function metricsWith() {
  const policies = createCountRegistry(MAXIMUM_NAMED_POLICIES);
  const responder = noResponderCounts();
  const registry = createMetrics({
    policies,
    responder,
    stateLoadedAt: () => 1_700_000_000_500,
    isCurrent: () => false,
  });
  return { policies, responder, registry };
}

describe('createMetrics', () => {
  it('createMetrics: plain numbers become series when they are asked for', async () => {
    const { policies, responder, registry } = metricsWith();
    policies.countsOf('CorsPolicy shop/web').preflightsGranted += 3;
    policies.countsOf('').requestsPassed += 2;
    responder.problems.NoRoute += 1;
    responder.activeRequests = 4;
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await registry.metrics();
      expect(text).toContain(
        'cors_operator_responder_decisions_total{policy="CorsPolicy shop/web",kind="preflight",decision="granted"} 3',
      );
      expect(text).toContain('cors_operator_responder_decisions_total{policy="none",kind="actual",decision="none"} 2');
      expect(text).toContain('cors_operator_responder_problems_total{reason="NoRoute"} 1');
      expect(text).toContain('cors_operator_responder_active_requests 4');
      expect(text).toContain('cors_operator_responder_state_timestamp_seconds 1700000000.5');
      expect(text).toContain('cors_operator_responder_state_current 0');
    }
  });

  it('createMetrics: 10 000 policies with requests make at most 500 series', async () => {
    const { policies, registry } = metricsWith();
    for (let index = 0; index < 10_000; index += 1) {
      policies.countsOf(`CorsPolicy shop/${index}`).requestsGranted += 1;
    }
    const series = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(series.length).toBeLessThanOrEqual(500);
    const decisions = series.filter((line) => /decisions_total.*kind="actual",decision="granted"/.test(line));
    expect(decisions.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(10_000);
  });

  it('createMetrics: two registries do not share anything', async () => {
    const first = metricsWith();
    const second = metricsWith();
    first.responder.brokenRequests = 9;
    expect(await second.registry.metrics()).toContain('cors_operator_responder_broken_requests_total 0');
  });
});
