import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KubeError } from '../../src/kube/kube-error.ts';
import { createWorkQueue, type WorkQueue } from '../../src/kube/work-queue.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** Takes all that can be taken now. */
async function takeAll(queue: WorkQueue): Promise<readonly string[]> {
  const taken: string[] = [];
  while (queue.depth() > 0) {
    taken.push((await queue.take()) ?? '');
  }
  return taken;
}

describe('createWorkQueue', () => {
  it('add: keys come in the order in which they were added, each once', async () => {
    const queue = createWorkQueue();
    for (const key of ['b', 'a', 'b', 'c', 'a']) {
      queue.add(key);
    }
    expect(await takeAll(queue)).toEqual(['b', 'a', 'c']);
  });

  it('add: a key that is processed is given out again only after it is done', async () => {
    const queue = createWorkQueue();
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect([queue.depth(), queue.processing()]).toEqual([0, 1]);
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a']);
    queue.done('a');
    expect([queue.depth(), queue.processing()]).toEqual([0, 0]);
  });

  it('add: narrowing comes first, and makes a key that waits already more urgent', async () => {
    const queue = createWorkQueue();
    queue.add('a');
    queue.add('b');
    queue.add('c', 'Narrowing');
    queue.add('b', 'Narrowing');
    queue.add('c', 'Ordinary');
    expect(await takeAll(queue)).toEqual(['c', 'b', 'a']);
  });

  it('add: urgency said while the key is processed is kept', async () => {
    const queue = createWorkQueue();
    queue.add('a');
    await queue.take();
    queue.add('b');
    queue.add('a', 'Narrowing');
    queue.add('a');
    queue.done('a');
    expect(await takeAll(queue)).toEqual(['a', 'b']);
  });

  it('take: who waits gets the next key', async () => {
    const queue = createWorkQueue();
    const taken = [queue.take(), queue.take()];
    queue.add('a');
    queue.add('b');
    expect(await Promise.all(taken)).toEqual(['a', 'b']);
  });

  it('addAfter: of several times the earliest counts', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue({ clock });
    queue.addAfter('a', 10);
    queue.addAfter('a', 5);
    queue.addAfter('a', 20, 'Narrowing');
    expect([queue.depth(), queue.delayed(), clock.timers()]).toEqual([0, 1, 1]);
    await clock.advance(4999);
    expect(queue.depth()).toBe(0);
    await clock.advance(1);
    expect([queue.depth(), queue.delayed()]).toEqual([1, 0]);
    await clock.advance(60_000);
    expect(queue.depth()).toBe(1);
  });

  it.each([0, -1, Number.NaN])('addAfter: %s seconds are none', (seconds) => {
    const queue = createWorkQueue();
    queue.addAfter('a', seconds);
    expect(queue.depth()).toBe(1);
  });

  it('retry: delays double up to the longest, begin anew after forget, and heed retryAfter', async () => {
    const clock = createFakeClock(() => 1);
    const queue = createWorkQueue({ clock, minBackoff: 1, maxBackoff: 8 });
    const delayOf = async (retryAfter?: number): Promise<number> => {
      const start = clock.now();
      queue.retry('a', retryAfter === undefined ? {} : { retryAfter });
      while (queue.depth() === 0) {
        await clock.advance(500);
      }
      await queue.take();
      queue.done('a');
      return (clock.now() - start) / 1000;
    };
    const delays = [await delayOf(), await delayOf(), await delayOf(), await delayOf(), await delayOf()];
    queue.forget('a');
    expect([...delays, await delayOf(), await delayOf(30)]).toEqual([1, 2, 4, 8, 8, 1, 30]);
  });

  it('retry: a thousand failures do not overflow the delay', () => {
    const clock = createFakeClock();
    const queue = createWorkQueue({ clock });
    for (let count = 0; count < 2000; count += 1) {
      queue.retry('a');
    }
    expect(queue.delayed()).toBe(1);
  });

  it('oldestAge: that of the key that waits longest, whatever its urgency became', () => {
    const clock = createFakeClock();
    const queue = createWorkQueue({ clock });
    expect(queue.oldestAge()).toBe(0);
    queue.add('a');
    clock.jump(3000);
    queue.add('b', 'Narrowing');
    clock.jump(2000);
    queue.add('a', 'Narrowing');
    expect(queue.oldestAge()).toBe(5);
  });

  it('shutdown: nothing is given out any more, and those that run are waited for', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue({ clock });
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 1);
    await queue.take();
    await queue.take();
    const waiting = queue.take();
    let ended = false;
    const shutdown = queue.shutdown().then(() => {
      ended = true;
    });
    expect(await waiting).toBeUndefined();
    queue.add('d');
    queue.done('a');
    await clock.advance(10_000);
    expect([ended, clock.timers(), await queue.take()]).toEqual([false, 0, undefined]);
    queue.done('b');
    await shutdown;
    expect(ended).toBe(true);
  });

  it('run: a worker that throws ends nothing; its key is retried, unless that is of no use', async () => {
    const clock = createFakeClock();
    const queue = createWorkQueue({ clock });
    const runs: string[] = [];
    const errors: string[] = [];
    const running = queue.run(
      async (key) => {
        runs.push(key);
        if (runs.length <= 3) {
          throw key === 'wrong'
            ? new KubeError('Invalid', 'x')
            : new KubeError('TooManyRequests', 'x', { retryAfter: 20 });
        }
      },
      { onError: (_error, key) => errors.push(key) },
    );
    queue.add('wrong');
    queue.add('busy');
    queue.add('other');
    await clock.advance(19_999);
    expect(runs).toEqual(['wrong', 'busy', 'other']);
    await clock.advance(1001);
    expect(runs).toEqual(['wrong', 'busy', 'other', 'busy', 'other']);
    expect(errors).toEqual(['wrong', 'busy', 'other']);
    await queue.shutdown();
    await running;
  });

  it('run: no key is processed twice at once, and no add is lost', async () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      way: fc.constantFrom('Now', 'Narrowing', 'Later', 'Retry'),
      wait: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(fc.nat(50)),
        checkPlan,
      ),
      { numRuns: 25 },
    );
  });
});

type Step = { readonly key: string; readonly way: string; readonly wait: number };

async function checkPlan(plan: readonly Step[], concurrency: number, works: Iterator<number>): Promise<void> {
  const clock = createFakeClock();
  const queue = createWorkQueue({ clock, minBackoff: 0.01, maxBackoff: 0.02 });
  const active = new Set<string>();
  const begun = new Map<string, number>();
  const added = new Map<string, number>();
  let tick = 0;
  const mark = (times: Map<string, number>, key: string) => {
    tick += 1;
    times.set(key, tick);
  };
  const work = async (key: string): Promise<void> => {
    expect(active.has(key)).toBe(false);
    expect(active.size).toBeLessThan(concurrency);
    active.add(key);
    mark(begun, key);
    await new Promise<void>((resolve) => {
      clock.setTimeout(resolve, works.next().value ?? 0);
    });
    active.delete(key);
  };
  const running = queue.run(work, { concurrency, onError: (error) => expect.unreachable(String(error)) });
  for (const { key, way, wait } of plan) {
    mark(added, key);
    addBy(queue, { key, way, wait });
    await clock.advance(wait);
  }
  await clock.advance(5000);
  for (const [key, time] of added) {
    expect(begun.get(key)).toBeGreaterThan(time);
  }
  await queue.shutdown();
  await running;
}

function addBy(queue: WorkQueue, { key, way, wait }: Step): void {
  if (way === 'Later') {
    queue.addAfter(key, wait / 1000);
  } else if (way === 'Retry') {
    queue.retry(key);
  } else {
    queue.add(key, way === 'Narrowing' ? 'Narrowing' : 'Ordinary');
  }
}
