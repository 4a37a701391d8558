import type { ListenAddress } from '../../config.ts';

/** An address cannot be listened on; the message says which flag to change. */
export class ListenError extends Error {
  constructor(flag: string, address: ListenAddress, cause: unknown) {
    super(`${flag} ${addressText(address)}: ${reasonOf(cause)}`, { cause });
    this.name = 'ListenError';
  }
}

/** `host:port`, IPv6 in brackets. */
export function addressText({ host, port }: ListenAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['EADDRINUSE', 'another program listens there: end it, or choose another port'],
  ['EACCES', 'listening there needs more rights: choose a port from 1024 up'],
  ['EADDRNOTAVAIL', 'this machine does not have that address'],
  ['ENOTFOUND', 'there is no such host name'],
  ['EAI_AGAIN', 'the host name cannot be looked up now'],
]);

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return REASONS.get(code) ?? (cause instanceof Error ? cause.message : String(cause));
}
