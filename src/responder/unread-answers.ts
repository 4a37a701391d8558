import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts connections whose client takes nothing of the answers that wait for it, one that sends preflights without end for
 * example: all of them looked at together, now and then, since a timer per request would cost as much as a decision.
 *
 * @param patience milliseconds in which a client has to take something
 * @returns ends the watch
 */
export function cutUnreadAnswers(server: Server, patience: number): () => void {
  const waiting = new Map<Socket, Wait>();
  server.on('connection', (socket) => {
    waiting.set(socket, { taken: 0, since: performance.now() });
    socket.once('close', () => waiting.delete(socket));
  });
  const timer = setInterval(
    () => {
      const now = performance.now();
      for (const [socket, wait] of waiting) look(socket, wait, { now, patience });
    },
    Math.min(LONGEST_INTERVAL, patience / 2),
  );
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes that a client had taken, and since when it has taken no more. */
type Wait = { taken: number; since: number };

const LONGEST_INTERVAL = 5_000;

function look(socket: Socket, wait: Wait, { now, patience }: { now: number; patience: number }): void {
  const taken = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0 || taken !== wait.taken) {
    wait.taken = taken;
    wait.since = now;
  } else if (now - wait.since >= patience) {
    socket.destroy();
  }
}
