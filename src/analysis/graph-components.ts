/**
 * Strongly connected components: which nodes of a graph lie on common cycles.
 *
 * @param follows per node the next ones
 * @returns per node the number of its component; -1 for a node that lies on no cycle
 */
export function cycleComponents(follows: readonly Iterable<number>[]): readonly number[] {
  const edges = follows.map((targets) => [...targets]);
  const order = finishingOrder(edges);
  const before = reversed(edges);
  const components = new Array<number>(edges.length).fill(-1);
  const isDone = new Array<boolean>(edges.length).fill(false);
  for (const root of order.toReversed()) {
    if (isDone[root]) continue;
    const members = reach(root, before, isDone);
    if (members.length > 1 || edges[root]?.includes(root)) for (const member of members) components[member] = root;
  }
  return components;
}

function reversed(edges: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const before: number[][] = edges.map(() => []);
  for (const [node, targets] of edges.entries()) {
    for (const target of targets) before[target]?.push(node);
  }
  return before;
}

/** Everything not yet done that a node leads to, itself included; it is done then. */
function reach(root: number, edges: readonly (readonly number[])[], isDone: boolean[]): readonly number[] {
  isDone[root] = true;
  const members = [root];
  for (const member of members) {
    for (const next of edges[member] ?? []) {
      if (!isDone[next]) members.push(next);
      isDone[next] = true;
    }
  }
  return members;
}

/** Nodes in the order in which a walk in depth leaves them; without recursion, for regexes of any depth. */
function finishingOrder(edges: readonly (readonly number[])[]): readonly number[] {
  const order: number[] = [];
  const nextEdge = edges.map(() => 0);
  const isMet = edges.map(() => false);
  const path: number[] = [];
  const enter = (node: number): void => {
    if (isMet[node] === false) path.push(node);
    isMet[node] = true;
  };
  for (const root of edges.keys()) {
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const target = edges[node]?.[nextEdge[node] ?? 0];
      nextEdge[node] = (nextEdge[node] ?? 0) + 1;
      if (target === undefined) order.push(path.pop() ?? node);
      else enter(target);
    }
  }
  return order;
}
