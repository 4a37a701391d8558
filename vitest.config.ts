import { defineConfig } from 'vitest/config';

const tiers = ['golden', 'contract', 'chart'];

/**
 * Tiers that start real servers: long timeouts, and few files at a time, since each has servers of its own. They come after the
 * others, so that their servers have the machine to themselves.
 */
const serverTiers = [
  { name: 'cluster', globalSetup: ['test/rig/prepare-cluster.ts'] },
  { name: 'image', globalSetup: [] },
  { name: 'node', globalSetup: ['test/rig/prepare-node.ts'] },
];

/** Tiers that a machine cannot run, by name, comma separated; never skipped in silence. */
const skipped = (process.env['SKIP_TIERS'] ?? '').split(',').filter((name) => name !== '');
if (skipped.length > 0) console.error(`skipped by SKIP_TIERS: ${skipped.join(', ')}`);

/** Seed of every property: fixed, so that a red run can be repeated; `FC_SEED=random` or a number looks elsewhere. */
const seed =
  process.env['FC_SEED'] === 'random' ? String(Date.now() % 2 ** 31) : (process.env['FC_SEED'] ?? '20260101');

type Project = {
  readonly extends: true;
  readonly test: {
    readonly name: string;
    readonly include: string[];
    readonly isolate?: boolean;
    readonly exclude?: string[];
    readonly globalSetup?: string[];
    readonly testTimeout?: number;
    readonly hookTimeout?: number;
    readonly maxWorkers?: number;
    readonly sequence?: { readonly groupOrder: number };
  };
};

function tier(name: string): Project {
  return { extends: true, test: { name, include: [`test/${name}/**/*.test.ts`] } };
}

function serverTier({ name, globalSetup }: (typeof serverTiers)[number], index: number): Project {
  return {
    extends: true,
    test: {
      name,
      include: [`test/e2e/${name}/**/*.test.ts`],
      globalSetup,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      maxWorkers: 2,
      sequence: { groupOrder: index + 1 },
    },
  };
}

const projects: readonly Project[] = [
  {
    extends: true,
    test: {
      name: 'unit',
      // Importing a file changes nothing, so that all files may share their modules: loading them anew for each is most of the time.
      isolate: false,
      include: ['test/**/*.test.ts'],
      exclude: [...tiers, 'e2e'].map((name) => `test/${name}/**`),
    },
  },
  ...tiers.map(tier),
  {
    extends: true,
    test: {
      name: 'e2e',
      include: ['test/e2e/**/*.test.ts'],
      exclude: serverTiers.map(({ name }) => `test/e2e/${name}/**`),
    },
  },
  ...serverTiers.map(serverTier),
];

export default defineConfig({
  test: {
    projects: projects.filter(({ test }) => !skipped.includes(test.name)),
    env: { FC_SEED: seed },
    setupFiles: ['test/support/seed-properties.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Machines that run tests run much else.
    expect: { poll: { timeout: 20_000 } },
    restoreMocks: true,
    unstubEnvs: true,
    allowOnly: false,
    reporters: process.env['CI'] ? ['default', ['json', { outputFile: '.cache/vitest.json' }]] : ['default'],
    coverage: { provider: 'v8', include: ['src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
});
