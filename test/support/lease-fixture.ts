import type { KubeCall, KubeClient } from '../../src/kube/kube-client.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { createLeaseElector, type LeaseElector, type LeaseOptions } from '../../src/kube/lease-elector.ts';
import { leaseResource } from '../../src/kube/lease-record.ts';
import type { FakeClock } from './fake-clock.ts';
import type { FakeObject, FakeStore } from './fake-store.ts';
import { type StoreClientFaults, storeClient } from './kube-fixture.ts';

export const leaseName = { namespace: 'cors-system', name: 'controller' };

/** A process that asks for the Lease, and can be stopped as by SIGSTOP, killed, or cut off from the server. */
export type Process = {
  readonly identity: string;
  readonly elector: LeaseElector;
  readonly options: LeaseOptions;
  readonly calls: readonly KubeCall[];
  readonly told: string[];
  readonly problems: unknown[];
  readonly faults: StoreClientFaults;
  /** Nothing of it runs any more. */
  readonly suspend: () => void;
  readonly resume: () => void;
  readonly isSuspended: () => boolean;
};

export function startProcess(store: FakeStore, clock: FakeClock, identity: string): Process {
  let suspended = false;
  const delayed: (() => void)[] = [];
  const run = (action: () => void) => {
    if (suspended) delayed.push(action);
    else action();
  };
  const faults: StoreClientFaults = {};
  const inner = storeClient(store, faults);
  const client: KubeClient = { ...inner, send: (call) => gate(run, inner.send(call)) };
  const told: string[] = [];
  const problems: unknown[] = [];
  const options = {
    client,
    ...leaseName,
    identity,
    clock: { ...clock, setTimeout: (action: () => void, ms: number) => clock.setTimeout(() => run(action), ms) },
    onProblem: (problem: unknown) => problems.push(problem),
    onGained: () => told.push('Gained'),
    onLost: (loss: string) => told.push(loss),
    onHolder: (holder: string) => told.push(`Holder ${holder}`),
  };
  const elector = createLeaseElector(options);
  elector.start();
  return {
    identity,
    elector,
    options,
    calls: inner.calls,
    told,
    problems,
    faults,
    suspend: () => {
      suspended = true;
    },
    resume: () => {
      suspended = false;
      for (const action of delayed.splice(0)) action();
    },
    isSuspended: () => suspended,
  };
}

/** Answers wait, too, while the process is stopped. */
function gate(run: (action: () => void) => void, answer: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    answer.then(
      (value) => run(() => resolve(value)),
      (error: unknown) => run(() => reject(error)),
    );
  });
}

export function cutOff(): KubeError {
  return new KubeError('Unreachable', 'cut off');
}

/** The Lease as stored; fails when there is none. */
export function storedLease(store: FakeStore): FakeObject {
  const [lease] = store.objects(leaseResource);
  if (lease === undefined) throw new Error('there is no Lease');
  return lease;
}

export function specOf(store: FakeStore): Readonly<Record<string, unknown>> {
  const spec = storedLease(store)['spec'];
  return typeof spec === 'object' ? { ...spec } : {};
}
