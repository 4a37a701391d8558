import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ApiProxy, type ProxiedRequest, type ProxyFault, startApiProxy } from '../../support/api-proxy.ts';
import { readAuditLog } from '../../support/audit-log.ts';
import { inParallel } from '../../support/cluster-admin.ts';
import { originListObject } from '../../support/cluster-objects.ts';
import { faultSize, seededChance } from '../../support/fault-size.ts';
import { type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { grantedOrigins, originOf, webIngress, webPolicy } from '../../support/shop-objects.ts';

const SLOW = { timeout: 60_000, interval: 50 };

let cluster: OperatorCluster;
let proxy: ApiProxy;
let operator: OperatorProcess;

beforeAll(async () => {
  cluster = await startOperatorCluster();
  proxy = await startApiProxy(cluster.plane);
}, 300_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(cluster.lastWords());
  proxy.setRule();
  try {
    await cluster.expectSound();
    await operator.stop();
  } finally {
    await cluster.killOperators();
  }
});
afterAll(async () => {
  await proxy?.close();
  await cluster?.stop();
});

/** Starts the operator behind the proxy; its rule is in force from the first request on. */
async function startBehind(rule?: Parameters<ApiProxy['setRule']>[0]): Promise<void> {
  proxy.setRule(rule);
  operator = await cluster.start({ kubeconfig: await cluster.kubeconfigVia(proxy) });
  await operator.leading();
  await operator.ready();
}

async function ask(namespace: string, origin: string): Promise<void> {
  await cluster.admin.apply([webPolicy(namespace, { allowOrigins: [origin] })]);
}

async function expectGranted(namespace: string, origin: string): Promise<void> {
  await expect.poll(() => grantedOrigins(cluster.admin, namespace), SLOW).toBe(origin);
}

async function openShop(namespace: string): Promise<void> {
  await cluster.open(namespace, webIngress(namespace));
  await ask(namespace, originOf(0));
  await expectGranted(namespace, originOf(0));
}

/** Edits one after another, each until it arrived; fewer than there are where it takes no faults of ours. */
async function expectEditsArrive(namespace: string, count: number): Promise<void> {
  for (let edit = 1; edit <= count; edit++) {
    await ask(namespace, originOf(edit));
    await expectGranted(namespace, originOf(edit));
  }
}

function isWatch({ query }: ProxiedRequest): boolean {
  return query.has('watch');
}

function isPatchOf(resource: string): (request: ProxiedRequest) => boolean {
  return ({ method, path }) => method === 'PATCH' && path.includes(`/${resource}/`);
}

function refusal(status: number, reason: string, headers: Readonly<Record<string, string>> = {}): ProxyFault {
  const body = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: `${reason}, says the test`, reason };
  return { kind: 'Answer', status, headers, body: { ...body, code: status } };
}

describe('scenario 5', () => {
  test('a continue token that expired begins the list anew', async () => {
    const maps = Array.from({ length: 12 }, (_, index) =>
      originListObject(`list-${index}`, { origins: originOf(`m${index}`) }, { namespace: 'paged' }),
    );
    await cluster.open('paged', webIngress('paged'), ...maps);
    const allowOriginsFrom = [{ configMapKeyRef: { name: 'list-11', key: 'origins' } }];
    await cluster.admin.apply([webPolicy('paged', { allowOriginsFrom })]);
    let expired = 0;
    await startBehind(({ query }) => {
      if (query.has('sendInitialEvents')) return refusal(422, 'Invalid');
      if (query.has('continue') && expired < 3) {
        expired += 1;
        return refusal(410, 'Expired');
      }
      return query.get('limit') === '500' ? { kind: 'Ask', query: { limit: '2' } } : undefined;
    });
    expect(expired).toBe(3);
    await expectGranted('paged', originOf('m11'));
  });
});

describe('scenario 6', () => {
  /** Passes bytes on in pieces of any size, and now and then something else. */
  function garbling(chance: ReturnType<typeof seededChance>): ProxyFault {
    return {
      kind: 'Garble',
      through: (chunk) => {
        const roll = chance.next();
        const at = chance.below(chunk.length + 1);
        if (roll < 0.1) return undefined;
        if (roll < 0.2) return [Buffer.from(`${JSON.stringify(SERVER_ERROR)}\n`), chunk];
        if (roll < 0.3) return [chunk.subarray(0, at), Buffer.from('\n')];
        return [chunk.subarray(0, at), chunk.subarray(at)];
      },
    };
  }

  const SERVER_ERROR = {
    type: 'ERROR',
    object: {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      code: 500,
      reason: 'InternalError',
      message: 'test',
    },
  };

  test('watches that break, lie, and are cut at any byte lose no event', { timeout: 300_000 }, async () => {
    const chance = seededChance(6);
    await startBehind((request) => (isWatch(request) ? garbling(chance) : undefined));
    await openShop('garbled');
    await expectEditsArrive('garbled', faultSize(8, 200));
  });
});

describe('scenario 8', () => {
  test('an older revision that a watch tells once more is not believed', async () => {
    const told: Buffer[] = [];
    await startBehind((request) => {
      if (!isWatch(request) || !request.path.endsWith('/corspolicies')) return undefined;
      const through = (chunk: Buffer): readonly Buffer[] => {
        const isOurs = chunk.includes('"replayed"') && chunk.toString().endsWith('\n');
        if (isOurs) told.push(chunk);
        return isOurs ? [chunk, ...told.slice(0, 2)] : [chunk];
      };
      return { kind: 'Garble', through };
    });
    await openShop('replayed');
    await expectEditsArrive('replayed', 5);
    expect(told.length).toBeGreaterThan(2);
    await sleep(1000);
    await expectGranted('replayed', originOf(5));
  });
});

describe('scenario 9', () => {
  test('a server that has too much to do is given the time that it asks for', async () => {
    await startBehind();
    await openShop('busy');
    const refused: number[] = [];
    proxy.setRule((request) => {
      if (!isPatchOf('ingresses')(request) || refused.length >= 2) return undefined;
      refused.push(request.at);
      return refused.length === 1
        ? refusal(429, 'TooManyRequests', { 'retry-after': '3' })
        : refusal(503, 'ServiceUnavailable', { 'retry-after': '2' });
    });
    await ask('busy', originOf(1));
    await expectGranted('busy', originOf(1));
    const patches = proxy
      .requests()
      .filter((request) => isPatchOf('ingresses')(request) && request.at >= (refused[0] ?? 0));
    const waits = patches.slice(1).map(({ at }, index) => at - (patches[index]?.at ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(2990);
    expect(waits[1]).toBeGreaterThanOrEqual(1990);
  });

  test('a write whose answer is lost is not made twice, and status knows of it', async () => {
    await startBehind();
    await openShop('unanswered');
    let lost = 0;
    proxy.setRule((request) => {
      if (!isPatchOf('ingresses')(request) || lost > 0) return undefined;
      lost += 1;
      return { kind: 'LoseAnswer' };
    });
    await expectEditsArrive('unanswered', 2);
    expect(lost).toBe(1);
  });
});

describe('scenario 26', () => {
  test('a target that was deleted and made anew while it was written is not written by mistake, nor brought back', {
    timeout: 240_000,
  }, async () => {
    await startBehind();
    const count = faultSize(4, 100);
    const namespaces = Array.from({ length: count }, (_, index) => `recreated-${index}`);
    await inParallel(namespaces, (namespace) => openShop(namespace));
    const gate = Promise.withResolvers<void>();
    let held = 0;
    proxy.setRule((request) => {
      if (!isPatchOf('ingresses')(request)) return undefined;
      held += 1;
      return { kind: 'Hold', until: gate.promise };
    });
    await inParallel(namespaces, (namespace) => ask(namespace, originOf(1)));
    await expect.poll(() => held, SLOW).toBe(Math.min(count, 16));
    await inParallel(namespaces, async (namespace, index) => {
      await cluster.admin.remove({ kind: 'Ingress', namespace, name: 'web' });
      if (index % 2 === 0) await cluster.admin.create(webIngress(namespace, { made: 'anew' }));
    });
    proxy.setRule();
    gate.resolve();
    await inParallel(namespaces, async (namespace, index) => {
      if (index % 2 === 0) await expectGranted(namespace, originOf(1));
    });
    await cluster.expectSound();
    const left = await inParallel(namespaces, (namespace) => cluster.admin.list('Ingress', namespace));
    expect(left.map((ingresses) => ingresses.length)).toEqual(namespaces.map((_, index) => (index % 2 === 0 ? 1 : 0)));
  });
});

describe('a write that the network delays', () => {
  test('does not undo what a later leader wrote', { timeout: 240_000 }, async () => {
    await startBehind();
    await openShop('delayed');
    const gate = Promise.withResolvers<void>();
    let held = 0;
    proxy.setRule((request) => {
      if (!isPatchOf('ingresses')(request)) return undefined;
      held += 1;
      return { kind: 'Hold', until: gate.promise };
    });
    await ask('delayed', originOf('wide'));
    await expect.poll(() => held, SLOW).toBe(1);
    operator.signal('SIGSTOP');
    const second = await cluster.start();
    await second.leading(40);
    await ask('delayed', originOf('narrow'));
    await expectGranted('delayed', originOf('narrow'));
    const released = Date.now();
    gate.resolve();
    await sleep(2000);
    await expectGranted('delayed', originOf('narrow'));
    proxy.setRule();
    operator.signal('SIGCONT');
    await cluster.plane.settleAuditLog();
    const late = readAuditLog(cluster.plane.auditLog).filter(
      ({ target, received }) =>
        target.namespace === 'delayed' && target.resource === 'ingresses' && received >= released,
    );
    expect(late.map(({ code }) => code)).toEqual([409]);
    await cluster.expectSound({ delay: 3 });
    await second.stop();
  });
});
