import { quoted } from './quoted-text.ts';

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

/** Path of one field or list entry below another: `spec.allowOrigins[0]`, `spec.x.matchLabels["a.b/c"]`. */
export function pathBelow(path: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  const name = String(key);
  if (!PLAIN_KEY.test(name)) return `${path}[${quoted(name)}]`;
  return path === '' ? name : `${path}.${name}`;
}

/** Path that several keys lead to, one below the other. */
export function pathOf(path: string, keys: readonly PropertyKey[]): string {
  return keys.reduce<string>(pathBelow, path);
}
