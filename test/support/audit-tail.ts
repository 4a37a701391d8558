import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseAuditLog } from './audit-log.ts';

/** Follows an audit log while it grows. */
export type AuditTail = {
  /** When some users last asked for a change of anything but a Lease or an Event, as far as it is recorded; milliseconds since 1970. */
  readonly lastWrite: () => number;
};

/** Reads each part of a log once. */
export function createAuditTail(path: string, users: readonly string[]): AuditTail {
  let offset = 0;
  let last = 0;
  return {
    lastWrite() {
      const text = completePart(path, offset);
      offset += Buffer.byteLength(text);
      const lines = text.split('\n').filter((line) => users.some((user) => line.includes(user)));
      for (const { user, target, answered } of parseAuditLog(lines.join('\n'))) {
        if (users.includes(user) && !UNCOUNTED.has(target.resource)) last = Math.max(last, answered);
      }
      return last;
    },
  };
}

const UNCOUNTED = new Set(['leases', 'events']);

/** Up to the last line that is complete. */
function completePart(path: string, offset: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - offset));
    readSync(file, buffer, 0, buffer.length, offset);
    return buffer.subarray(0, buffer.lastIndexOf('\n') + 1).toString();
  } finally {
    closeSync(file);
  }
}
