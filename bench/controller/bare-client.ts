import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { KubeCall } from '../../src/kube/kube-client.ts';
import { collectionPath } from '../../src/kube/resource-path.ts';
import { isSameJson } from '../../src/model/json-equality.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { ControlPlane } from '../../test/rig/control-plane.ts';
import type { StoredTargets } from './bench-cluster.ts';
import { pathOf, resourceOf } from './bench-plane.ts';
import { ownedAnnotations } from './owned-annotations.ts';
import { processorMeter, type Span, serversOf } from './span.ts';

/**
 * The requests that bring targets from how they stand to how the controller left them: one for each that differs, with the
 * bodies that the controller sent.
 */
export function bareCalls(now: StoredTargets, wanted: StoredTargets): readonly KubeCall[] {
  const standing = new Map([...now.ingresses, ...now.middlewares].map((object) => [pathOf(object), object]));
  const targets = new Map(wanted.ingresses.map((object) => [object.metadata.uid ?? '', pathOf(object)]));
  /** Objects that were made anew have other uids. */
  const renewed = (object: KubernetesObject): KubernetesObject => {
    const uid = ownerUid(object);
    const fresh = standing.get(targets.get(uid) ?? '')?.metadata.uid;
    return fresh === undefined ? object : JSON.parse(JSON.stringify(object).replaceAll(uid, fresh));
  };
  return [
    ...wanted.middlewares.map(renewed).flatMap((object) => ownedCall(standing.get(pathOf(object)), object)),
    ...wanted.ingresses.map(renewed).flatMap((object) => targetCall(standing.get(pathOf(object)), object)),
  ];
}

function ownerUid({ metadata }: KubernetesObject): string {
  const [owner]: readonly { readonly uid?: string }[] = Array.isArray(metadata['ownerReferences'])
    ? metadata['ownerReferences']
    : [];
  return owner?.uid ?? metadata.uid ?? '';
}

const QUERY = { fieldManager: 'cors-operator' };

function targetCall(now: KubernetesObject | undefined, wanted: KubernetesObject): readonly KubeCall[] {
  const annotations = ownedAnnotations(wanted, QUERY.fieldManager);
  if (now === undefined || Object.keys(annotations).length === 0) return [];
  if (isSameJson(ownedAnnotations(now, QUERY.fieldManager), annotations)) return [];
  const { apiVersion, kind } = wanted;
  const { name, namespace } = wanted.metadata;
  const body = { apiVersion, kind, metadata: { name, namespace, uid: now.metadata.uid, annotations } };
  return [{ method: 'PATCH', path: pathOf(wanted), query: QUERY, contentType: 'application/apply-patch+yaml', body }];
}

function ownedCall(now: KubernetesObject | undefined, wanted: KubernetesObject): readonly KubeCall[] {
  const { name, namespace, labels, ownerReferences, uid, resourceVersion } = { ...wanted.metadata, ...now?.metadata };
  if (now !== undefined) {
    const body = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/spec', value: wanted['spec'] },
      { op: 'add', path: '/metadata/ownerReferences', value: ownerReferences },
    ];
    const call = { path: pathOf(wanted), query: QUERY, contentType: 'application/json-patch+json', body } as const;
    return isSameJson(now['spec'], wanted['spec']) ? [] : [{ method: 'PATCH', ...call }];
  }
  const { apiVersion, kind, spec } = wanted;
  const body = { apiVersion, kind, metadata: { name, namespace, labels, ownerReferences }, spec };
  return [{ method: 'POST', path: collectionPath(resourceOf(kind), namespace), query: QUERY, body }];
}

/** Time of a program which only sends calls, as many at once as the controller has workers. */
export async function sendBare(plane: ControlPlane, calls: readonly KubeCall[]): Promise<Span> {
  mkdirSync('.cache/bench', { recursive: true });
  writeFileSync(CALLS, JSON.stringify(calls));
  const child = spawn(process.execPath, ['bench/programs/send-calls.ts', plane.kubeconfig, CALLS, String(WORKERS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const spent = processorMeter(serversOf(plane));
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'ready') {
      await ended;
      const { seconds, processor } = JSON.parse(line);
      return { seconds, client: processor, servers: spent() };
    }
    spent();
    child.stdin.write('go\n');
  }
  throw new Error('the bare client ended before it was done');
}

const CALLS = '.cache/bench/calls.json';

/** As many as the controller writes targets at once. */
const WORKERS = 16;
