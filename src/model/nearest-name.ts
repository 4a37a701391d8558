/** Longer words are not compared: no name is that long. */
const MAX_LENGTH = 64;

/**
 * The name that was probably meant by a misspelt one.
 *
 * @returns undefined when none is near: more than a third of the letters would have to change
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const lower = word.toLowerCase();
  const ranked = names
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  const [best] = ranked;
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.name.length / 3))) return undefined;
  return best.name;
}

/** Letters to add, remove, replace or swap with their neighbour. */
function editDistance(left: string, right: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : FAR;
      const replaced = at(last, column - 1) + (isSame ? 0 : 1);
      current.push(Math.min(at(current, column - 1) + 1, at(last, column) + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, right.length);
}

const FAR = Number.POSITIVE_INFINITY;

function at(row: readonly number[], column: number): number {
  return row[column] ?? FAR;
}
