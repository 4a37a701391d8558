import { findBinary, RIG_PROBLEM } from './binary.ts';
import { ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL } from './kubernetes-binaries.ts';

/**
 * Vitest's global setup of tiers that need a control plane: builds what is not there before the first suite's clock runs.
 *
 * A problem is not thrown here, which would end every tier: each suite that asks for a binary fails with the same line.
 */
export async function setup(): Promise<void> {
  try {
    for (const recipe of [ETCD, KUBE_APISERVER, KUBE_CONTROLLER_MANAGER, KUBECTL]) await findBinary(recipe);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    process.stderr.write(`rig: ${problem}\n`);
    process.env[RIG_PROBLEM] = problem;
  }
}
