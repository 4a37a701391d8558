import type { ControlPlane } from '../../test/rig/control-plane.ts';
import { cpuSeconds } from '../server-process.ts';

/** How long something took, and how many seconds of processor time it cost whoever does it and the servers together. */
export type Span = { readonly seconds: number; readonly processor: number };

/** Makes a meter of processor time that the servers and a process spend: each call gives the seconds since the last. */
export function processorMeter(plane: ControlPlane, pid?: number): () => number {
  const pids = [...Object.values(plane.processes()), ...(pid === undefined ? [] : [pid])];
  const read = (): number => pids.reduce((sum, each) => sum + cpuSeconds(each), 0);
  let last = read();
  return () => {
    const former = last;
    last = read();
    return last - former;
  };
}
