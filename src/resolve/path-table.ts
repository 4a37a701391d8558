import type { RouteMatch } from '../model/route.ts';

/** An entry of a table, with the match that led to it. */
export type Found<T> = { readonly value: T; readonly match: RouteMatch };

/** The paths of one host, compiled. */
export type PathTable<T> = {
  readonly exact: ReadonlyMap<string, Slot<T>>;
  readonly root: PathNode<T>;
};

/** What stands at one path: the first entry for every method, and the first ones that want a method of their own. */
type Slot<T> = { any: Found<T> | undefined; methods: Map<string, Found<T>> | undefined };

/** A prefix by its elements; the root is the prefix `/`. */
type PathNode<T> = {
  readonly parent: PathNode<T> | undefined;
  slot: Slot<T> | undefined;
  children: Map<string, PathNode<T>> | undefined;
};

/**
 * Compiles the paths of one host. Of two entries for the same path and method the first wins.
 *
 * A prefix counts by path element and without its trailing slash: `/a/` covers `/a` and `/a/b`, not `/ab`.
 */
export function compilePaths<T>(entries: readonly Found<T>[]): PathTable<T> {
  const exact = new Map<string, Slot<T>>();
  const root: PathNode<T> = { parent: undefined, slot: undefined, children: undefined };
  for (const entry of entries) {
    if (entry.match.pathType === 'Exact') addExact(exact, entry);
    else addPrefix(root, entry);
  }
  return { exact, root };
}

/** Finds the entry of a path: an exact one, else the longest prefix that has one for the method. Linear in the path. */
export function findPath<T>(table: PathTable<T>, path: string, method: string): Found<T> | undefined {
  const exact = table.exact.get(path);
  const found = exact === undefined ? undefined : pick(exact, method);
  return found ?? findPrefix(table.root, path, method);
}

function addExact<T>(exact: Map<string, Slot<T>>, entry: Found<T>): void {
  const { path } = entry.match;
  const slot: Slot<T> = exact.get(path) ?? { any: undefined, methods: undefined };
  exact.set(path, slot);
  fill(slot, entry);
}

function addPrefix<T>(root: PathNode<T>, entry: Found<T>): void {
  const prefix = entry.match.path.replace(/\/+$/, '');
  let node = root;
  for (const element of prefix.split('/').slice(1)) node = childOf(node, element);
  node.slot ??= { any: undefined, methods: undefined };
  fill(node.slot, entry);
}

function childOf<T>(node: PathNode<T>, element: string): PathNode<T> {
  node.children ??= new Map();
  const known = node.children.get(element);
  if (known !== undefined) return known;
  const child: PathNode<T> = { parent: node, slot: undefined, children: undefined };
  node.children.set(element, child);
  return child;
}

function fill<T>(slot: Slot<T>, entry: Found<T>): void {
  const { method } = entry.match;
  if (method === undefined) {
    slot.any ??= entry;
    return;
  }
  slot.methods ??= new Map();
  if (!slot.methods.has(method)) slot.methods.set(method, entry);
}

function pick<T>(slot: Slot<T>, method: string): Found<T> | undefined {
  return slot.methods?.get(method) ?? slot.any;
}

function findPrefix<T>(root: PathNode<T>, path: string, method: string): Found<T> | undefined {
  if (!path.startsWith('/')) return undefined;
  let deepest = root;
  for (let start = 1; deepest.children !== undefined && start <= path.length; ) {
    const slash = path.indexOf('/', start);
    const end = slash === -1 ? path.length : slash;
    const child = deepest.children.get(path.slice(start, end));
    if (child === undefined) break;
    deepest = child;
    start = end + 1;
  }
  return climb(deepest, method);
}

function climb<T>(deepest: PathNode<T>, method: string): Found<T> | undefined {
  for (let node: PathNode<T> | undefined = deepest; node !== undefined; node = node.parent) {
    const found = node.slot === undefined ? undefined : pick(node.slot, method);
    if (found !== undefined) return found;
  }
  return undefined;
}
