import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKubeClient } from '../../src/kube/http-client.ts';
import { type FakeApiServer, type Fault, startFakeApiServer } from '../support/fake-api-server.ts';
import { createFastClock } from '../support/fake-clock.ts';
import { statusBody } from '../support/fake-store.ts';
import { eventually, ingresses, plainAccess, testClient, wait } from '../support/kube-fixture.ts';
import { cached, type Followed, follow, stored } from '../support/reflector-fixture.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';

/** The scenarios of the design that concern reading, by their numbers, with a server that is not real; real ones: test/e2e/cluster. */
const closing: (() => Promise<unknown>)[] = [];
let server: FakeApiServer;

beforeEach(async () => {
  server = await startFakeApiServer();
  closing.push(server.close);
  server.store.install(ingresses);
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Times the design's durations are shorter here. */
const FASTER = 20;

function start(url = server.url, factor = FASTER): Followed {
  const client = testClient(url);
  const followed = follow(client, { clock: createFastClock(factor) });
  closing.unshift(followed.reflector.stop, client.close);
  followed.reflector.start();
  return followed;
}

function put(name: string): void {
  server.store.put(ingresses, { namespace: 'shop', name });
}

function isInStep(followed: Followed): boolean {
  return JSON.stringify(cached(followed)) === JSON.stringify(stored(server.store));
}

/** Seconds of the scenario until something is true. */
async function secondsUntil(isTrue: () => boolean, what: string, factor = FASTER): Promise<number> {
  const begun = performance.now();
  await eventually(isTrue, what, 8);
  return ((performance.now() - begun) / 1000) * factor;
}

describe('fault scenarios', () => {
  it('1: server killed and back after 3 s: watches resume within 2 s, no event is missed', async () => {
    put('a');
    const factor = 5;
    const followed = start(server.url, factor);
    await followed.reflector.synced;
    await server.kill();
    await wait(3000 / factor);
    put('b');
    server.store.remove(ingresses, 'a', 'shop');
    await server.restart();
    expect(await secondsUntil(() => isInStep(followed), 'it is in step again', factor)).toBeLessThan(2);
    expect(followed.changes).toEqual(['Added shop/a', 'Added shop/b', 'Deleted shop/a']);
    expect(followed.reflector.counts().lists).toBe(1);
  });

  it('2: server away for minutes while edits land: found within 30 s, attempts jittered and bounded', async () => {
    const followed = start();
    await followed.reflector.synced;
    await server.kill();
    await wait(120_000 / FASTER / 3);
    put('a');
    const attempts = followed.reflector.counts().failures;
    await server.restart();
    expect(await secondsUntil(() => isInStep(followed), 'it is in step again')).toBeLessThan(30);
    expect(attempts).toBeGreaterThan(5);
    expect(attempts).toBeLessThan(40);
  });

  it('3: start without server: not synced, then within 5 s after it appears', async () => {
    put('a');
    await server.kill();
    const followed = start();
    await wait(10_000 / FASTER);
    expect(followed.reflector.state()).toEqual({ status: 'Starting' });
    await server.restart();
    const seconds = await secondsUntil(() => followed.reflector.state().status === 'Synced', 'it is synced');
    expect(seconds).toBeLessThan(5);
  });

  it('7: a half-open connection is noticed within 120 s, and left', async () => {
    const relay = await startTcpRelay(Number(new URL(server.url).port));
    closing.push(relay.close);
    const factor = 100;
    const client = createKubeClient(plainAccess(`http://127.0.0.1:${relay.port}`), {
      userAgent: 'test',
      clock: createFastClock(factor),
    });
    const followed = follow(client, { clock: createFastClock(factor) });
    closing.unshift(followed.reflector.stop, client.close);
    followed.reflector.start();
    await followed.reflector.synced;
    relay.freeze();
    put('a');
    const begun = performance.now();
    await eventually(() => isInStep(followed), 'it is in step again');
    expect(((performance.now() - begun) / 1000) * factor).toBeLessThan(150);
    expect([relay.connections(), followed.problems]).toEqual([2, ['Timeout']]);
  });

  it('12: a token that is rotated is used by the next watch, and by those whose former one is refused', async () => {
    let token = 'one';
    let valid = 'one';
    const access = plainAccess(server.url, {
      credentials: () => Promise.resolve({ headers: { authorization: `Bearer ${token}` }, tls: {} }),
      forget: () => {
        token = valid;
      },
    });
    server.setFault(({ headers }) =>
      headers['authorization'] === `Bearer ${valid}` ? undefined : statusBody(401, 'Unauthorized'),
    );
    const client = createKubeClient(access, { userAgent: 'test' });
    const followed = follow(client);
    closing.unshift(followed.reflector.stop, client.close);
    followed.reflector.start();
    await followed.reflector.synced;
    valid = 'two';
    server.endWatches('Cleanly');
    put('a');
    await eventually(() => isInStep(followed), 'it goes on');
    expect(followed.problems).toEqual([]);
  });

  it('1, 4, 5, 6, 8, 9: whatever happens in whatever order, the cache becomes what the cluster holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.option(fc.integer({ min: 1, max: 50 })),
        checkSteps,
      ),
      {
        numRuns: 60,
      },
    );
  }, 60_000);
});

type Step =
  | { readonly do: 'Put' | 'Remove' | 'Recreate'; readonly name: string }
  | {
      readonly do:
        | 'Compact'
        | 'Bookmark'
        | 'Replay'
        | 'Restart'
        | 'Wait'
        | 'EndCleanly'
        | 'EndAbruptly'
        | 'Nonsense'
        | 'Fail';
    };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('Put', 'Remove', 'Recreate'),
      name: fc.constantFrom('a', 'b', 'c', 'd'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'Compact',
        'Bookmark',
        'Replay',
        'Restart',
        'Wait',
        'EndCleanly',
        'EndAbruptly',
        'Nonsense',
        'Fail',
      ),
    }),
  },
);

const faults: readonly Fault[] = [
  statusBody(410, 'Expired'),
  { status: 503 },
  { status: 500 },
  { status: 403 },
  { status: 404 },
  { raw: '{"type":"ADDED","obj', end: 'Cleanly' },
  { raw: `${JSON.stringify({ type: 'ERROR', object: statusBody(410, 'Expired').body })}\n`, end: 'Open' },
  'Reset',
];

async function checkSteps(steps: readonly Step[], splitEvery: number | null): Promise<void> {
  const own = await startFakeApiServer(splitEvery === null ? {} : { splitEvery });
  own.store.install(ingresses);
  const client = testClient(own.url);
  const timing = { minBackoff: 0.01, maxBackoff: 0.03, unknownPoll: 0.02 };
  const followed = follow(client, { timing });
  try {
    followed.reflector.start();
    let failures = 0;
    for (const one of steps) {
      failures += one.do === 'Fail' ? 1 : 0;
      await take(own, one, failures);
    }
    own.setFault(() => undefined);
    const isSame = () => JSON.stringify(cached(followed)) === JSON.stringify(stored(own.store));
    await eventually(isSame, `${JSON.stringify(cached(followed))} becomes ${JSON.stringify(stored(own.store))}`);
    await wait(5);
    expect([...followed.replayed.keys()].sort()).toEqual(Object.keys(cached(followed)).sort());
    expect(followed.problems.filter((problem) => /of turn|not there/.test(problem))).toEqual([]);
  } finally {
    await followed.reflector.stop();
    await client.close();
    await own.close();
  }
}

const history = new Map<FakeApiServer, string[]>();

async function take(own: FakeApiServer, one: Step, failures: number): Promise<void> {
  const { store } = own;
  const past = history.get(own) ?? [];
  history.set(own, past);
  for (const object of store.objects(ingresses)) past.push(`${JSON.stringify({ type: 'MODIFIED', object })}\n`);
  const steps: Readonly<Record<Step['do'], () => unknown>> = {
    Put: () => 'name' in one && store.put(ingresses, { namespace: 'shop', name: one.name }),
    Remove: () => 'name' in one && store.remove(ingresses, one.name, 'shop'),
    Recreate: () =>
      'name' in one && store.put(ingresses, { namespace: 'shop', name: one.name, uid: `new-${store.version()}` }),
    Compact: store.compact,
    Bookmark: () => own.bookmark(),
    Replay: () => own.sendRaw(past.slice(-5).join('')),
    Restart: async () => {
      await own.kill();
      await own.restart();
    },
    Wait: () => wait(10),
    EndCleanly: () => own.endWatches('Cleanly'),
    EndAbruptly: () => own.endWatches('Abruptly'),
    Nonsense: () => own.sendRaw('{"type":\n'),
    Fail: () => {
      const fault = faults[failures % faults.length];
      let left = 2;
      own.setFault(() => {
        left -= 1;
        return left < 0 ? undefined : fault;
      });
      own.endWatches('Abruptly');
    },
  };
  await steps[one.do]();
}
