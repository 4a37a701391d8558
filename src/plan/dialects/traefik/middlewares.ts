import type { KubernetesObject } from '../../../model/kubernetes-object.ts';
import { type Fields, isRecord } from '../../../model/object-shape.ts';
import { middlewareReference } from './references.ts';

/** Middlewares of the input, to be asked for. */
export type MiddlewareIndex = {
  /** By a name that a list may give them; several where a legacy name stands for more than one. */
  readonly find: (reference: string) => readonly KubernetesObject[];
  /** By `namespace/name`. */
  readonly get: (name: string) => KubernetesObject | undefined;
};

/** Indexes Middlewares; objects of other kinds are passed over. */
export function indexMiddlewares(objects: Iterable<KubernetesObject>): MiddlewareIndex {
  const byReference = new Map<string, KubernetesObject[]>();
  const byName = new Map<string, KubernetesObject>();
  for (const object of objects) {
    if (!isMiddleware(object)) continue;
    byName.set(nameOf(object), object);
    for (const naming of ['legacy', 'safe'] as const) {
      const reference = middlewareReference(object.metadata.namespace ?? '', object.metadata.name, naming);
      const known = byReference.get(reference);
      if (known === undefined) byReference.set(reference, [object]);
      else known.push(object);
    }
  }
  return { find: (reference) => byReference.get(reference) ?? [], get: (name) => byName.get(name) };
}

/** An index with some Middlewares put beside or in place of those it has. */
export function overlayMiddlewares(index: MiddlewareIndex, owned: readonly KubernetesObject[]): MiddlewareIndex {
  if (owned.length === 0) return index;
  const over = indexMiddlewares(owned);
  return {
    find: (reference) => [
      ...index.find(reference).filter((each) => over.get(nameOf(each)) === undefined),
      ...over.find(reference),
    ],
    get: (name) => over.get(name) ?? index.get(name),
  };
}

/** The `headers` configurations that a Middleware brings, those of its chain included, outermost first. */
export function headerConfigurations(object: KubernetesObject, index: MiddlewareIndex): readonly Fields[] {
  const found: Fields[] = [];
  collectConfigurations(object, index, { found, visited: new Set() });
  return found;
}

/** Whether an object is a Traefik Middleware. */
function isMiddleware(object: KubernetesObject): boolean {
  return object.kind === 'Middleware' && /^traefik\.(?:io|containo\.us)\//.test(object.apiVersion);
}

/** Names a Middleware in messages. */
export function middlewareWords(object: KubernetesObject): string {
  return `Middleware ${nameOf(object)}`;
}

type Collection = { readonly found: Fields[]; readonly visited: Set<KubernetesObject> };

/** Each Middleware once, so that chains which name one another come to an end. */
function collectConfigurations(object: KubernetesObject, index: MiddlewareIndex, collection: Collection): void {
  const spec = object['spec'];
  if (!isRecord(spec) || collection.visited.has(object)) return;
  collection.visited.add(object);
  for (const name of chainedNames(spec, object.metadata.namespace ?? '')) {
    const link = index.get(name);
    if (link !== undefined) collectConfigurations(link, index, collection);
  }
  if (isRecord(spec['headers'])) collection.found.push(spec['headers']);
}

function chainedNames(spec: Fields, namespace: string): readonly string[] {
  const chain = spec['chain'];
  const links: unknown = isRecord(chain) ? chain['middlewares'] : undefined;
  if (!Array.isArray(links)) return [];
  return links.filter(isRecord).map((link) => {
    const own = typeof link['namespace'] === 'string' && link['namespace'] !== '' ? link['namespace'] : namespace;
    return `${own}/${String(link['name'])}`;
  });
}

function nameOf(object: KubernetesObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}
