/** Deeper values than any object of Kubernetes needs count as different, so that nesting cannot exhaust the stack. */
const MAX_DEPTH = 64;

/** Whether two JSON values are the same; the order of an object's keys means nothing, that of a list does. */
export function isSameJson(left: unknown, right: unknown): boolean {
  return isSame(left, right, MAX_DEPTH);
}

function isSame(left: unknown, right: unknown, depth: number): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null || depth === 0)
    return false;
  if (Array.isArray(left) || Array.isArray(right)) return isSameList(left, right, depth);
  const before = Object.entries(left);
  const after = new Map(Object.entries(right));
  if (before.length !== after.size) return false;
  return before.every(([key, value]) => after.has(key) && isSame(value, after.get(key), depth - 1));
}

function isSameList(left: unknown, right: unknown, depth: number): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((each, index) => isSame(each, right[index], depth - 1));
}
