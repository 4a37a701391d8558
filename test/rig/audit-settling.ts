import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiAccess, apiRequest } from './api-request.ts';
import { until } from './patience.ts';

/** Longer than the API server takes from an answer to the line in its log, milliseconds. */
const QUIET = 150;

let marks = 0;

/**
 * Waits until an audit log holds every request that was answered before.
 *
 * Lines are written just after their answers, in any order: a request of our own has to show, then the file has to rest.
 */
export async function settledAuditLog(path: string, access: ApiAccess): Promise<void> {
  marks++;
  const mark = `rig-mark=${process.pid}-${marks}`;
  const start = (await stat(path)).size;
  await apiRequest(access, `/version?${mark}`);
  await until({ what: 'the audit log', check: () => holds(path, start, mark), timeout: 10_000 });
  for (let size = -1; ; ) {
    const now = (await stat(path)).size;
    if (now === size) return;
    size = now;
    await sleep(QUIET);
  }
}

async function holds(path: string, start: number, mark: string): Promise<boolean> {
  let text = '';
  for await (const chunk of createReadStream(path, { start, encoding: 'utf8' })) text += chunk;
  return text.includes(mark);
}
