import { type HostKind, hostEnd, hostKind, hostStart, originShape } from './origin-shape.ts';

/** A well-formed origin, split. */
export type Origin = {
  readonly scheme: string;
  /** As written: an IPv6 address with its brackets, a name with its trailing dot if it has one. */
  readonly host: string;
  /** 1 to 65535; 0 when none is written: the scheme's default. */
  readonly port: number;
  /** `opaque` for every scheme other than http and https. */
  readonly hostKind: HostKind;
};

/**
 * Parses a serialized origin: the bytes a browser sends, nothing that merely means the same.
 *
 * @returns undefined for `null`, an empty text, several origins, and anything else that is not well-formed
 * @see https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
 */
export function parseOrigin(text: string): Origin | undefined {
  const shape = originShape(text);
  if (shape === 0) return undefined;
  const end = hostEnd(shape);
  return {
    scheme: text.slice(0, hostStart(shape) - 3),
    host: text.slice(hostStart(shape), end),
    port: end === text.length ? 0 : Number(text.slice(end + 1)),
    hostKind: hostKind(shape),
  };
}

/** Whether {@link parseOrigin} would give an origin; allocates nothing. */
export function isOrigin(text: string): boolean {
  return originShape(text) !== 0;
}

/** Writes an origin as browsers send it; the inverse of {@link parseOrigin}. */
export function printOrigin(origin: Origin): string {
  const port = origin.port === 0 ? '' : `:${origin.port}`;
  return `${origin.scheme}://${origin.host}${port}`;
}

/**
 * Port that a scheme's origins leave out.
 *
 * @returns 80 for http, 443 for https, undefined for every other scheme: their ports are always written
 */
export function defaultPort(scheme: string): number | undefined {
  if (scheme === 'http') return 80;
  return scheme === 'https' ? 443 : undefined;
}
