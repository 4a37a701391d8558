import { type Fields, isRecord } from './object-shape.ts';

/** Deeper values than any object of Kubernetes needs count as different, so that nesting cannot exhaust the stack. */
const MAX_DEPTH = 64;

/** Whether two JSON values are the same; the order of an object's keys means nothing, that of a list does. */
export function isSameJson(left: unknown, right: unknown): boolean {
  return isSame(left, right, MAX_DEPTH);
}

function isSame(left: unknown, right: unknown, depth: number): boolean {
  if (left === right) return true;
  if (depth === 0) return false;
  if (Array.isArray(left) || Array.isArray(right)) return isSameList(left, right, depth);
  return isRecord(left) && isRecord(right) && isSameFields(left, right, depth);
}

function isSameFields(left: Fields, right: Fields, depth: number): boolean {
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && isSame(left[key], right[key], depth - 1));
}

function isSameList(left: unknown, right: unknown, depth: number): boolean {
  if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
  return left.every((each, index) => isSame(each, right[index], depth - 1));
}
