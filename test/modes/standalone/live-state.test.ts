import { describe, expect, it } from 'vitest';
import type { GoodState } from '../../../src/modes/standalone/evaluation-task.ts';
import { createLiveState } from '../../../src/modes/standalone/live-state.ts';
import { findDestination } from '../../../src/responder/routing-state.ts';
import { packRoutes, type TestRoute, testPolicy } from '../../support/responder-fixture.ts';

function goodState(routes: readonly TestRoute[], expiries: GoodState['expiries'] = []): GoodState {
  return {
    kind: 'Good',
    routing: packRoutes(routes),
    documents: { routes: new Uint8Array(), issues: new Uint8Array() },
    report: { routes: '', diff: '', routeCount: routes.length },
    problems: [],
    errors: [],
    examples: [],
    expiries,
    output: { written: 0, problem: undefined },
  };
}

const PROBLEMS = [{ source: 'a.yaml:1', reason: 'YamlSyntax', message: 'broken' }];

function grantsOf(live: ReturnType<typeof createLiveState>) {
  return findDestination(live.routing(), 'api.example.com', '/', 'GET')?.grants;
}

describe('createLiveState', () => {
  it('createLiveState: begins without routes, and not ready', () => {
    const live = createLiveState();
    expect(grantsOf(live)).toBeUndefined();
    expect(live.health()).toEqual({ status: 'not ready', problems: [] });
    expect(live.loadedAt()).toBeUndefined();
  });

  it('createLiveState: wrong input keeps what is served, and is a warning until the input is right', () => {
    const live = createLiveState();
    live.accept(goodState([{ policy: testPolicy() }]));
    const served = live.routing();
    expect(live.reject(PROBLEMS)).toBe(true);
    expect(live.routing()).toBe(served);
    expect(live.health()).toEqual({ status: 'warning', problems: PROBLEMS });
    live.accept(goodState([{ policy: testPolicy() }]));
    expect(live.health()).toEqual({ status: 'ok', problems: [] });
  });

  it('createLiveState: the same problems are news only once', () => {
    const live = createLiveState();
    live.accept(goodState([]));
    expect([live.reject(PROBLEMS), live.reject([...PROBLEMS])]).toEqual([true, false]);
    live.accept(goodState([]));
    expect(live.reject(PROBLEMS)).toBe(true);
  });

  it('createLiveState: policies whose exception has ended grant nothing, others go on until theirs ends', () => {
    const live = createLiveState();
    const routes = [{ policy: testPolicy() }, { host: 'other.example', policy: testPolicy() }];
    const grantsOther = () => findDestination(live.routing(), 'other.example', '/', 'GET')?.grants;
    live.accept(
      goodState(routes, [
        { at: 1000, policies: [] },
        { at: 2000, policies: ['CorsPolicy shop/policy-0'] },
        { at: 3000, policies: ['CorsPolicy shop/policy-1'] },
      ]),
    );
    const served = live.routing();
    expect(live.withdraw(1999)).toEqual([]);
    expect(live.routing()).toBe(served);
    expect(live.withdraw(2000)).toEqual(['CorsPolicy shop/policy-0']);
    expect(grantsOf(live)).toBe('Nothing');
    expect(grantsOther()).not.toBe('Nothing');
    expect(live.good()?.expiries.map(({ at }) => at)).toEqual([3000]);
    expect(live.withdraw(9999)).toEqual(['CorsPolicy shop/policy-1']);
    expect(grantsOther()).toBe('Nothing');
  });

  it('createLiveState: counts outlive a swap', () => {
    const live = createLiveState();
    live.accept(goodState([{ policy: testPolicy() }]));
    live.counts.countsOf('CorsPolicy shop/policy-0').preflightsGranted += 1;
    live.accept(goodState([{ policy: testPolicy() }]));
    expect(live.counts.countsOf('CorsPolicy shop/policy-0').preflightsGranted).toBe(1);
  });
});
