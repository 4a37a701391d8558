import { describe, expect, it } from 'vitest';
import { createCountRegistry } from '../../src/responder/policy-counts.ts';

describe('createCountRegistry', () => {
  it('createCountRegistry: a policy has the same counts for ever', () => {
    const registry = createCountRegistry(2);
    const counts = registry.countsOf('CorsPolicy shop/a');
    counts.preflightsGranted += 1;
    registry.retain(new Set());
    expect(registry.countsOf('CorsPolicy shop/a')).toBe(counts);
  });

  it('createCountRegistry: only policies that had requests take a name', () => {
    const registry = createCountRegistry(1);
    registry.countsOf('CorsPolicy shop/idle');
    registry.countsOf('CorsPolicy shop/busy').requestsGranted += 1;
    expect(registry.read().map(({ policy }) => policy)).toEqual(['CorsPolicy shop/busy', 'other', 'none']);
  });

  it('createCountRegistry: however many policies come and go, names are bounded and no count is lost', () => {
    const registry = createCountRegistry(5);
    for (let round = 0; round < 50; round += 1) {
      const names = Array.from({ length: 20 }, (_, index) => `CorsPolicy shop/${round}-${index}`);
      for (const name of names) {
        registry.countsOf(name).preflightsRefused += 1;
      }
      registry.retain(new Set(names));
    }
    const read = registry.read();
    expect(read).toHaveLength(7);
    expect(read.reduce((sum, { counts }) => sum + counts.preflightsRefused, 0)).toBe(1000);
  });

  it('createCountRegistry: a count never falls from one reading to the next', () => {
    const registry = createCountRegistry(2);
    const before = new Map<string, number>();
    for (let round = 0; round < 30; round += 1) {
      registry.countsOf(`CorsPolicy shop/${round % 7}`).requestsRefused += 1;
      registry.retain(new Set([`CorsPolicy shop/${round % 7}`]));
      for (const { policy, counts } of registry.read()) {
        expect(counts.requestsRefused).toBeGreaterThanOrEqual(before.get(policy) ?? 0);
        before.set(policy, counts.requestsRefused);
      }
    }
  });

  it('createCountRegistry: routes without a policy are counted together', () => {
    const registry = createCountRegistry(1);
    registry.countsOf('').requestsPassed += 1;
    registry.countsOf('').requestsPassed += 1;
    expect(registry.read().at(-1)).toMatchObject({ policy: 'none', counts: { requestsPassed: 2 } });
  });
});
