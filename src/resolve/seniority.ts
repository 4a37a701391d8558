import { creationTime } from '../model/creation-time.ts';
import { compareText } from '../model/text-order.ts';

/** What decides which of two objects is established. */
export type Dated = {
  readonly namespace: string;
  readonly name: string;
  readonly creationTimestamp: string | undefined;
};

/**
 * Sorts objects by precedence: older first (an unknown time is the oldest), then by `namespace/name` in byte order.
 *
 * @see https://gateway-api.sigs.k8s.io/geps/gep-713/#conflict-resolution
 */
export function sortBySeniority<T>(values: readonly T[], dated: (value: T) => Dated): readonly T[] {
  const keyed = values.map((value) => {
    const { namespace, name, creationTimestamp } = dated(value);
    return { value, time: creationTime(creationTimestamp), name: `${namespace}/${name}` };
  });
  keyed.sort((left, right) => compareTimes(left.time, right.time) || compareText(left.name, right.name));
  return keyed.map(({ value }) => value);
}

/** Unknown times are infinite: they cannot be subtracted. */
function compareTimes(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
