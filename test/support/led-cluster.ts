import { afterAll, afterEach, beforeAll } from 'vitest';
import { type OperatorCluster, startOperatorCluster } from './operator-cluster.ts';
import type { OperatorProcess } from './operator-process.ts';

/** A cluster, and the operator that leads there. */
export type LedCluster = { readonly cluster: OperatorCluster; readonly operator: OperatorProcess };

/**
 * Gives the tests of a file one cluster with an operator that leads; after each of them the operator must have done nothing wrong.
 *
 * @param take told before the first test
 */
export function useLedCluster(take: (led: LedCluster) => void): void {
  let cluster: OperatorCluster | undefined;
  let operator: OperatorProcess | undefined;
  beforeAll(async () => {
    cluster = await startOperatorCluster();
    operator = await cluster.start();
    await operator.leading();
    take({ cluster, operator });
  }, 300_000);
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(cluster?.lastWords());
    return cluster?.expectSound();
  });
  afterAll(async () => {
    await operator?.stop();
    await cluster?.stop();
  });
}
