import { setTimeout as sleep } from 'node:timers/promises';
import type { RigProcess } from './rig-process.ts';

/** What is waited for. */
export type Expectation = {
  /** Ends the sentence "waited in vain for …". */
  readonly what: string;
  readonly check: () => boolean | Promise<boolean>;
  /** Servers without which it cannot come about: when one ends, so does the wait. */
  readonly servers?: readonly RigProcess[];
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** Milliseconds. */
  readonly timeout?: number;
};

/**
 * Waits until something holds.
 *
 * @throws when it takes too long, or when a server ended, with its last words
 */
export async function until({
  what,
  check,
  servers = [],
  interval = 20,
  timeout = 60_000,
}: Expectation): Promise<void> {
  for (const end = performance.now() + timeout; ; await sleep(interval)) {
    if (await check()) return;
    const dead = servers.find((server) => !server.isRunning());
    if (dead !== undefined) throw new Error(`${dead.name} ended while ${what} was waited for: ${dead.lastWords()}`);
    if (performance.now() > end) {
      const words = servers.map((server) => `${server.name}: ${server.lastWords()}`).join('\n');
      throw new Error(`waited in vain for ${what}\n${words}`);
    }
  }
}
