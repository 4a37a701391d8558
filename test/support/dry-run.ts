import { readFileSync } from 'node:fs';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { apiGroup, isRecord } from '../../src/model/object-shape.ts';
import { type ApiAccess, apiRequest } from '../rig/api-request.ts';
import type { ControlPlane } from '../rig/control-plane.ts';

/** What the API server would answer to the creation of an object. */
export type DryRunAnswer = {
  /** 201 when it would be stored, if its name were free. */
  readonly code: number;
  /** Why not; for people. */
  readonly message: string;
};

/** Asks the API server whether it would store a new object; nothing is stored. */
export type DryRun = (object: KubernetesObject | Readonly<Record<string, unknown>>) => Promise<DryRunAnswer>;

/** Namespaces that objects name are made when they are first met. */
export async function createDryRun(plane: ControlPlane): Promise<DryRun> {
  const access: ApiAccess = { url: plane.url, token: plane.token, ca: readFileSync(plane.caFile, 'utf8') };
  const collections = new Map<string, Promise<ReadonlyMap<string, Collection>>>();
  const namespaces = new Set(['default']);
  const collectionOf = async (apiVersion: string, kind: string): Promise<Collection> => {
    const known = collections.get(apiVersion) ?? discover(access, apiVersion);
    collections.set(apiVersion, known);
    const found = (await known).get(kind);
    if (found === undefined) throw new Error(`the API server knows no ${kind} of ${apiVersion}`);
    return found;
  };
  return async (object) => {
    const { apiVersion, kind, metadata } = object;
    const { plural, namespaced } = await collectionOf(String(apiVersion), String(kind));
    const namespace = isRecord(metadata) ? String(metadata['namespace'] ?? 'default') : 'default';
    if (namespaced && !namespaces.has(namespace)) {
      await create(access, '/api/v1/namespaces', namespaceObject(namespace));
      namespaces.add(namespace);
    }
    const folder = namespaced ? `namespaces/${namespace}/` : '';
    const path = `${rootOf(String(apiVersion))}/${folder}${plural}?dryRun=All`;
    return create(access, path, object);
  };
}

type Collection = { readonly plural: string; readonly namespaced: boolean };

function rootOf(apiVersion: string): string {
  return apiGroup(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`;
}

async function discover(access: ApiAccess, apiVersion: string): Promise<ReadonlyMap<string, Collection>> {
  const { body } = await apiRequest(access, rootOf(apiVersion));
  const list: { readonly resources?: readonly { name: string; kind: string; namespaced: boolean }[] } =
    JSON.parse(body);
  const whole = (list.resources ?? []).filter(({ name }) => !name.includes('/'));
  return new Map(whole.map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]));
}

async function create(access: ApiAccess, path: string, object: unknown): Promise<DryRunAnswer> {
  const { status, body } = await apiRequest(access, path, object);
  if (status === 0) throw new Error(`no answer to ${path}: ${body}`);
  const answer: unknown = JSON.parse(body);
  const { reason, message } = isRecord(answer) ? answer : {};
  // Whether the name is taken is found out last, when everything else about the object was right.
  if (status === 201 || reason === 'AlreadyExists') return { code: 201, message: '' };
  return { code: status, message: String(message) };
}

function namespaceObject(name: string): unknown {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
