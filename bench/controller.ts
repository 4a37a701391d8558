import { buildProgram } from './controller/controller-process.ts';
import { benchConvergence } from './controller/convergence.ts';
import { benchResponsiveness } from './controller/responsiveness.ts';
import type { Effort } from './effort.ts';
import type { Row } from './row.ts';

/** The controller on a real API server. */
export async function benchController(effort: Effort): Promise<readonly Row[]> {
  buildProgram();
  return [...(await benchConvergence(effort)), ...(await benchResponsiveness(effort))];
}
