import { type Fields, fieldsOf } from './json-fields.ts';
import type { KubeResource } from './kube-client.ts';
import { KubeError } from './kube-error.ts';

/** Leases, as paths name them. */
export const leaseResource: KubeResource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

/** Holds a Lease that no controller takes over, until `releaseBreakGlass`. */
export const breakGlassIdentity = 'cors-operator.dev/break-glass';

/** A Lease as stored. */
export type LeaseRecord = {
  /** "" for nobody. */
  readonly holder: string;
  /** Seconds without a renewal after which others may take it; undefined when it does not say. */
  readonly duration: number | undefined;
  /** Changes with each renewal. */
  readonly resourceVersion: string;
  /** The whole object, so that labels of others are kept. */
  readonly object: Fields;
};

/**
 * Reads a Lease.
 *
 * @throws KubeError `BadAnswer`
 */
export function parseLease(object: unknown): LeaseRecord {
  const fields = fieldsOf(object);
  const { resourceVersion } = fieldsOf(fields['metadata']);
  if (typeof resourceVersion !== 'string') {
    throw new KubeError('BadAnswer', 'a Lease has no resourceVersion');
  }
  const { holderIdentity, leaseDurationSeconds } = fieldsOf(fields['spec']);
  const known = typeof leaseDurationSeconds === 'number' && leaseDurationSeconds > 0;
  return {
    holder: typeof holderIdentity === 'string' ? holderIdentity : '',
    duration: known ? leaseDurationSeconds : undefined,
    resourceVersion,
    object: fields,
  };
}

/** What a Lease is to say. */
export type LeaseClaim = {
  readonly holder: string;
  /** Seconds. */
  readonly duration: number;
  /** Milliseconds since 1970. */
  readonly date: number;
};

/** A stored Lease with another claim; its resourceVersion guards the write. */
export function claimedLease(record: LeaseRecord, claim: LeaseClaim): Fields {
  const spec = fieldsOf(record.object['spec']);
  const time = microTime(claim.date);
  const moved = record.holder !== claim.holder;
  const transitions = typeof spec['leaseTransitions'] === 'number' ? spec['leaseTransitions'] : 0;
  return {
    ...record.object,
    spec: {
      ...spec,
      holderIdentity: claim.holder,
      // The API allows no duration of 0, even if nobody holds it.
      leaseDurationSeconds: Math.max(Math.ceil(claim.duration), 1),
      renewTime: time,
      ...(moved ? { acquireTime: time, leaseTransitions: transitions + 1 } : {}),
    },
  };
}

/** A Lease that is not stored yet. */
export function newLease(name: { readonly namespace: string; readonly name: string }, claim: LeaseClaim): Fields {
  const time = microTime(claim.date);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: name,
    spec: {
      holderIdentity: claim.holder,
      leaseDurationSeconds: Math.max(Math.ceil(claim.duration), 1),
      acquireTime: time,
      renewTime: time,
      leaseTransitions: 0,
    },
  };
}

/** Time as the API takes it: six digits after the point, or it is refused. */
export function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}
