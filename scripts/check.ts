import { spawnSync } from 'node:child_process';

type Step = { readonly name: string; readonly command: string; readonly args: readonly string[] };

/** Everything that is judged without running the product, quickest first. */
const steps: readonly Step[] = [
  { name: 'format and lint', command: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'promises', command: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  { name: 'types', command: 'tsc', args: ['--noEmit'] },
  { name: 'import rules', command: 'depcruise', args: ['src'] },
  { name: 'dead code', command: 'knip', args: ['--no-progress'] },
  { name: 'generated files', command: 'node', args: ['scripts/generate.ts', '--check'] },
];

/** Runs one step and prints its output only when it has something to say. */
function runStep(step: Step): boolean {
  const start = performance.now();
  const result = spawnSync(step.command, step.args, { encoding: 'utf8' });
  const passed = result.status === 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
  if (!passed) {
    console.log(result.error?.message ?? `${result.stdout}${result.stderr}`);
  }
  return passed;
}

const failed = steps.map((step) => ({ step, passed: runStep(step) })).filter(({ passed }) => !passed);
if (failed.length > 0) {
  console.log(`failed: ${failed.map(({ step }) => step.name).join(', ')}`);
  process.exitCode = 1;
}
