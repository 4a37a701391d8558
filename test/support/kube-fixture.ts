import { type Clock, systemClock } from '../../src/kube/clock.ts';
import type { ClusterAccess } from '../../src/kube/cluster-access.ts';
import { createKubeClient, type KubeClientOptions } from '../../src/kube/http-client.ts';
import type { KubeCall, KubeClient, KubeResource } from '../../src/kube/kube-client.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { statusError } from '../../src/kube/status-error.ts';
import type { FakeStore } from './fake-store.ts';

export const ingresses: KubeResource = {
  group: 'networking.k8s.io',
  version: 'v1',
  plural: 'ingresses',
  kind: 'Ingress',
  namespaced: true,
};

export const policies: KubeResource = {
  group: 'cors-operator.dev',
  version: 'v1alpha1',
  plural: 'corspolicies',
  kind: 'CorsPolicy',
  namespaced: true,
};

/** Access to a server whose address is known. */
export function plainAccess(server: string, more: Partial<ClusterAccess> = {}): ClusterAccess {
  const tls = {};
  return {
    server,
    namespace: 'default',
    name: 'test',
    credentials: () => Promise.resolve({ headers: {}, tls }),
    forget: () => undefined,
    ...more,
  };
}

export function testClient(server: string, options: Partial<KubeClientOptions> = {}): KubeClient {
  return createKubeClient(plainAccess(server), { userAgent: 'test', ...options });
}

export type StoreClientFaults = {
  /** Asked before a call reaches the store; what it gives is thrown. */
  before?: (call: KubeCall) => KubeError | undefined;
  /** Asked after it did: the answer is lost. */
  after?: (call: KubeCall) => KubeError | undefined;
  /** The call is not answered before its signal ends it. */
  hang?: (call: KubeCall) => boolean;
};

/** A client that talks to a fake store without a network, for tests with a fake clock. */
export function storeClient(
  store: FakeStore,
  faults: StoreClientFaults = {},
): KubeClient & { readonly calls: KubeCall[] } {
  const calls: KubeCall[] = [];
  return {
    calls,
    async send(call) {
      calls.push(call);
      const name = `${call.method} ${call.path}`;
      if (faults.hang?.(call) === true) await untilAborted(call);
      throwIf(faults.before?.(call));
      const request = {
        method: call.method,
        path: call.path,
        query: call.query ?? {},
        body: structuredClone(call.body),
      };
      const { status, body } = store.handle(request);
      throwIf(faults.after?.(call));
      if (status >= 300) throw statusError({ status, body }, name);
      return structuredClone(body);
    },
    stream: () => Promise.reject(new Error('the fake has no streams')),
    close: () => Promise.resolve(),
  };
}

function throwIf(error: KubeError | undefined): void {
  if (error !== undefined) throw error;
}

async function untilAborted({ signal }: KubeCall): Promise<never> {
  const reason = await new Promise<unknown>((resolve) => {
    signal?.addEventListener('abort', () => resolve(signal.reason));
  });
  throw reason instanceof KubeError ? reason : new KubeError('Aborted', 'aborted');
}

/** Waits for something to become true, at most for some seconds. */
export async function eventually(isTrue: () => boolean, what: string, seconds = 5): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
    await wait(5);
  }
}

export function wait(milliseconds: number, clock: Clock = systemClock): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimeout(resolve, milliseconds);
  });
}
