import type { TlsMaterial } from './access-credentials.ts';

/** Gives the former object when nothing in the new one differs, so that connections are kept. */
export function createTlsMemory(): (material: TlsMaterial) => TlsMaterial {
  let last: TlsMaterial | undefined;
  return (material) => {
    if (last === undefined || !isSame(last, material)) {
      last = material;
    }
    return last;
  };
}

function isSame(a: TlsMaterial, b: TlsMaterial): boolean {
  return (
    isSameText(a.ca, b.ca) &&
    isSameText(a.cert, b.cert) &&
    isSameText(a.key, b.key) &&
    a.rejectUnauthorized === b.rejectUnauthorized &&
    a.servername === b.servername
  );
}

function isSameText(a: TlsMaterial['ca' | 'key'], b: TlsMaterial['ca' | 'key']): boolean {
  return a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
}
