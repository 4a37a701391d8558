/** What a field path names next in a node: one of its keys, or one of its items, and what remains of the path then. */
export type PathStep = { readonly key: string; readonly rest: string };

/**
 * First step of a field path among the keys that a map has. Keys may hold dots and stand bare
 * (`metadata.annotations.example.com/x`) or in brackets, with or without quotes; the longest that fits is meant.
 */
export function stepIntoMap(keys: Iterable<string>, path: string): PathStep | undefined {
  let best: PathStep | undefined;
  for (const key of keys) {
    const rest = [key, `[${key}]`, `["${key}"]`, `['${key}']`]
      .map((form) => restBehind(path, form))
      .find((each) => each !== undefined);
    if (rest !== undefined && (best === undefined || key.length > best.key.length)) {
      best = { key, rest };
    }
  }
  return best;
}

/** First step of a field path that goes into a list: `[3].name`. */
export function stepIntoList(path: string): { readonly index: number; readonly rest: string } | undefined {
  const match = /^\[(\d+)\]/.exec(path);
  return match === null ? undefined : { index: Number(match[1]), rest: withoutDot(path.slice(match[0].length)) };
}

/** A path into a text of several lines, `data.origins line 12`: the field, and the line (from 1) inside of it. */
export function splitLine(path: string): { readonly field: string; readonly line: number | undefined } {
  const match = / line (\d+)$/.exec(path);
  return match === null
    ? { field: path, line: undefined }
    : { field: path.slice(0, match.index), line: Number(match[1]) };
}

function restBehind(path: string, form: string): string | undefined {
  if (form === '' || !path.startsWith(form)) {
    return undefined;
  }
  const rest = path.slice(form.length);
  return rest === '' || rest.startsWith('.') || rest.startsWith('[') ? withoutDot(rest) : undefined;
}

function withoutDot(rest: string): string {
  return rest.startsWith('.') ? rest.slice(1) : rest;
}
