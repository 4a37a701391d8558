import type { ControlPlane } from '../../test/rig/control-plane.ts';
import { cpuSeconds } from '../server-process.ts';

/** How long something took, and how many seconds of processor time it cost whoever asked for it and the servers. */
export type Span = { readonly seconds: number; readonly client: number; readonly servers: number };

/** Makes a meter of processor time that some processes spend: each call gives the seconds since the last. */
export function processorMeter(pids: readonly number[]): () => number {
  const read = (): number => pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  let last = read();
  return () => {
    const former = last;
    last = read();
    return last - former;
  };
}

/** The API server and its storage. */
export function serversOf(plane: ControlPlane): readonly number[] {
  return Object.values(plane.processes());
}
