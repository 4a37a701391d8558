import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/modes/standalone/evaluation-task.ts';
import { createReloadLoop } from '../../../src/modes/standalone/reload-loop.ts';

/** Evaluations that end when the test says so. */
function createLoop() {
  const runs: { resolve: (message: string) => void; reject: (error: unknown) => void; isCancelled: boolean }[] = [];
  const delivered: string[] = [];
  const loop = createReloadLoop({
    start() {
      const { promise, resolve, reject } = Promise.withResolvers<EvaluationResult>();
      const run = {
        resolve: (message: string) => resolve({ kind: 'Refused', message }),
        reject,
        isCancelled: false,
      };
      runs.push(run);
      return {
        result: promise,
        cancel() {
          run.isCancelled = true;
          reject(new Error('cancelled'));
        },
      };
    },
    onResult: (result) => delivered.push(result.kind === 'Refused' ? result.message : result.kind),
    onFailure: (error) => delivered.push(String(error)),
  });
  return { loop, runs, delivered };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createReloadLoop', () => {
  it('createReloadLoop: one change, one evaluation', async () => {
    const { loop, runs, delivered } = createLoop();
    loop.request();
    runs[0]?.resolve('first');
    await settled();
    expect(delivered).toEqual(['first']);
    expect(runs).toHaveLength(1);
  });

  it('createReloadLoop: changes during an evaluation make its result outdated, and one more covers them all', async () => {
    const { loop, runs, delivered } = createLoop();
    loop.request();
    loop.request();
    loop.request();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve('outdated');
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve('current');
    await settled();
    expect(delivered).toEqual(['current']);
    expect(runs).toHaveLength(2);
  });

  it('createReloadLoop: a failure is told, and the next change tried', async () => {
    const { loop, runs, delivered } = createLoop();
    loop.request();
    runs[0]?.reject(new Error('broken'));
    await settled();
    loop.request();
    runs[1]?.resolve('mended');
    await settled();
    expect(delivered).toEqual(['Error: broken', 'mended']);
  });

  it('createReloadLoop: after its end it tells and starts nothing', async () => {
    const { loop, runs, delivered } = createLoop();
    loop.request();
    loop.stop();
    loop.request();
    await settled();
    expect(runs.map(({ isCancelled }) => isCancelled)).toEqual([true]);
    expect(delivered).toEqual([]);
  });
});
