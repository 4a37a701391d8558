import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeClient } from '../../src/kube/kube-client.ts';
import type { ReflectorOptions } from '../../src/kube/reflector.ts';
import {
  type FakeApiServer,
  type FakeApiServerOptions,
  type LoggedRequest,
  startFakeApiServer,
} from '../support/fake-api-server.ts';
import { createFastClock } from '../support/fake-clock.ts';
import { statusBody } from '../support/fake-store.ts';
import { eventually, ingresses, testClient, wait } from '../support/kube-fixture.ts';
import { cached, type Followed, follow, type Kept, stored } from '../support/reflector-fixture.ts';

const closing: (() => Promise<unknown>)[] = [];
let server: FakeApiServer;
let client: KubeClient;

async function serve(options: FakeApiServerOptions = {}): Promise<void> {
  server = await startFakeApiServer(options);
  closing.push(server.close);
  server.store.install(ingresses);
  client = testClient(server.url);
  closing.unshift(client.close);
}

function put(name: string, fields: object = {}): void {
  server.store.put(ingresses, { namespace: 'shop', name, ...fields });
}

function remove(name: string): void {
  server.store.remove(ingresses, name, 'shop');
}

async function run(options: Partial<ReflectorOptions<Kept>> = {}): Promise<Followed> {
  const followed = follow(client, { timing: quick, ...options });
  closing.unshift(followed.reflector.stop);
  followed.reflector.start();
  await followed.reflector.settled;
  return followed;
}

/** Failures are retried at once, as far as tests go. */
const quick = { minBackoff: 0.02, maxBackoff: 0.1, unknownPoll: 0.1, confirmDeletions: 0.1 };

async function inStep(followed: Followed): Promise<void> {
  await eventually(
    () => JSON.stringify(cached(followed)) === JSON.stringify(stored(server.store)),
    `${JSON.stringify(cached(followed))} becomes ${JSON.stringify(stored(server.store))}`,
  );
  await eventually(() => followed.replayed.size === followed.reflector.size(), 'all changes are told');
  expect(Object.fromEntries(followed.replayed)).toEqual(
    Object.fromEntries([...followed.reflector.list()].map((kept) => [kept.key, kept])),
  );
}

function watches(): readonly LoggedRequest[] {
  return server.requests.filter(({ query }) => query['watch'] === 'true');
}

function lists(): readonly LoggedRequest[] {
  return server.requests.filter(({ query }) => query['watch'] === undefined || query['sendInitialEvents'] === 'true');
}

beforeEach(() => serve());

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('createReflector: list and watch', () => {
  it('begins with a streaming list, and goes on with the same connection as a watch', async () => {
    put('a');
    put('b');
    const followed = await run();
    expect([followed.reflector.size(), followed.states]).toEqual([2, ['Synced']]);
    put('c');
    put('a', { text: 'new' });
    remove('b');
    await inStep(followed);
    expect(followed.changes).toEqual([
      'Added shop/a',
      'Added shop/b',
      'Added shop/c',
      'Modified shop/a',
      'Deleted shop/b',
    ]);
    expect(server.requests.map(({ query }) => query)).toEqual([
      {
        watch: 'true',
        sendInitialEvents: 'true',
        resourceVersionMatch: 'NotOlderThan',
        allowWatchBookmarks: 'true',
        timeoutSeconds: expect.stringMatching(/^[3-6]\d\d$/),
      },
    ]);
    expect(followed.reflector.get('shop/a')?.text).toBe('new');
    expect([followed.reflector.has('shop/b'), followed.reflector.get('shop/b')]).toEqual([false, undefined]);
  });

  it('an empty list is a list', async () => {
    const followed = await run();
    expect([followed.reflector.state(), followed.changes]).toEqual([{ status: 'Synced' }, []]);
  });

  it('selectors and namespace are part of each request', async () => {
    await run({ namespace: 'shop', labelSelector: 'a=b', fieldSelector: 'metadata.name=x' });
    server.endWatches('Cleanly');
    await eventually(() => watches().length === 2, 'the watch is opened again');
    for (const request of server.requests) {
      expect(request.path).toBe('/apis/networking.k8s.io/v1/namespaces/shop/ingresses');
      expect(request.query).toMatchObject({ labelSelector: 'a=b', fieldSelector: 'metadata.name=x' });
    }
  });

  it('a server that refuses streaming lists is asked for pages of 500, from then on', async () => {
    await serve({ streamingLists: 'Refused' });
    for (let index = 0; index < 1200; index += 1) put(`web-${index}`);
    const followed = await run();
    expect([followed.reflector.size(), followed.problems]).toEqual([1200, []]);
    expect(lists().map(({ query }) => [query['limit'], query['continue'] === undefined])).toEqual([
      [undefined, true],
      ['500', true],
      ['500', false],
      ['500', false],
    ]);
    put('late');
    await inStep(followed);
    server.store.compact();
    server.endWatches('Abruptly');
    put('later');
    server.store.compact();
    await inStep(followed);
    expect(server.requests.filter(({ query }) => query['sendInitialEvents'] === 'true')).toHaveLength(1);
  });

  it('a server that does not know streaming lists is asked for pages after a silence', async () => {
    await serve({ streamingLists: 'Ignored' });
    put('a');
    const followed = await run({ clock: createFastClock(100), timing: {} });
    put('b');
    await inStep(followed);
    expect(followed.problems).toEqual(['Timeout']);
  });

  it('objects of pages look like those of a watch', async () => {
    await serve({ streamingLists: 'Refused' });
    put('a');
    const seen: unknown[] = [];
    await run({
      transform: (object) => {
        seen.push([object.apiVersion, object.kind]);
        return undefined;
      },
    });
    put('b');
    await eventually(() => seen.length === 2, 'both are seen');
    expect(seen).toEqual(Array(2).fill(['networking.k8s.io/v1', 'Ingress']));
  });

  it('a watch that ends is opened again where it ended, without a list', async () => {
    put('a');
    const followed = await run();
    for (let round = 1; round <= 3; round += 1) {
      put(`web-${round}`);
      await inStep(followed);
      server.endWatches('Cleanly');
      put(`gap-${round}`);
      await inStep(followed);
    }
    expect(lists()).toHaveLength(1);
    expect(new Set(followed.changes).size).toBe(followed.changes.length);
  });

  it('bookmarks move on where a watch begins again', async () => {
    const followed = await run();
    server.store.setVersion(5000);
    server.bookmark();
    await eventually(() => followed.reflector.resourceVersion() === '5000', 'the bookmark is taken');
    server.store.compact();
    server.endWatches('Cleanly');
    await eventually(() => watches().length === 2, 'the watch is opened again');
    expect([watches()[1]?.query['resourceVersion'], lists().length]).toEqual(['5000', 1]);
  });

  it('watches end at times that are spread', async () => {
    await run({ timing: { ...quick, watch: 300 } });
    for (let round = 2; round < 12; round += 1) {
      server.bookmark();
      server.endWatches('Cleanly');
      await eventually(() => watches().length === round, 'the watch is opened again');
      await eventually(() => server.openWatches() === 1, 'it is open');
    }
    const times = watches().map(({ query }) => Number(query['timeoutSeconds']));
    expect([Math.min(...times) >= 300, Math.max(...times) <= 600, new Set(times).size > 5]).toEqual([true, true, true]);
  });

  it('a watch that ends at once, again and again, is opened less and less often', async () => {
    await run({ timing: { ...quick, maxBackoff: 10 } });
    server.setFault(() => ({ raw: '', end: 'Cleanly' }));
    server.endWatches('Cleanly');
    await wait(1000);
    expect(server.requests.length).toBeLessThan(30);
  });

  it('nothing that is kept is as if it were not there', async () => {
    put('a', { text: 'hidden' });
    put('b');
    const followed = await run({
      transform: ({ metadata, text }) =>
        text === 'hidden' ? undefined : { key: metadata.name, uid: '', version: '', text },
      onChanges: (changes) => told.push(...changes.map(({ type, key }) => `${type} ${key}`)),
    });
    const told: string[] = [];
    put('a');
    put('b', { text: 'hidden' });
    await eventually(() => followed.reflector.has('shop/a') && !followed.reflector.has('shop/b'), 'they change places');
    await wait(10);
    expect(told).toEqual(['Added shop/a', 'Deleted shop/b']);
  });
});

describe('createReflector: identity and order', () => {
  it('another uid is a deletion and an addition, in a watch', async () => {
    put('a');
    const followed = await run();
    server.store.put(ingresses, { namespace: 'shop', name: 'a', uid: 'other' });
    await inStep(followed);
    expect(followed.changes).toEqual(['Added shop/a', 'Deleted shop/a', 'Added shop/a']);
  });

  it('another uid is a deletion and an addition, across a list', async () => {
    put('a');
    const followed = await run();
    server.setFault(() => 'Reset');
    server.endWatches('Abruptly');
    await eventually(() => server.openWatches() === 0, 'the watch is gone');
    remove('a');
    put('a');
    server.store.compact();
    server.setFault(() => undefined);
    await inStep(followed);
    expect(followed.changes).toEqual(['Added shop/a', 'Deleted shop/a', 'Added shop/a']);
  });

  it('older events that come again change nothing, and bring nothing back', async () => {
    put('a', { text: 'one' });
    put('b');
    const [old] = server.store.objects(ingresses);
    const followed = await run();
    put('a', { text: 'two' });
    remove('b');
    await inStep(followed);
    const before = [...followed.changes];
    const gone = { ...old, metadata: { ...old?.metadata, name: 'b', uid: 'uid-2', resourceVersion: '102' } };
    for (const object of [old, gone]) {
      for (const type of ['ADDED', 'MODIFIED', 'DELETED']) server.sendRaw(`${JSON.stringify({ type, object })}\n`);
    }
    put('c');
    await inStep(followed);
    expect(followed.changes).toEqual([...before, 'Added shop/c']);
  });

  it('a list that is older than what was seen is refused, and believed only after a time', async () => {
    await serve({ streamingLists: 'Refused' });
    put('a');
    const followed = await run({ timing: { ...quick, distrustOlder: 1 } });
    put('b');
    await inStep(followed);
    server.setFault(({ query }) => (query['watch'] === 'true' ? statusBody(410, 'Expired') : undefined));
    server.store.remove(ingresses, 'b', 'shop');
    server.store.setVersion(50);
    const started = performance.now();
    server.endWatches('Abruptly');
    await eventually(() => followed.problems.includes('BadAnswer'), 'the old list is refused');
    expect(followed.reflector.has('shop/b')).toBe(true);
    server.setFault(() => undefined);
    await inStep(followed);
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  it('a bookmark that is older than what was seen is a reason to list', async () => {
    const followed = await run();
    put('a');
    await inStep(followed);
    server.bookmark(5);
    await eventually(() => followed.reflector.counts().lists === 2, 'it is listed');
    expect(followed.reflector.resourceVersion()).toBe(String(server.store.version()));
  });
});

describe('createReflector: failures', () => {
  it('a version that expired is listed once, and deletions of the gap are noticed', async () => {
    put('a');
    put('b');
    const followed = await run();
    server.setFault(() => ({ status: 500 }));
    server.endWatches('Cleanly');
    await eventually(() => followed.reflector.counts().failures > 0, 'it asks again');
    remove('a');
    put('c');
    server.store.compact();
    server.setFault(() => undefined);
    await inStep(followed);
    expect(followed.changes.slice(2)).toEqual(['Deleted shop/a', 'Added shop/c']);
    expect(followed.reflector.counts().lists).toBe(2);
  });

  it.each(['Answer', 'Event'])('expired as an %s: one list, no delay', async (way) => {
    put('a');
    const followed = await run({ timing: { ...quick, minBackoff: 60, maxBackoff: 60 } });
    const expired = { type: 'ERROR', object: statusBody(410, 'Expired').body };
    if (way === 'Event') {
      server.sendRaw(`${JSON.stringify(expired)}\n`);
    } else {
      server.store.setVersion(server.store.version() + 10);
      server.store.compact();
      server.endWatches('Cleanly');
    }
    await eventually(() => followed.reflector.counts().lists === 2, 'it is listed again');
    await wait(50);
    expect([lists().length, followed.changes]).toEqual([2, ['Added shop/a']]);
  });

  it('versions that expire all the time are not listed all the time', async () => {
    await run({ timing: { ...quick, minBackoff: 0.2, maxBackoff: 10 } });
    server.setFault(() => statusBody(410, 'Expired'));
    server.endWatches('Cleanly');
    await wait(1000);
    expect(server.requests.length).toBeLessThan(12);
  });

  it.each([1, 2])(
    'a continue token that expired %s times: the list begins again, and is read at last',
    async (times) => {
      await serve({ streamingLists: 'Refused' });
      for (let index = 0; index < 700; index += 1) put(`web-${index}`);
      let left = times;
      server.setFault(({ query }) => {
        if (query['continue'] !== undefined && left > 0) {
          left -= 1;
          server.store.put(ingresses, { namespace: 'shop', name: `more-${left}` });
          server.store.compact();
        }
        return undefined;
      });
      const followed = await run({ timing: { ...quick, minBackoff: 60, maxBackoff: 60 } });
      await inStep(followed);
      expect([followed.reflector.size(), followed.problems]).toEqual([700 + times, Array(times).fill('Expired')]);
      expect(followed.changes).toHaveLength(700 + times);
    },
  );

  it.each([
    { name: 'ERROR 500', line: JSON.stringify({ type: 'ERROR', object: statusBody(500, 'InternalError').body }) },
    { name: 'ERROR without code', line: JSON.stringify({ type: 'ERROR', object: { message: 'x' } }) },
    { name: 'ERROR without object', line: JSON.stringify({ type: 'ERROR' }) },
    { name: 'no JSON', line: '{"type":"ADDED","object":{' },
    { name: 'no event', line: '[]' },
    { name: 'an unknown type', line: JSON.stringify({ type: 'MOVED', object: {} }) },
    { name: 'an object without metadata', line: JSON.stringify({ type: 'ADDED', object: { kind: 'Ingress' } }) },
    { name: 'a bookmark without version', line: JSON.stringify({ type: 'BOOKMARK', object: {} }) },
  ])('a watch that says nonsense is opened again: $name', async ({ line }) => {
    put('a');
    const followed = await run();
    server.sendRaw(`${line}\n`);
    await eventually(() => watches().length === 2, 'the watch is opened again');
    put('b');
    await inStep(followed);
    expect([lists().length, followed.changes, followed.problems.length]).toEqual([
      1,
      ['Added shop/a', 'Added shop/b'],
      1,
    ]);
  });

  it('an event that can never be read is overcome by a list', async () => {
    put('a');
    const followed = await run();
    const nonsense = { raw: '{"type":"ADDED","object":{}}\n', end: 'Open' } as const;
    server.setFault(({ query }) => (query['resourceVersion'] === undefined ? undefined : nonsense));
    put('b');
    await inStep(followed);
    server.endWatches('Cleanly');
    await eventually(() => followed.reflector.counts().lists === 2, 'it is listed again');
  });

  it.each(['Cleanly', 'Abruptly'] as const)('a streaming list that breaks off changes nothing: %s', async (end) => {
    put('a');
    const followed = await run();
    put('b');
    await inStep(followed);
    let broken = 0;
    server.setFault(({ query }) => {
      if (query['sendInitialEvents'] !== 'true') return statusBody(410, 'Expired');
      broken += 1;
      return broken > 2
        ? undefined
        : { raw: `${JSON.stringify({ type: 'ADDED', object: server.store.objects(ingresses)[0] })}\n`, end };
    });
    server.endWatches('Cleanly');
    await eventually(() => followed.reflector.counts().lists === 2, 'it is listed at last');
    expect([broken, followed.changes]).toEqual([3, ['Added shop/a', 'Added shop/b']]);
  });

  it('lines that are cut anywhere make no difference', async () => {
    await serve({ splitEvery: 3 });
    put('a', { text: '東京 🚀 é' });
    const followed = await run();
    put('b', { text: '\n"\\' });
    remove('a');
    await inStep(followed);
    expect([followed.reflector.get('shop/b')?.text, followed.problems]).toEqual(['\n"\\', []]);
  });

  it.each([
    { status: 429, reason: 'TooManyRequests' },
    { status: 503, reason: 'Unavailable' },
  ])('Retry-After of $status is waited for', async ({ status, reason }) => {
    const followed = await run();
    let refused = 0;
    server.setFault(() => {
      refused += 1;
      return refused > 1 ? undefined : { status, headers: { 'retry-after': '1' } };
    });
    server.endWatches('Cleanly');
    await eventually(() => watches().length === 3, 'it asks again');
    const [, second, third] = watches().map(({ at }) => at);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(990);
    expect(followed.problems).toEqual([reason]);
  });
});

describe('createReflector: kinds that are not known', () => {
  it('a kind that is not installed is unknown, and picked up when it is', async () => {
    server.store.uninstall(ingresses);
    const followed = await run();
    expect(followed.reflector.state()).toMatchObject({ status: 'Unknown', reason: 'NotInstalled' });
    expect(await Promise.race([followed.reflector.synced, wait(50)])).toBeUndefined();
    server.store.install(ingresses);
    put('a');
    expect(await followed.reflector.synced).toEqual({ status: 'Synced' });
    expect([followed.states, followed.changes, followed.problems]).toEqual([
      ['NotInstalled', 'Synced'],
      ['Added shop/a'],
      [],
    ]);
  });

  it('a kind that RBAC hides keeps what was known, and nothing is deleted', async () => {
    put('a');
    put('b');
    const followed = await run();
    server.setFault(() => statusBody(403, 'Forbidden'));
    server.endWatches('Cleanly');
    await eventually(() => followed.states.includes('Hidden'), 'it is hidden');
    remove('a');
    await wait(250);
    expect([followed.reflector.size(), followed.changes.length]).toEqual([2, 2]);
    server.setFault(() => undefined);
    await inStep(followed);
    expect([followed.states, followed.changes.at(-1)]).toEqual([['Synced', 'Hidden', 'Synced'], 'Deleted shop/a']);
  });

  it('a kind that goes away keeps what was known until it is there again', async () => {
    put('a');
    put('b');
    const followed = await run();
    server.store.uninstall(ingresses);
    server.endWatches('Cleanly');
    await eventually(() => followed.states.includes('NotInstalled'), 'it is gone');
    expect([followed.reflector.size(), followed.changes]).toEqual([2, ['Added shop/a', 'Added shop/b']]);
    server.store.install(ingresses);
    put('b');
    await inStep(followed);
    expect(followed.changes.slice(2)).toEqual(['Deleted shop/a', 'Deleted shop/b', 'Added shop/b']);
  });

  it('Confirmed: deletions that come because the kind is deleted are not told', async () => {
    put('a');
    put('b');
    const followed = await run({ deletions: 'Confirmed' });
    server.store.terminate(ingresses);
    remove('a');
    remove('b');
    await eventually(() => followed.states.includes('Terminating'), 'it is seen that the kind goes');
    server.store.uninstall(ingresses);
    server.endWatches('Cleanly');
    await eventually(() => followed.states.includes('NotInstalled'), 'it is gone');
    expect([followed.reflector.size(), followed.changes]).toEqual([2, ['Added shop/a', 'Added shop/b']]);
    server.store.install(ingresses);
    put('a');
    await inStep(followed);
    expect(followed.states.at(-1)).toBe('Synced');
  });

  it('Confirmed: other deletions are told after a moment, also those that a list tells', async () => {
    put('a');
    put('b');
    const followed = await run({ deletions: 'Confirmed' });
    remove('a');
    await wait(30);
    expect(followed.reflector.has('shop/a')).toBe(true);
    await inStep(followed);
    server.setFault(() => 'Reset');
    server.endWatches('Abruptly');
    await eventually(() => server.openWatches() === 0, 'the watch is gone');
    remove('b');
    server.store.compact();
    server.setFault(() => undefined);
    await inStep(followed);
    expect([followed.changes.slice(2), followed.states]).toEqual([['Deleted shop/a', 'Deleted shop/b'], ['Synced']]);
  });

  it('Confirmed: an object that is there again is another one, and stays', async () => {
    put('a');
    const followed = await run({ deletions: 'Confirmed' });
    remove('a');
    put('a');
    await inStep(followed);
    await wait(300);
    expect([followed.reflector.size(), followed.changes]).toEqual([
      1,
      ['Added shop/a', 'Deleted shop/a', 'Added shop/a'],
    ]);
  });

  it('Confirmed: while nobody can say, nothing is deleted', async () => {
    put('a');
    const followed = await run({ deletions: 'Confirmed' });
    server.setFault(({ path }) => (path.endsWith('/v1') ? { status: 500 } : undefined));
    remove('a');
    await wait(400);
    expect(followed.reflector.has('shop/a')).toBe(true);
    server.setFault(() => undefined);
    await inStep(followed);
  });
});

describe('createReflector: handlers', () => {
  it('what a handler throws is reported, and ends nothing', async () => {
    put('a');
    const followed = await run({
      onChanges: () => {
        throw new Error('changes');
      },
      onState: () => {
        throw new Error('state');
      },
    });
    put('b');
    await eventually(() => followed.reflector.size() === 2, 'it goes on');
    await eventually(() => followed.problems.length === 3, 'all are reported');
    expect(followed.problems).toEqual(['changes', 'state', 'changes']);
  });

  it('who reports may throw, too', async () => {
    const followed = await run({
      onChanges: () => {
        throw new Error('changes');
      },
      onProblem: () => {
        throw new Error('problem');
      },
    });
    put('a');
    put('b');
    await eventually(() => followed.reflector.size() === 2, 'it goes on');
  });

  it('an object that cannot be transformed keeps its former state, and others are not concerned', async () => {
    put('a', { text: 'good' });
    const followed = await run({
      transform: ({ metadata, text }) => {
        if (text === 'bad') throw new Error('bad');
        return { key: metadata.name, uid: '', version: '', text };
      },
    });
    put('a', { text: 'bad' });
    put('b', { text: 'bad' });
    put('c');
    await eventually(() => followed.reflector.has('shop/c'), 'it goes on');
    expect([followed.reflector.get('shop/a')?.text, followed.reflector.has('shop/b')]).toEqual(['good', false]);
  });

  it('changes come together, some hundred at once at most', async () => {
    for (let index = 0; index < 1200; index += 1) put(`web-${index}`);
    const followed = await run();
    await inStep(followed);
    expect(Math.max(...followed.batches)).toBeLessThan(510);
    expect(followed.batches.length).toBeLessThan(200);
  });

  it('stop: no handler is called any more, and nothing is left open', async () => {
    put('a');
    const followed = await run();
    for (let index = 0; index < 50; index += 1) put(`web-${index}`);
    await eventually(() => followed.reflector.size() > 5, 'some have arrived');
    const told = followed.changes.length;
    const stopped = followed.reflector.stop();
    put('z');
    await stopped;
    await eventually(() => server.openWatches() === 0, 'the watch is closed');
    await wait(50);
    expect([followed.changes.length, followed.states, followed.problems]).toEqual([told, ['Synced'], []]);
    expect(followed.reflector.state()).toEqual({ status: 'Stopped' });
    followed.reflector.start();
    await wait(20);
    expect(watches()).toHaveLength(1);
  });

  it('stop: while it lists, waits, or looks for a kind, it ends at once', async () => {
    const started = performance.now();
    const slow = { minBackoff: 60, maxBackoff: 60, unknownPoll: 60 };
    for (const fault of ['Hang', 'Reset', { status: 404 }] as const) {
      server.setFault(() => fault);
      const followed = follow(client, { timing: slow });
      followed.reflector.start();
      const before = server.requests.length;
      await eventually(() => server.requests.length > before, 'it asks');
      await wait(20);
      await followed.reflector.stop();
      expect(await followed.reflector.synced).toEqual({ status: 'Stopped' });
      expect((await followed.reflector.settled).status).not.toBe('Synced');
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('stop: a reflector that was never started ends, too', async () => {
    const followed = follow(client);
    await followed.reflector.stop();
    expect(await followed.reflector.settled).toEqual({ status: 'Stopped' });
  });

  it('lastContact: the age of what was heard last', async () => {
    const idle = follow(client);
    expect(idle.reflector.lastContact()).toBeUndefined();
    const followed = await run();
    await wait(120);
    expect(followed.reflector.lastContact()).toBeGreaterThanOrEqual(0.1);
    server.bookmark();
    await eventually(() => (followed.reflector.lastContact() ?? 1) < 0.1, 'the bookmark is heard');
    await idle.reflector.stop();
  });

  it.each(['Stream', 'Pages'])(
    'ten thousand objects do not block the event loop: %s',
    { timeout: 60_000 },
    async (way) => {
      const objects = Array.from({ length: 10_000 }, (_, index) => ({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'Ingress',
        metadata: { namespace: 'shop', name: `web-${index}`, uid: `uid-${index}`, resourceVersion: '7' },
        text: 'x'.repeat(1000),
      }));
      // Written beforehand, since the fake works in the same event loop.
      const end = { metadata: { resourceVersion: '9', annotations: { 'k8s.io/initial-events-end': 'true' } } };
      const events = [...objects.map((object) => ({ type: 'ADDED', object })), { type: 'BOOKMARK', object: end }];
      const raw = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
      const pages = Array.from({ length: 20 }, (_, page) =>
        JSON.stringify({
          metadata: { resourceVersion: '9', ...(page < 19 ? { continue: String(page + 1) } : {}) },
          items: objects.slice(page * 500, page * 500 + 500),
        }),
      );
      server.setFault(({ query }) => {
        if (query['watch'] === undefined) return { status: 200, body: pages[Number(query['continue'] ?? 0)] };
        if (query['sendInitialEvents'] === undefined) return 'Hang';
        return way === 'Stream' ? { raw, end: 'Open' } : statusBody(422, 'Invalid');
      });
      const turns: number[] = [];
      // The best of three: the first compiles what the others use, and a machine that is busy makes work longer.
      while (turns.length < 3 && turns.every((longest) => longest >= 50)) {
        const followed = follow(client, { onChanges: () => undefined });
        closing.unshift(followed.reflector.stop);
        const longest = startTurnMeter();
        followed.reflector.start();
        await followed.reflector.synced;
        turns.push(longest());
        expect(followed.reflector.size()).toBe(10_000);
        await followed.reflector.stop();
      }
      expect(Math.min(...turns)).toBeLessThan(50);
    },
  );
});

/** Milliseconds of work in the longest turn of the event loop; processor time, as others use the machine, too. */
function startTurnMeter(): () => number {
  const used = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let longest = 0;
  let last = used();
  const timer = setInterval(() => {
    const now = used();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  return () => {
    clearInterval(timer);
    return longest;
  };
}
