import { prepareNode } from './node-programs.ts';

/**
 * Vitest's global setup of tiers that need a node: builds and installs what is not there before the first suite's clock runs.
 *
 * A problem is not thrown here, which would end every tier: the suite meets it again and fails with the same line.
 */
export async function setup(): Promise<void> {
  await prepareNode().catch((error: unknown) => {
    process.stderr.write(`rig: ${error instanceof Error ? error.message : String(error)}\n`);
  });
}
