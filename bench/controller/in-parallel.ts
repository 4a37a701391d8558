/** Works on all of some values, so many at once. */
export async function inParallel<T>(
  values: Iterable<T>,
  workers: number,
  work: (value: T) => Promise<void>,
): Promise<void> {
  const queue = values[Symbol.iterator]();
  const run = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: workers }, run));
}
