import type { Clock } from './clock.ts';
import type { KubeCall, KubeClient } from './kube-client.ts';
import { isKubeError, KubeError } from './kube-error.ts';
import {
  claimedLease,
  type LeaseClaim,
  type LeaseRecord,
  leaseResource,
  newLease,
  parseLease,
} from './lease-record.ts';
import { collectionPath, objectPath } from './resource-path.ts';

/** One Lease on the server; each write is refused as `Conflict` when somebody else wrote in between. */
export type LeaseStore = {
  /** undefined when there is none. */
  readonly read: () => Promise<LeaseRecord | undefined>;
  /** `AlreadyExists` when another was quicker. */
  readonly create: (claim: LeaseClaim) => Promise<LeaseRecord>;
  readonly update: (record: LeaseRecord, claim: LeaseClaim) => Promise<LeaseRecord>;
};

/**
 * Reads and writes one Lease.
 *
 * @param timeout seconds for one request; after it the connection is taken for dead
 */
export function createLeaseStore(
  client: KubeClient,
  name: { readonly namespace: string; readonly name: string },
  clock: Clock,
  timeout: number,
): LeaseStore {
  const path = objectPath(leaseResource, name);
  const send = (call: KubeCall) => sendInTime(client, call, { clock, timeout });
  return {
    async read() {
      try {
        return parseLease(await send({ method: 'GET', path }));
      } catch (error) {
        if (isKubeError(error, 'NotFound')) {
          return undefined;
        }
        throw error;
      }
    },
    async create(claim) {
      const body = newLease({ namespace: name.namespace, name: name.name }, claim);
      return parseLease(await send({ method: 'POST', path: collectionPath(leaseResource, name.namespace), body }));
    },
    async update(record, claim) {
      return parseLease(await send({ method: 'PUT', path, body: claimedLease(record, claim) }));
    },
  };
}

type Patience = { readonly clock: Clock; readonly timeout: number };

async function sendInTime(client: KubeClient, call: KubeCall, { clock, timeout }: Patience): Promise<unknown> {
  const controller = new AbortController();
  const cancel = clock.setTimeout(() => {
    controller.abort(new KubeError('Timeout', `${call.method} ${call.path}: no answer within ${timeout} s`));
  }, timeout * 1000);
  try {
    return await client.send({ ...call, signal: controller.signal });
  } finally {
    cancel();
  }
}
