/**
 * Adds names to an upstream's `Vary`, which is extended and never replaced.
 *
 * @param upstream its field lines; undefined for none
 * @param ours names to add
 * @returns `*` if either side says so; else each name once, in any case, the upstream's first; "" for none
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5
 */
export function mergeVary(upstream: string | readonly string[] | undefined, ours: readonly string[]): string {
  const lines = typeof upstream === 'string' ? [upstream] : (upstream ?? []);
  const merged = new Map<string, string>();
  for (const name of [...lines, ...ours].flatMap((line) => line.split(','))) {
    const trimmed = name.trim();
    if (trimmed === '*') return '*';
    const key = trimmed.toLowerCase();
    if (isPrintable(trimmed) && !merged.has(key)) merged.set(key, trimmed);
  }
  return [...merged.values()].join(', ');
}

/** Whether a response header is part of CORS, so that a proxy that answers for its upstream removes it. */
export function isCorsResponseHeader(name: string): boolean {
  return name.length > PREFIX.length && name.slice(0, PREFIX.length).toLowerCase() === PREFIX;
}

const PREFIX = 'access-control-';

/** What is not visible ASCII names no header, and may not be sent on. */
function isPrintable(name: string): boolean {
  return /^[\x20-\x7e]+$/.test(name);
}
