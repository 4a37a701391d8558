import { defineConfig } from 'vitest/config';

const tiers = ['golden', 'contract', 'e2e'];

/** Seed of every property: fixed, so that a red run can be repeated; `FC_SEED=random` or a number looks elsewhere. */
const seed =
  process.env['FC_SEED'] === 'random' ? String(Date.now() % 2 ** 31) : (process.env['FC_SEED'] ?? '20260101');

function tier(name: string): { extends: true; test: { name: string; include: string[] } } {
  return { extends: true, test: { name, include: [`test/${name}/**/*.test.ts`] } };
}

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: tiers.map((name) => `test/${name}/**`),
        },
      },
      ...tiers.map(tier),
    ],
    env: { FC_SEED: seed },
    setupFiles: ['test/support/seed-properties.ts'],
    testTimeout: 10_000,
    hookTimeout: 30_000,
    restoreMocks: true,
    unstubEnvs: true,
    allowOnly: false,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.cache/vitest.json' }]] : ['default'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
