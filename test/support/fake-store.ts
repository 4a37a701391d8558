import type { KubeResource } from '../../src/kube/kube-client.ts';
import { groupVersionPath } from '../../src/kube/resource-path.ts';

type Json = Record<string, unknown>;

/** An object as the fake stores it. */
export type FakeObject = Json & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json & {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
};

export type StoreEvent = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly version: number;
  readonly resource: KubeResource;
  readonly object: FakeObject;
};

export type StoreRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
};

export type StoreAnswer = { readonly status: number; readonly body: unknown };

export type NewObject = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly [field: string]: unknown;
};

/** etcd and the part of the API server that is needed here: versions, history, compaction, conflicts. */
export type FakeStore = {
  readonly install: (resource: KubeResource) => void;
  /** As when a definition is gone: its objects go with it, and nobody is told. */
  readonly uninstall: (resource: KubeResource) => void;
  /** As while a definition is being deleted. */
  readonly terminate: (resource: KubeResource) => void;
  readonly put: (resource: KubeResource, object: NewObject) => FakeObject;
  readonly remove: (resource: KubeResource, name: string, namespace?: string) => void;
  readonly objects: (resource: KubeResource) => readonly FakeObject[];
  readonly version: () => number;
  /** Sets the next version, forwards or back. */
  readonly setVersion: (version: number) => void;
  /** Forgets the history: watches and lists of earlier versions are `Expired`. */
  readonly compact: () => void;
  readonly compacted: () => number;
  readonly events: (resource: KubeResource, after: number) => readonly StoreEvent[];
  readonly subscribe: (listener: (event: StoreEvent) => void) => () => void;
  readonly resourceAt: (
    path: string,
  ) => { readonly resource: KubeResource; readonly namespace: string; readonly name: string } | undefined;
  /** Answers everything but watches. */
  readonly handle: (request: StoreRequest) => StoreAnswer;
};

export function createFakeStore(): FakeStore {
  return new Store();
}

export function statusBody(code: number, reason: string, message = reason, details: Json = {}): StoreAnswer {
  return {
    status: code,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code, details },
  };
}

class Store implements FakeStore {
  readonly #resources = new Map<
    string,
    { resource: KubeResource; terminating: boolean; objects: Map<string, FakeObject> }
  >();
  #history: StoreEvent[] = [];
  #version = 100;
  #compacted = 0;
  #uids = 0;
  readonly #listeners = new Set<(event: StoreEvent) => void>();

  install = (resource: KubeResource): void => {
    this.#resources.set(base(resource), { resource, terminating: false, objects: new Map() });
  };

  uninstall = (resource: KubeResource): void => {
    this.#resources.delete(base(resource));
  };

  terminate = (resource: KubeResource): void => {
    const kind = this.#resources.get(base(resource));
    if (kind !== undefined) kind.terminating = true;
  };

  put = (resource: KubeResource, { name, namespace, uid, ...fields }: NewObject): FakeObject => {
    const objects = this.#objects(resource);
    const key = keyOf(namespace, name);
    const known = objects.get(key);
    this.#version += 1;
    this.#uids += known === undefined ? 1 : 0;
    const object: FakeObject = {
      apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
      kind: resource.kind,
      ...fields,
      metadata: {
        ...(typeof fields['metadata'] === 'object' ? fields['metadata'] : {}),
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: uid ?? known?.metadata.uid ?? `uid-${this.#uids}`,
        resourceVersion: String(this.#version),
      },
    };
    objects.set(key, object);
    this.#tell({ type: known === undefined ? 'ADDED' : 'MODIFIED', version: this.#version, resource, object });
    return object;
  };

  remove = (resource: KubeResource, name: string, namespace?: string): void => {
    const objects = this.#objects(resource);
    const key = keyOf(namespace, name);
    const known = objects.get(key);
    if (known === undefined) return;
    objects.delete(key);
    this.#version += 1;
    const object = { ...known, metadata: { ...known.metadata, resourceVersion: String(this.#version) } };
    this.#tell({ type: 'DELETED', version: this.#version, resource, object });
  };

  objects = (resource: KubeResource): readonly FakeObject[] =>
    [...this.#objects(resource)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);

  version = (): number => this.#version;

  setVersion = (version: number): void => {
    this.#version = version;
  };

  compact = (): void => {
    this.#compacted = this.#version;
    this.#history = [];
  };

  compacted = (): number => this.#compacted;

  events = (resource: KubeResource, after: number): readonly StoreEvent[] =>
    this.#history.filter((event) => event.version > after && base(event.resource) === base(resource));

  subscribe = (listener: (event: StoreEvent) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  resourceAt = (path: string) => {
    for (const [root, { resource }] of this.#resources) {
      const group = groupVersionPath(resource);
      const match = new RegExp(
        `^${escapeDots(group)}(?:/namespaces/([^/]+))?/${escapeDots(resource.plural)}(?:/([^/]+))?(/status)?$`,
      ).exec(path);
      if (match !== null && root !== '') {
        return { resource, namespace: decodeURIComponent(match[1] ?? ''), name: decodeURIComponent(match[2] ?? '') };
      }
    }
    return undefined;
  };

  handle = (request: StoreRequest): StoreAnswer => {
    const found = this.resourceAt(request.path);
    if (found === undefined) return this.#discover(request.path);
    if (found.name === '') {
      return request.method === 'POST' ? this.#create(found, request.body) : this.#list(found, request.query);
    }
    return this.#object(found, request);
  };

  #discover(path: string): StoreAnswer {
    const served = [...this.#resources.values()].filter(({ resource }) => groupVersionPath(resource) === path);
    if (served.length === 0) return statusBody(404, 'NotFound', 'the server could not find the requested resource');
    const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
    const resources = served.map(({ resource, terminating }) => ({
      name: resource.plural,
      kind: resource.kind,
      namespaced: resource.namespaced,
      verbs: terminating ? ['delete', 'deletecollection', 'get', 'list', 'watch'] : verbs,
    }));
    return { status: 200, body: { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: path, resources } };
  }

  #list(
    { resource, namespace }: { resource: KubeResource; namespace: string },
    query: StoreRequest['query'],
  ): StoreAnswer {
    const token = query['continue'] === undefined ? undefined : parseToken(query['continue']);
    const version = token?.version ?? this.#version;
    if (token !== undefined && version < this.#compacted) {
      return statusBody(410, 'Expired', 'The provided continue parameter is too old');
    }
    const limit = Number(query['limit'] ?? 0);
    const all = this.objects(resource).filter(
      ({ metadata }) =>
        (namespace === '' || metadata.namespace === namespace) &&
        keyOf(metadata.namespace, metadata.name) > (token?.after ?? ''),
    );
    const page = limit > 0 ? all.slice(0, limit) : all;
    const last = page.at(-1)?.metadata;
    const more = page.length < all.length && last !== undefined;
    return {
      status: 200,
      body: {
        kind: `${resource.kind}List`,
        apiVersion: 'v1',
        metadata: {
          resourceVersion: String(version),
          ...(more ? { continue: makeToken({ version, after: keyOf(last.namespace, last.name) }) } : {}),
        },
        items: page.map(({ apiVersion: _apiVersion, kind: _kind, ...item }) => item),
      },
    };
  }

  #create({ resource, namespace }: { resource: KubeResource; namespace: string }, body: unknown): StoreAnswer {
    const { metadata, ...fields } = asObject(body);
    const name = String(asObject(metadata)['name']);
    const target = namespace === '' ? {} : { namespace };
    if (this.#objects(resource).has(keyOf(target.namespace, name))) {
      return statusBody(409, 'AlreadyExists', `${resource.plural} "${name}" already exists`);
    }
    const { name: _name, namespace: _namespace, ...rest } = asObject(metadata);
    return { status: 201, body: this.put(resource, { ...fields, metadata: rest, name, ...target }) };
  }

  #object(
    { resource, namespace, name }: { resource: KubeResource; namespace: string; name: string },
    { method, body }: StoreRequest,
  ): StoreAnswer {
    const target = namespace === '' ? {} : { namespace };
    const known = this.#objects(resource).get(keyOf(target.namespace, name));
    if (known === undefined) return statusBody(404, 'NotFound', `${resource.plural} "${name}" not found`);
    if (method === 'GET') return { status: 200, body: known };
    if (method === 'DELETE') {
      this.remove(resource, name, target.namespace);
      return { status: 200, body: known };
    }
    const wanted = asObject(body);
    const expected = asObject(wanted['metadata'])['resourceVersion'];
    if (expected !== undefined && expected !== known.metadata.resourceVersion) {
      return statusBody(409, 'Conflict', `Operation cannot be fulfilled on ${resource.plural} "${name}"`);
    }
    const merged = method === 'PATCH' ? { ...known, ...wanted } : wanted;
    const { metadata, ...fields } = merged;
    const { name: _name, namespace: _namespace, uid: _uid, resourceVersion: _version, ...rest } = asObject(metadata);
    return { status: 200, body: this.put(resource, { ...fields, metadata: rest, name, ...target }) };
  }

  #objects(resource: KubeResource): Map<string, FakeObject> {
    const kind = this.#resources.get(base(resource));
    if (kind === undefined) throw new Error(`the fake has no ${resource.plural}`);
    return kind.objects;
  }

  #tell(event: StoreEvent): void {
    this.#history.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}

function base(resource: KubeResource): string {
  return `${groupVersionPath(resource)}/${resource.plural}`;
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

function escapeDots(text: string): string {
  return text.replaceAll('.', '\\.');
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

type Token = { readonly version: number; readonly after: string };

function makeToken(token: Token): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function parseToken(text: string): Token {
  const token = asObject(JSON.parse(Buffer.from(text, 'base64url').toString()));
  return { version: Number(token['version']), after: String(token['after']) };
}
