import type { KubeCall, KubeClient, KubeResource } from '../../src/kube/kube-client.ts';
import { KubeError, type StatusCause } from '../../src/kube/kube-error.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { type Fields, isRecord } from '../../src/model/object-shape.ts';

/**
 * A few objects behind an API server that knows server-side apply of annotations, merge and JSON patches, uids and resource
 * versions, as far as the operator uses them. Held against the real one by `test/e2e/cluster/apply.test.ts`.
 */
export type AppliedObjects = {
  readonly client: KubeClient;
  readonly resourceOf: (object: KubernetesObject) => KubeResource;
  /** As it stands; undefined when it is not there. */
  readonly find: (kind: string, name: string, namespace?: string) => KubernetesObject | undefined;
  readonly all: () => readonly KubernetesObject[];
  /** Puts an object there, as `kubectl create` would; one that stands is replaced by a new one of its name. */
  readonly put: (object: KubernetesObject, manager?: string) => KubernetesObject;
  readonly remove: (object: KubernetesObject) => void;
  /** Sets annotations as somebody else; null takes one away. */
  readonly annotate: (object: KubernetesObject, manager: string, annotations: Annotations) => KubernetesObject;
  /** Applies annotations as somebody else, by force; those of its last apply that are left out go. */
  readonly apply: (object: KubernetesObject, manager: string, annotations: Annotations) => KubernetesObject;
  /** Requests that asked for a change, in order. */
  readonly requests: readonly KubeCall[];
  /** Every state of every object that was stored, in order. */
  readonly history: readonly KubernetesObject[];
  /** Called before each request; what it throws is the answer. */
  onRequest: ((call: KubeCall) => void) | undefined;
  /** Called after each request that changed something. */
  onAnswer: ((call: KubeCall) => void) | undefined;
};

type Annotations = Readonly<Record<string, string | null>>;

const RESOURCES: Readonly<Record<string, Omit<KubeResource, 'kind'>>> = {
  Ingress: { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', namespaced: true },
  HTTPRoute: { group: 'gateway.networking.k8s.io', version: 'v1', plural: 'httproutes', namespaced: true },
  Middleware: { group: 'traefik.io', version: 'v1alpha1', plural: 'middlewares', namespaced: true },
  CorsPolicy: { group: 'cors-operator.dev', version: 'v1alpha1', plural: 'corspolicies', namespaced: true },
};

/** Starts empty. */
export function createAppliedObjects(): AppliedObjects {
  const store: Store = { objects: new Map(), history: [], version: 0, uids: 0 };
  const requests: KubeCall[] = [];
  const world: AppliedObjects = {
    client: {
      send: (call) => {
        try {
          if (call.method !== 'GET') requests.push(call);
          world.onRequest?.(call);
          const result = answer(store, call);
          if (call.method !== 'GET') world.onAnswer?.(call);
          return Promise.resolve(result);
        } catch (error) {
          return Promise.reject(error instanceof Error ? error : new Error(String(error)));
        }
      },
      stream: () => Promise.reject(new Error('nothing is watched here')),
      close: () => Promise.resolve(),
    },
    resourceOf: (object) => ({ ...resourceOf(object.kind), kind: object.kind }),
    find: (kind, name, namespace = 'shop') => store.objects.get(`${kind} ${namespace}/${name}`),
    all: () => [...store.objects.values()],
    put: (object, manager = 'kubectl-create') => {
      store.uids += 1;
      const annotations = Object.keys(object.metadata.annotations ?? {});
      const entries = annotations.length === 0 ? [] : [entryOf(object, manager, 'Update', annotations)];
      const root = { manager, operation: 'Update', apiVersion: object.apiVersion, fieldsType: 'FieldsV1' };
      const managedFields = [...entries, { ...root, fieldsV1: { 'f:spec': {} }, subresource: '' }];
      const metadata = { generation: 1, uid: `uid-${store.uids}`, ...object.metadata, managedFields };
      return save(store, { ...object, metadata });
    },
    remove: (object) => {
      store.objects.delete(keyOf(object));
    },
    annotate: (object, manager, annotations) =>
      changeAnnotations(store, find(store, object), { manager, annotations, operation: 'Update' }),
    apply: (object, manager, annotations) =>
      applyAnnotations(store, find(store, object), { manager, annotations, force: true }),
    requests,
    history: store.history,
    onRequest: undefined,
    onAnswer: undefined,
  };
  return world;
}

type Store = {
  readonly objects: Map<string, KubernetesObject>;
  readonly history: KubernetesObject[];
  version: number;
  uids: number;
};

function resourceOf(kind: string): Omit<KubeResource, 'kind'> {
  const resource = RESOURCES[kind];
  if (resource === undefined) throw new Error(`no resource for ${kind}`);
  return resource;
}

function keyOf({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function find(store: Store, object: KubernetesObject): KubernetesObject {
  const found = store.objects.get(keyOf(object));
  if (found === undefined) throw failure('NotFound', `${keyOf(object)} not found`, 404);
  return found;
}

function save(store: Store, object: KubernetesObject): KubernetesObject {
  const former = store.objects.get(keyOf(object));
  if (former !== undefined && isSame(former, object)) return former;
  store.version += 1;
  const saved = { ...object, metadata: { ...object.metadata, resourceVersion: String(store.version) } };
  store.objects.set(keyOf(object), saved);
  store.history.push(saved);
  return saved;
}

function isSame(left: KubernetesObject, right: KubernetesObject): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function answer(store: Store, call: KubeCall): unknown {
  const { kind, namespace, name, subresource } = parsePath(call.path);
  if (call.method === 'POST') return create(store, call);
  const standing = store.objects.get(`${kind} ${namespace}/${name}`);
  if (standing === undefined && call.contentType === APPLY) {
    throw failure('Conflict', `uid mismatch: no existing object was found for ${name}`, 409);
  }
  if (standing === undefined) throw failure('NotFound', `${kind} "${name}" not found`, 404);
  switch (call.method) {
    case 'GET':
      return standing;
    case 'DELETE':
      return remove(store, standing, call);
    default:
      return subresource === 'status' ? applyStatus(store, standing, call) : patch(store, standing, call);
  }
}

const APPLY = 'application/apply-patch+yaml';

function parsePath(path: string): { kind: string; namespace: string; name: string; subresource: string | undefined } {
  const match = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(path);
  const [, namespace = '', plural = '', name = '', subresource] = match ?? [];
  const kind = Object.keys(RESOURCES).find((each) => RESOURCES[each]?.plural === plural) ?? plural;
  return { kind, namespace: decodeURIComponent(namespace), name: decodeURIComponent(name), subresource };
}

function create(store: Store, { body }: KubeCall): unknown {
  const object = asObject(body);
  if (store.objects.has(keyOf(object))) throw failure('AlreadyExists', `${object.metadata.name} already exists`, 409);
  store.uids += 1;
  return save(store, { ...object, metadata: { generation: 1, ...object.metadata, uid: `uid-${store.uids}` } });
}

function remove(store: Store, standing: KubernetesObject, { body }: KubeCall): unknown {
  const preconditions = isRecord(body) && isRecord(body['preconditions']) ? body['preconditions'] : {};
  if (preconditions['uid'] !== undefined && preconditions['uid'] !== standing.metadata.uid) {
    throw failure('Conflict', 'the UID in the precondition does not match', 409);
  }
  store.objects.delete(keyOf(standing));
  return { kind: 'Status', status: 'Success' };
}

function patch(store: Store, standing: KubernetesObject, call: KubeCall): KubernetesObject {
  const manager = call.query?.['fieldManager'] ?? 'unknown';
  if (call.contentType === 'application/json-patch+json') return jsonPatch(store, standing, call, manager);
  const body = isRecord(call.body) ? call.body : {};
  const metadata = isRecord(body['metadata']) ? body['metadata'] : {};
  checkPreconditions(standing, metadata);
  const annotations = (isRecord(metadata['annotations']) ? metadata['annotations'] : {}) as Annotations;
  if (call.contentType === APPLY) {
    return applyAnnotations(store, standing, { manager, annotations, force: call.query?.['force'] === 'true' });
  }
  return changeAnnotations(store, standing, { manager, annotations, operation: 'Update' });
}

function checkPreconditions(standing: KubernetesObject, { uid, resourceVersion }: Fields): void {
  if (uid !== undefined && uid !== standing.metadata.uid) {
    const cause = { reason: 'FieldValueInvalid', message: 'field is immutable', field: 'metadata.uid' };
    throw failure('Invalid', 'metadata.uid: Invalid value: field is immutable', 422, [cause]);
  }
  if (resourceVersion !== undefined && resourceVersion !== standing.metadata['resourceVersion']) {
    throw failure('Conflict', 'the object has been modified; please apply your changes to the latest version', 409);
  }
}

type Change = { readonly manager: string; readonly annotations: Annotations };

/** What changes goes from its owners to whoever changed it. */
function changeAnnotations(
  store: Store,
  standing: KubernetesObject,
  { manager, annotations, operation }: Change & { readonly operation: 'Update' },
): KubernetesObject {
  const live = standing.metadata.annotations ?? {};
  const changed = Object.entries(annotations).filter(([key, value]) => (live[key] ?? null) !== value);
  const keys = changed.map(([key]) => key);
  const set = changed.filter(([, value]) => value !== null).map(([key]) => key);
  const kept = withoutFields(entriesOf(standing), () => true, keys);
  return save(
    store,
    withMetadata(standing, merged(live, annotations), own(standing, kept, { manager, operation }, set)),
  );
}

function applyAnnotations(
  store: Store,
  standing: KubernetesObject,
  { manager, annotations, force }: Change & { readonly force: boolean },
): KubernetesObject {
  const live = standing.metadata.annotations ?? {};
  const keys = Object.keys(annotations);
  const entries = entriesOf(standing);
  const isMine = (entry: Fields): boolean => entry['manager'] === manager && entry['operation'] === 'Apply';
  const contested = keys.filter((key) => live[key] !== annotations[key]);
  const conflicts = contested.flatMap((key) =>
    entries.filter((entry) => !isMine(entry) && fieldsOf(entry).includes(key)),
  );
  if (conflicts.length > 0 && !force) throw conflict(conflicts, contested);
  const dropped = entries
    .filter(isMine)
    .flatMap(fieldsOf)
    .filter((key) => !keys.includes(key));
  const others = withoutFields(entries, (entry) => !isMine(entry), contested);
  const gone = dropped.filter((key) => !others.some((entry) => !isMine(entry) && fieldsOf(entry).includes(key)));
  const values = merged(live, { ...annotations, ...Object.fromEntries(gone.map((key) => [key, null])) });
  const next = own(standing, withoutFields(others, isMine, dropped), { manager, operation: 'Apply' }, keys);
  return save(store, withMetadata(standing, values, next));
}

function merged(live: Annotations, changes: Annotations): Readonly<Record<string, string>> {
  const all = Object.entries({ ...live, ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== null));
}

function conflict(entries: readonly Fields[], keys: readonly string[]): KubeError {
  const causes = entries.map((entry) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${String(entry['manager'])}"`,
    field: `.metadata.annotations.${keys[0]}`,
  }));
  return failure('Conflict', `Apply failed with ${causes.length} conflicts`, 409, causes);
}

function withMetadata(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
  managedFields: readonly Fields[],
): KubernetesObject {
  const { annotations: _, ...others } = object.metadata;
  const held = Object.keys(annotations).length === 0 ? {} : { annotations };
  return { ...object, metadata: { ...others, name: object.metadata.name, ...held, managedFields } };
}

function entriesOf(object: KubernetesObject): readonly Fields[] {
  const entries = object.metadata['managedFields'];
  return Array.isArray(entries) ? entries.filter(isRecord) : [];
}

function annotationFields(entry: Fields): Fields {
  const fields = isRecord(entry['fieldsV1']) ? entry['fieldsV1'] : {};
  const metadata = isRecord(fields['f:metadata']) ? fields['f:metadata'] : {};
  return isRecord(metadata['f:annotations']) ? metadata['f:annotations'] : {};
}

function fieldsOf(entry: Fields): readonly string[] {
  return Object.keys(annotationFields(entry)).map((field) => field.slice('f:'.length));
}

/** An entry that owns nothing any more disappears. */
function withoutFields(
  entries: readonly Fields[],
  isMeant: (entry: Fields) => boolean,
  keys: readonly string[],
): readonly Fields[] {
  return entries.flatMap((entry) => {
    const fields = fieldsOf(entry);
    const kept = fields.filter((key) => !keys.includes(key));
    if (!isMeant(entry) || kept.length === fields.length) return [entry];
    return kept.length === 0 ? [] : [{ ...entry, fieldsV1: fieldSet(kept) }];
  });
}

function own(
  object: KubernetesObject,
  entries: readonly Fields[],
  { manager, operation }: { readonly manager: string; readonly operation: 'Apply' | 'Update' },
  keys: readonly string[],
): readonly Fields[] {
  if (keys.length === 0) return entries;
  const index = entries.findIndex(
    (entry) => entry['manager'] === manager && entry['operation'] === operation && fieldsOf(entry).length > 0,
  );
  const mine = entries[index];
  if (mine === undefined) return [...entries, entryOf(object, manager, operation, keys)];
  const fieldsV1 = fieldSet([...new Set([...fieldsOf(mine), ...keys])].sort());
  return entries.map((entry, each) => (each === index ? { ...entry, fieldsV1 } : entry));
}

function entryOf(
  { apiVersion }: KubernetesObject,
  manager: string,
  operation: string,
  keys: readonly string[],
): Fields {
  return { manager, operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1: fieldSet(keys) };
}

function fieldSet(keys: readonly string[]): Fields {
  return { 'f:metadata': { 'f:annotations': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) } };
}

function applyStatus(store: Store, standing: KubernetesObject, { body }: KubeCall): KubernetesObject {
  const metadata = isRecord(body) && isRecord(body['metadata']) ? body['metadata'] : {};
  checkPreconditions(standing, metadata);
  return save(store, { ...standing, status: isRecord(body) ? body['status'] : undefined });
}

type Operation = { readonly op: string; readonly path: string; readonly value?: unknown };

function jsonPatch(store: Store, standing: KubernetesObject, { body }: KubeCall, manager: string): KubernetesObject {
  const copy = structuredClone(standing);
  for (const operation of body as readonly Operation[]) operate(copy, operation);
  const before = standing.metadata.annotations ?? {};
  const after = copy.metadata.annotations ?? {};
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => before[key] !== after[key],
  );
  const entries = own(copy, entriesOf(copy), { manager, operation: 'Update' }, keys);
  return save(store, { ...copy, metadata: { ...copy.metadata, managedFields: entries } });
}

function operate(object: unknown, { op, path, value }: Operation): void {
  const segments = path
    .slice(1)
    .split('/')
    .map((each) => each.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = segments.pop() ?? '';
  const parent = segments.reduce<unknown>((at, segment) => stepInto(at, segment), object);
  if (Array.isArray(parent)) operateList(parent, { op, path: last, value });
  else if (isRecord(parent)) operateFields(parent as Record<string, unknown>, { op, path: last, value });
  else throw failedTest();
}

function stepInto(value: unknown, segment: string): unknown {
  if (Array.isArray(value)) return value[Number(segment)];
  return isRecord(value) ? value[segment] : undefined;
}

function operateList(list: unknown[], { op, path, value }: Operation): void {
  if (op === 'add') list.splice(path === '-' ? list.length : Number(path), 0, value);
  if (op === 'remove') list.splice(Number(path), 1);
  if (op === 'test' && JSON.stringify(list[Number(path)]) !== JSON.stringify(value)) throw failedTest();
}

function operateFields(fields: Record<string, unknown>, { op, path, value }: Operation): void {
  if (op === 'add') fields[path] = value;
  if (op === 'remove') delete fields[path];
  if (op === 'test' && JSON.stringify(fields[path]) !== JSON.stringify(value)) throw failedTest();
}

function failedTest(): KubeError {
  return failure('Invalid', 'the server rejected our request due to an error in our request', 422);
}

/** A failure as the API server answers it. */
export function failure(
  reason: 'NotFound' | 'Conflict' | 'AlreadyExists' | 'Invalid' | 'Forbidden' | 'BadRequest' | 'Unavailable',
  message: string,
  status: number,
  causes: readonly StatusCause[] = [],
): KubeError {
  return new KubeError(reason, message, { status, body: { reason, message, code: status, name: '', causes } });
}

function asObject(body: unknown): KubernetesObject {
  return body as KubernetesObject;
}
