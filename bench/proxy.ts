import type { Effort } from './effort.ts';
import { originsOf } from './inputs/origins.ts';
import { interleave } from './load.ts';
import { writeScript } from './preflight-script.ts';
import { atLeast, type Row } from './row.ts';
import { startServer } from './server-process.ts';
import { pairedRatio } from './statistics.ts';

/** Actual requests through the responder, against a pass-through that does no CORS. */
export async function benchProxy(effort: Effort): Promise<readonly Row[]> {
  const run = (name: string, ...args: readonly string[]): ReturnType<typeof startServer> =>
    startServer({ name, command: process.execPath, args });
  const upstream = await run('upstream', 'bench/servers/upstream.ts');
  const responder = await run('responder', 'bench/servers/responder.ts', `--upstream=${upstream.url.slice(0, -1)}`);
  const bare = await run('reply-from', 'bench/servers/reply-from.ts', upstream.url);
  try {
    const load = { method: 'GET', origins: originsOf(10), hosts: ['shop.example.com'], expect: 'granted' } as const;
    const script = writeScript({ name: 'actual', ...load });
    const slices = await interleave(
      [responder, bare].map((server) => ({ server, script })),
      effort.rounds,
      effort.seconds,
    );
    const [subject = [], peer = []] = slices.map((list) => list.map((slice) => slice.perCpuSecond));
    return [atLeast('proxied requests', 'bare @fastify/reply-from', pairedRatio(subject, peer), 0.9)];
  } finally {
    await Promise.all([responder, bare, upstream].map((server) => server.stop()));
  }
}
