/** How much is remembered before all of it is forgotten. */
export type MemorySize<Value> = { readonly most: number; readonly weigh: (value: Value) => number };

/**
 * A function of a text that keeps its results as long as there is room: the same few regexes are asked about by every policy and
 * every guardrail. Nobody can tell from the results.
 */
export function rememberByText<Value>(
  compute: (text: string) => Value,
  { most, weigh }: MemorySize<Value>,
): (text: string) => Value {
  const kept = new Map<string, { readonly value: Value }>();
  let weight = 0;
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known.value;
    const value = compute(text);
    weight += weigh(value);
    if (weight > most) {
      kept.clear();
      weight = weigh(value);
    }
    kept.set(text, { value });
    return value;
  };
}
