import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createKubeClient } from '../../src/kube/http-client.ts';
import type { KubeCall, KubeClient } from '../../src/kube/kube-client.ts';
import { KubeError } from '../../src/kube/kube-error.ts';
import { collectionPath, objectPath } from '../../src/kube/resource-path.ts';
import {
  type FakeApiServer,
  type FakeApiServerOptions,
  type Fault,
  startFakeApiServer,
} from '../support/fake-api-server.ts';
import { createFastClock } from '../support/fake-clock.ts';
import { startHttpProxy, startSocksProxy } from '../support/forward-proxy.ts';
import { eventually, ingresses, plainAccess, testClient, wait } from '../support/kube-fixture.ts';
import { startTcpRelay } from '../support/tcp-relay.ts';
import { makeThrowawayCertificate, type ThrowawayCertificate } from '../support/throwaway-certificate.ts';

const list: KubeCall = { method: 'GET', path: collectionPath(ingresses) };
const watch: KubeCall = { ...list, query: { watch: 'true' } };
const patch: KubeCall = {
  method: 'PATCH',
  path: objectPath(ingresses, { namespace: 'shop', name: 'web' }),
  body: { metadata: { labels: { a: 'b' } } },
  contentType: 'application/merge-patch+json',
};

const closing: (() => Promise<unknown>)[] = [];
let certificate: ThrowawayCertificate;
let server: FakeApiServer;
let client: KubeClient;

async function start(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const started = await startFakeApiServer(options);
  closing.push(started.close);
  started.store.install(ingresses);
  return started;
}

function keep(made: KubeClient): KubeClient {
  closing.unshift(made.close);
  return made;
}

/** The first so many requests fail. */
function failFirst(count: number, fault: Fault): void {
  let left = count;
  server.setFault(() => {
    left -= 1;
    return left >= 0 ? fault : undefined;
  });
}

async function failureOf(call: Promise<unknown>): Promise<KubeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

async function read(stream: AsyncIterable<unknown>, values: unknown[] = []): Promise<readonly unknown[]> {
  for await (const value of stream) values.push(value);
  return values;
}

beforeEach(async () => {
  certificate ??= await makeThrowawayCertificate();
  server = await start();
  client = keep(testClient(server.url, { clock: createFastClock(20) }));
});

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('send', () => {
  it('send: gives the JSON of the answer, and sends JSON', async () => {
    server.store.put(ingresses, { namespace: 'shop', name: 'web' });
    expect(await client.send(patch)).toMatchObject({ metadata: { labels: { a: 'b' } } });
    const [request] = server.requests;
    expect(request).toMatchObject({
      method: 'PATCH',
      body: patch.body,
      headers: { 'content-type': 'application/merge-patch+json', 'user-agent': 'test' },
    });
  });

  it('send: query values are escaped', async () => {
    await client.send({ ...list, query: { labelSelector: 'a in (b, c),d=é&x' } });
    expect(server.requests[0]?.query).toEqual({ labelSelector: 'a in (b, c),d=é&x' });
  });

  it('send: a path of the server URL comes first', async () => {
    const behind = keep(testClient(`${server.url}/k8s/clusters/c-1`));
    await failureOf(behind.send(list));
    expect(server.requests[0]?.path).toBe(`/k8s/clusters/c-1${list.path}`);
  });

  it('send: an empty answer is undefined', async () => {
    server.setFault(() => ({ raw: '', end: 'Cleanly' }));
    expect(await client.send(list)).toBeUndefined();
  });

  it.each<{ name: string; fault: Fault; reason: string }>([
    { name: 'Status', fault: { status: 404, body: { kind: 'Status', reason: 'NotFound' } }, reason: 'NotFound' },
    { name: 'text', fault: { status: 403, body: 'no' }, reason: 'Forbidden' },
    { name: 'no JSON', fault: { status: 200, body: '<html>' }, reason: 'BadAnswer' },
    { name: 'JSON cut short', fault: { raw: '{"items":[{"a', end: 'Cleanly' }, reason: 'BadAnswer' },
    { name: 'redirect', fault: { status: 302, headers: { location: 'https://elsewhere' } }, reason: 'BadAnswer' },
  ])('send: an answer that is none of success is an error: $name', async ({ fault, reason }) => {
    server.setFault(() => fault);
    expect((await failureOf(client.send(list))).reason).toBe(reason);
  });

  it('send: an answer that breaks off is an error', async () => {
    server.setFault(() => ({ raw: '{"items":[', end: 'Abruptly' }));
    expect((await failureOf(client.send({ ...list, method: 'DELETE' }))).reason).toBe('Unreachable');
  });

  it('send: nobody listens', async () => {
    await server.kill();
    const error = await failureOf(client.send(list));
    expect([error.reason, error.retry, error.status]).toEqual(['Unreachable', 'Soon', 0]);
  });

  it('send: an answer larger than it may be is refused, packed or not', async () => {
    const small = keep(testClient(server.url, { maxBytes: 1000 }));
    server.setFault(() => ({ status: 200, body: { text: 'x'.repeat(10_000) } }));
    expect((await failureOf(small.send(list))).reason).toBe('TooLarge');
    const packing = await start({ gzip: true });
    for (let index = 0; index < 100; index += 1) {
      packing.store.put(ingresses, { namespace: 'shop', name: `web-${index}` });
    }
    expect((await failureOf(keep(testClient(packing.url, { maxBytes: 5000 })).send(list))).reason).toBe('TooLarge');
  });

  it('send: takes packed answers', async () => {
    const packing = await start({ gzip: true });
    packing.store.put(ingresses, { namespace: 'shop', name: 'web' });
    expect(await keep(testClient(packing.url)).send(list)).toMatchObject({ items: [{ metadata: { name: 'web' } }] });
  });

  it('send: a server that does not answer is given up', async () => {
    server.setFault(() => 'Hang');
    const hasty = keep(testClient(server.url, { timeout: 0.2 }));
    expect((await failureOf(hasty.send(list))).reason).toBe('Timeout');
  });

  it('send: the signal ends a call, before and while it is sent', async () => {
    server.setFault(() => 'Hang');
    expect((await failureOf(client.send({ ...list, signal: AbortSignal.abort() }))).reason).toBe('Aborted');
    const controller = new AbortController();
    const call = failureOf(client.send({ ...list, signal: controller.signal }));
    await eventually(() => server.requests.length === 1, 'the request arrives');
    controller.abort(new KubeError('Timeout', 'too long'));
    expect((await call).reason).toBe('Timeout');
  });

  it('send: after close nothing is sent, and what is under way fails', async () => {
    server.setFault(() => 'Hang');
    const call = failureOf(client.send(list));
    await eventually(() => server.requests.length === 1, 'the request arrives');
    await client.close();
    expect((await call).reason).toBe('Aborted');
    expect((await failureOf(client.send(list))).reason).toBe('Aborted');
    expect(server.requests).toHaveLength(1);
  });
});

describe('repeats', () => {
  const busy: Fault = { status: 429, headers: { 'retry-after': '1' }, body: { reason: 'TooManyRequests' } };
  const away: Fault = { status: 503, headers: { 'retry-after': '1' } };

  it('send: a read waits as long as it is asked to, three times', async () => {
    const clock = createFastClock(10);
    const patient = keep(createKubeClient(plainAccess(server.url), { userAgent: 'test', clock }));
    failFirst(3, busy);
    await patient.send(list);
    const times = server.requests.map(({ at }) => at);
    expect(times).toHaveLength(4);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(95);
    failFirst(4, busy);
    const error = await failureOf(patient.send(list));
    expect([error.reason, error.retryAfter]).toEqual(['TooManyRequests', 1]);
  });

  it.each<{ name: string; call: KubeCall; fault: Fault; sent: number }>([
    { name: '429 without Retry-After', call: list, fault: { status: 429 }, sent: 2 },
    { name: '503', call: list, fault: away, sent: 2 },
    { name: '503 without Retry-After', call: list, fault: { status: 503 }, sent: 1 },
    { name: 'too long', call: list, fault: { ...busy, headers: { 'retry-after': '6' } }, sent: 1 },
    { name: 'another error', call: list, fault: { status: 500, headers: { 'retry-after': '1' } }, sent: 1 },
    { name: 'a write without permit', call: patch, fault: busy, sent: 1 },
    { name: 'a write with permit', call: { ...patch, permit: () => true }, fault: busy, sent: 2 },
    { name: '503 of a write', call: { ...patch, permit: () => true }, fault: away, sent: 2 },
    {
      name: '503 of what is not idempotent',
      call: { ...list, method: 'POST', body: { metadata: { name: 'x' } }, permit: () => true },
      fault: away,
      sent: 1,
    },
    { name: 'a read whose connection broke', call: list, fault: 'Reset', sent: 2 },
    { name: 'a write whose connection broke', call: { ...patch, permit: () => true }, fault: 'Reset', sent: 1 },
  ])('send: repeats only what is safe: $name', async ({ call, fault, sent }) => {
    server.store.put(ingresses, { namespace: 'shop', name: 'web' });
    failFirst(1, fault);
    await client.send(call).catch(() => undefined);
    expect(server.requests).toHaveLength(sent);
  });

  it('send: a permit that ends while it waits ends the call', async () => {
    let permitted = true;
    failFirst(1, busy);
    const call = failureOf(client.send({ ...patch, permit: () => permitted }));
    await eventually(() => server.requests.length === 1, 'the request arrives');
    permitted = false;
    expect((await call).reason).toBe('Aborted');
    expect(server.requests).toHaveLength(1);
  });

  it('send: a permit is asked when the request is written, not when it is asked for', async () => {
    const relay = await startTcpRelay(Number(new URL(server.url).port));
    closing.push(relay.close);
    let permitted = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = createKubeClient(
      plainAccess(`http://127.0.0.1:${relay.port}`, {
        credentials: async () => {
          await promise;
          return { headers: {}, tls: {} };
        },
      }),
      { userAgent: 'test' },
    );
    keep(slow);
    const call = failureOf(slow.send({ ...patch, permit: () => permitted }));
    permitted = false;
    resolve();
    expect((await call).reason).toBe('Aborted');
    expect(server.requests).toEqual([]);
  });

  it('send: the signal ends a wait', async () => {
    failFirst(1, { ...busy, headers: { 'retry-after': '5' } });
    const controller = new AbortController();
    const real = keep(testClient(server.url));
    const call = failureOf(real.send({ ...list, signal: controller.signal }));
    await eventually(() => server.requests.length === 1, 'the request arrives');
    await wait(20);
    controller.abort();
    expect((await call).reason).toBe('Aborted');
  });
});

describe('credentials', () => {
  it('send: a refused token is got anew once', async () => {
    let token = 'old';
    const forgotten: string[] = [];
    const access = plainAccess(server.url, {
      credentials: () => Promise.resolve({ headers: { authorization: `Bearer ${token}` }, tls: {} }),
      forget: () => {
        forgotten.push(token);
        token = 'new';
      },
    });
    server.setFault(({ headers }) => (headers['authorization'] === 'Bearer old' ? { status: 401 } : undefined));
    const own = keep(createKubeClient(access, { userAgent: 'test' }));
    await own.send(list);
    token = 'old';
    await own.stream(watch);
    server.setFault(() => ({ status: 401 }));
    const error = await failureOf(own.send(list));
    expect([error.reason, forgotten, server.requests.length]).toEqual(['Unauthorized', ['old', 'old', 'new'], 6]);
  });

  it('errors hold no token', async () => {
    const access = plainAccess(server.url, {
      credentials: () => Promise.resolve({ headers: { authorization: 'Bearer s3cr3t' }, tls: {} }),
    });
    const own = keep(createKubeClient(access, { userAgent: 'test' }));
    for (const fault of [{ status: 403 }, { status: 200, body: '{' }, 'Reset'] as const) {
      server.setFault(() => fault);
      const error = await failureOf(own.send({ ...list, method: 'DELETE' }));
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('s3cr3t');
    }
  });
});

describe('connections', () => {
  it.each([
    { name: 'HTTP/2', http1: false, most: 1 },
    { name: 'HTTP/1.1 when there is no other', http1: true, most: 30 },
  ])('connections: calls and watches share them: $name', async ({ http1, most }) => {
    const secure = await start({ certificate, http1 });
    const own = keep(trustingClient(secure.url, () => certificate.cert));
    const streams = await Promise.all(Array.from({ length: 20 }, () => own.stream(watch)));
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => own.send(list)));
    }
    expect([streams.length, secure.openWatches()]).toEqual([20, 20]);
    expect(secure.connections()).toBeLessThanOrEqual(most);
  });

  it('connections: a server that is not trusted is not spoken to', async () => {
    const secure = await start({ certificate });
    const stranger = await makeThrowawayCertificate();
    const error = await failureOf(keep(trustingClient(secure.url, () => stranger.cert)).send(list));
    expect([error.reason, error.retry, secure.requests]).toEqual(['NoAccess', 'Later', []]);
  });

  it('connections: another CA takes effect with the next call, and watches under way go on', async () => {
    const secure = await start({ certificate });
    let ca = certificate.cert;
    const own = keep(trustingClient(secure.url, () => ca));
    const events: unknown[] = [];
    const reading = failureOf(read(await own.stream(watch), events));
    await own.send(list);
    ca = (await makeThrowawayCertificate()).cert;
    expect((await failureOf(own.send(list))).reason).toBe('NoAccess');
    ca = `${certificate.cert}\n${ca}`;
    await own.send(list);
    secure.store.put(ingresses, { namespace: 'shop', name: 'web' });
    await eventually(() => events.length === 1, 'the event arrives');
    await own.close();
    expect((await reading).reason).toBe('Aborted');
  });

  it('connections: a half-open one is left for a new one when a watch was given up for its silence', async () => {
    const secure = await start({ certificate });
    const relay = await startTcpRelay(Number(new URL(secure.url).port));
    closing.push(relay.close);
    const clock = createFastClock(1000);
    const own = keep(trustingClient(`https://127.0.0.1:${relay.port}`, () => certificate.cert, { clock }));
    const silence = new AbortController();
    const reading = failureOf(read(await own.stream({ ...watch, signal: silence.signal })));
    await wait(20);
    relay.freeze();
    silence.abort(new KubeError('Timeout', 'silent'));
    expect((await reading).reason).toBe('Timeout');
    await own.send(list);
    expect(relay.connections()).toBe(2);
  });

  it.each([
    { name: 'HTTP', startProxy: startHttpProxy },
    { name: 'SOCKS 5', startProxy: startSocksProxy },
  ])('connections: a proxy is used for all of them: $name', { timeout: 30_000 }, async ({ startProxy }) => {
    const proxy = await startProxy();
    closing.push(proxy.close);
    const secure = await start({ certificate });
    const tls = { ca: certificate.cert };
    const credentials = () => Promise.resolve({ headers: {}, tls });
    const own = keep(
      createKubeClient(plainAccess(secure.url, { proxy: proxy.url, credentials }), { userAgent: 'test' }),
    );
    const events: unknown[] = [];
    const reading = failureOf(read(await own.stream(watch), events));
    await Promise.all([own.send(list), own.send(list), own.send(list)]);
    secure.store.put(ingresses, { namespace: 'shop', name: 'web' });
    await eventually(() => events.length === 1, 'the event arrives');
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(secure.url).host]));
    await own.close();
    expect((await reading).reason).toBe('Aborted');
  });

  it('connections: a half-open one is left for a new one after a timeout', async () => {
    const secure = await start({ certificate });
    const relay = await startTcpRelay(Number(new URL(secure.url).port));
    closing.push(relay.close);
    const clock = createFastClock(1000);
    const own = keep(
      trustingClient(`https://127.0.0.1:${relay.port}`, () => certificate.cert, { timeout: 0.3, clock }),
    );
    await own.send(list);
    relay.freeze();
    expect((await failureOf(own.send(list))).reason).toBe('Timeout');
    await own.send(list);
    expect(relay.connections()).toBe(2);
  });
});

function trustingClient(
  server: string,
  ca: () => string,
  options: { timeout?: number; clock?: ReturnType<typeof createFastClock> } = {},
) {
  let tls = { ca: ca() };
  const credentials = () => {
    tls = tls.ca === ca() ? tls : { ca: ca() };
    return Promise.resolve({ headers: {}, tls });
  };
  return createKubeClient(plainAccess(server, { credentials }), { userAgent: 'test', ...options });
}

describe('stream', () => {
  it.each([1, 2, 7, undefined])(
    'stream: values are the same wherever lines are cut: every %s bytes',
    async (splitEvery) => {
      const splitting = await start(splitEvery === undefined ? {} : { splitEvery });
      const values: unknown[] = [];
      const reading = read(await keep(testClient(splitting.url)).stream(watch), values);
      await eventually(() => splitting.openWatches() === 1, 'the watch is open');
      const put = ['é', '東京', '🚀', '\n'].map((text) =>
        splitting.store.put(ingresses, { namespace: 'shop', name: 'web', text }),
      );
      await eventually(() => values.length === 4, 'all events arrive');
      splitting.endWatches('Cleanly');
      await reading;
      expect(values).toMatchObject(put.map((object) => ({ object })));
    },
  );

  it.each<{ name: string; fault: Fault; count: number; reason: string | undefined }>([
    { name: 'a clean end', fault: { raw: '1\n2\n', end: 'Cleanly' }, count: 2, reason: undefined },
    { name: 'a clean end in a line', fault: { raw: '1\n{"a', end: 'Cleanly' }, count: 1, reason: 'BadAnswer' },
    { name: 'no JSON', fault: { raw: '1\nx\n2\n', end: 'Cleanly' }, count: 1, reason: 'BadAnswer' },
    { name: 'white space at the end', fault: { raw: '1\n \r', end: 'Cleanly' }, count: 1, reason: undefined },
    { name: 'a broken connection', fault: { raw: '1\n2\n', end: 'Abruptly' }, count: 2, reason: 'Unreachable' },
  ])('stream: $name', async ({ fault, count, reason }) => {
    server.setFault(() => fault);
    const values: unknown[] = [];
    const failure = await read(await client.stream(watch), values).then(
      () => undefined,
      (error: unknown) => (error instanceof KubeError ? error.reason : String(error)),
    );
    expect([values.length, failure]).toEqual([count, reason]);
  });

  it('stream: a broken HTTP/2 stream is an error, not an end', async () => {
    const secure = await start({ certificate });
    const own = keep(trustingClient(secure.url, () => certificate.cert));
    const reading = failureOf(read(await own.stream(watch)));
    await eventually(() => secure.openWatches() === 1, 'the watch is open');
    secure.endWatches('Abruptly');
    expect((await reading).reason).toBe('Unreachable');
  });

  it('stream: a refusal is thrown before the first value, and is not repeated', async () => {
    failFirst(1, { status: 429, headers: { 'retry-after': '1' } });
    const error = await failureOf(client.stream(watch));
    expect([error.reason, error.retryAfter, server.requests.length]).toEqual(['TooManyRequests', 1, 1]);
  });

  it('stream: a line may not grow without end', async () => {
    server.setFault(() => ({ raw: 'x'.repeat(100_000), end: 'Open' }));
    const small = keep(testClient(server.url, { maxBytes: 1000 }));
    expect((await failureOf(read(await small.stream(watch)))).reason).toBe('TooLarge');
  });

  it('stream: silence is no error', async () => {
    const hasty = keep(testClient(server.url, { timeout: 0.1 }));
    const values: unknown[] = [];
    const reading = read(await hasty.stream(watch), values);
    await wait(400);
    server.bookmark();
    await eventually(() => values.length === 1, 'the bookmark arrives');
    server.endWatches('Cleanly');
    await reading;
  });

  it.each(['Break', 'Abort'])('stream: the connection is told when nobody reads any more: %s', async (way) => {
    const controller = new AbortController();
    const stream = await client.stream({ ...watch, signal: controller.signal });
    await eventually(() => server.openWatches() === 1, 'the watch is open');
    server.bookmark();
    for await (const _value of stream) {
      if (way === 'Break') break;
      controller.abort();
      break;
    }
    await eventually(() => server.openWatches() === 0, 'the watch is closed');
  });

  it('stream: a reader that is slow holds the sender back, and loses nothing', async () => {
    const line = `${JSON.stringify('x'.repeat(10_000))}\n`;
    server.setFault(() => ({ raw: line.repeat(2000), end: 'Cleanly' }));
    let count = 0;
    for await (const _value of await client.stream(watch)) {
      count += 1;
      if (count % 500 === 0) await wait(30);
    }
    expect(count).toBe(2000);
  });

  it('stream: ten thousand values do not block the event loop', async () => {
    const line = `${JSON.stringify({ type: 'ADDED', object: { metadata: { name: 'x'.repeat(1000) } } })}\n`;
    server.setFault(() => ({ raw: line.repeat(10_000), end: 'Cleanly' }));
    const stream = await client.stream(watch);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const start = performance.now();
    for await (const _value of stream) {
      const until = performance.now() + 0.01;
      while (performance.now() < until);
    }
    clearInterval(timer);
    expect(turns).toBeGreaterThan((performance.now() - start) / 50);
  });
});
