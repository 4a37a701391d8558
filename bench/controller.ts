import { benchConvergence } from './controller/convergence.ts';
import type { Effort } from './effort.ts';
import type { Row } from './row.ts';

/** The controller on a real API server. */
export async function benchController(effort: Effort): Promise<readonly Row[]> {
  return benchConvergence(effort);
}
