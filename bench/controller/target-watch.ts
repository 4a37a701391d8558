import { readFileSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createLineSplitter } from '../../src/kube/json-lines.ts';
import { collectionPath } from '../../src/kube/resource-path.ts';
import type { ControlPlane } from '../../test/rig/control-plane.ts';
import { resourceOf } from './bench-plane.ts';

/** Hears of every change of targets and of objects beside them, without reading more than it must. */
export type TargetWatch = {
  /** Changes so far. */
  readonly count: () => number;
  /** When the last one was heard of, by `performance.now()`. */
  readonly lastChange: () => number;
  /** Calls back for each change of an object with its line of the watch. */
  readonly listen: (listener: (line: Buffer) => void) => () => void;
  readonly stop: () => void;
};

/** Opens the watches; ready when the server has accepted them. */
export async function watchTargets(plane: ControlPlane): Promise<TargetWatch> {
  let count = 0;
  let last = performance.now();
  const listeners = new Set<(line: Buffer) => void>();
  const take = (line: Buffer): void => {
    count += 1;
    last = performance.now();
    for (const listener of listeners) listener(line);
  };
  const requests = await Promise.all(['Ingress', 'Middleware'].map((kind) => openWatch(plane, kind, take)));
  return {
    count: () => count,
    lastChange: () => last,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      for (const each of requests) each.destroy();
    },
  };
}

/** From now on: what is stored already is not told. */
async function openWatch(plane: ControlPlane, kind: string, take: (line: Buffer) => void): Promise<ClientRequest> {
  const list = await plane.kubectl(['get', '--raw', `${collectionPath(resourceOf(kind))}?limit=1`]);
  const { resourceVersion } = JSON.parse(list).metadata;
  const path = `${collectionPath(resourceOf(kind))}?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=7200`;
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, plane.url), {
      ca: readFileSync(plane.caFile),
      agent: false,
      headers: { authorization: `Bearer ${plane.token}` },
    });
    call.once('error', reject);
    call.once('response', (answer: IncomingMessage) => {
      call.off('error', reject).on('error', () => undefined);
      if (answer.statusCode !== 200) reject(new Error(`watch of ${kind}: ${answer.statusCode}`));
      const splitter = createLineSplitter();
      answer.on('data', (chunk: Buffer) => splitter.push(chunk).forEach(take));
      answer.on('error', () => undefined);
      resolve(call);
    });
    call.end();
  });
}
