import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { leaseNameOf } from '../apply/installation.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import { isKubeError } from '../kube/kube-error.ts';
import { holdLease, type LeaseHold } from '../kube/lease-hold.ts';
import { leaseResource } from '../kube/lease-record.ts';
import { collectionPath, objectPath } from '../kube/resource-path.ts';
import { isRecord } from '../model/object-shape.ts';
import { UsageError } from './exit-code.ts';

/** An installation's Lease. */
export type LeasePlace = { readonly namespace: string; readonly name: string };

/** Flags that say which installation is meant. */
export type InstallationFlags = { readonly operatorNamespace: string; readonly instance: string };

/** Where an installation's controllers agree on who writes. */
export function leasePlace({ operatorNamespace, instance }: InstallationFlags): LeasePlace {
  return { namespace: operatorNamespace, name: leaseNameOf(instance) };
}

/**
 * Takes the Lease of an installation from whoever has it, so that no controller writes as long as it is held.
 *
 * @returns undefined where neither the namespace nor the Lease is there: nobody who writes by it can be alive
 * @throws UsageError when a Lease of that name is held in another namespace: whoever holds it would go on writing
 */
export async function takeLease(client: KubeClient, place: LeasePlace): Promise<LeaseHold | undefined> {
  if (!(await isThere(client, place))) {
    await refuseElsewhere(client, place);
  }
  const identity = `restore_${hostname()}_${randomBytes(IDENTITY_BYTES).toString('hex')}`;
  try {
    return await holdLease({ client, ...place, identity });
  } catch (error) {
    if (isKubeError(error, 'NotFound')) {
      return undefined;
    }
    throw error;
  }
}

/** Enough that no other process ever has the same identity. */
const IDENTITY_BYTES = 4;

async function isThere(client: KubeClient, place: LeasePlace): Promise<boolean> {
  try {
    await client.send({ method: 'GET', path: objectPath(leaseResource, place) });
    return true;
  } catch (error) {
    if (isKubeError(error, 'NotFound')) {
      return false;
    }
    throw error;
  }
}

async function refuseElsewhere(client: KubeClient, { name }: LeasePlace): Promise<void> {
  const namespaces = await holdersElsewhere(client, name);
  if (namespaces.length > 0) {
    const choices = namespaces.map((namespace) => `--operator-namespace ${namespace}`).join(' or ');
    throw new UsageError(
      `the Lease ${name} is held in another namespace, by a controller that would go on writing: give ${choices}`,
    );
  }
}

/** Whoever may not list Leases learns nothing here. */
async function holdersElsewhere(client: KubeClient, name: string): Promise<readonly string[]> {
  const path = collectionPath(leaseResource);
  const query = { fieldSelector: `metadata.name=${name}` };
  try {
    const answer = await client.send({ method: 'GET', path, query });
    const items: unknown = isRecord(answer) ? answer['items'] : undefined;
    return Array.isArray(items) ? items.flatMap(heldNamespace) : [];
  } catch (error) {
    if (isKubeError(error, 'Forbidden')) {
      return [];
    }
    throw error;
  }
}

function heldNamespace(lease: unknown): readonly string[] {
  const { metadata, spec } = isRecord(lease) ? lease : {};
  const namespace = isRecord(metadata) ? metadata['namespace'] : undefined;
  const holder = isRecord(spec) ? spec['holderIdentity'] : undefined;
  return typeof namespace === 'string' && typeof holder === 'string' && holder !== '' ? [namespace] : [];
}
