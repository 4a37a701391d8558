/** How many line ends stand in front of an offset. */
export type LineIndex = (offset: number) => number;

/** Looks at a text once, so that many offsets in a long one cost little each. */
export function createLineIndex(text: string): LineIndex {
  const ends: number[] = [];
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) {
    ends.push(end);
  }
  return (offset) => countBelow(ends, offset);
}

/** How many numbers of an ascending list are less than a bound. */
function countBelow(ascending: readonly number[], bound: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? bound) < bound) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
