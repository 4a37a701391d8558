import { type Clock, pause } from './clock.ts';
import { abortedError } from './http-exchange.ts';
import type { KubeCall } from './kube-client.ts';
import { isKubeError, type KubeError } from './kube-error.ts';

/** Attempts after the first that a Retry-After may cause, and the longest that is waited for here, in seconds. */
const MOST_REPEATS = 3;
const LONGEST_WAIT = 5;

/** Method and path, for messages; the query is left out, since it may be long. */
export function callName({ method, path }: KubeCall): string {
  return `${method} ${path}`;
}

/**
 * Repeats a call that failed for a reason that passes in a moment: a read whose connection broke, and what the server put off
 * for a short time.
 *
 * @throws KubeError of the last attempt
 */
export async function repeatCall<T>(clock: Clock, call: KubeCall, attempt: () => Promise<T>): Promise<T> {
  for (let repeats = 0; ; repeats += 1) {
    try {
      return await attempt();
    } catch (error) {
      await waitOrThrow(clock, call, { error, repeats });
    }
  }
}

async function waitOrThrow(clock: Clock, call: KubeCall, failure: { error: unknown; repeats: number }): Promise<void> {
  const { error, repeats } = failure;
  const seconds = isKubeError(error) ? waitBeforeRepeat(error, call, repeats) : undefined;
  if (seconds === undefined) {
    throw error;
  }
  const jitter = 1 + clock.random() / 10;
  if (!(await pause(clock, seconds * 1000 * jitter, call.signal))) {
    throw abortedError(callName(call), call.signal);
  }
}

/** Seconds to wait, undefined when the caller has to decide. */
function waitBeforeRepeat(error: KubeError, call: KubeCall, repeats: number): number | undefined {
  if (error.reason === 'Unreachable') {
    return call.method === 'GET' && repeats === 0 ? 0 : undefined;
  }
  if (repeats >= MOST_REPEATS || !isRepeatable(error, call)) {
    return undefined;
  }
  const asked = error.status === 429 ? (error.retryAfter ?? 1) : error.retryAfter;
  return asked !== undefined && asked <= LONGEST_WAIT ? Math.max(asked, 0.1) : undefined;
}

/** The server did not begin with what it answers 429 to; whether it did with a 503, nobody knows. */
function isRepeatable({ status }: KubeError, { method, permit }: KubeCall): boolean {
  if (method === 'GET') {
    return status === 429 || status === 503;
  }
  return permit !== undefined && (status === 429 || (status === 503 && method !== 'POST'));
}
