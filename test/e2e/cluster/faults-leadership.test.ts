import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readAuditLog } from '../../support/audit-log.ts';
import { faultSize, seededChance } from '../../support/fault-size.ts';
import { accountOf, type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import type { OperatorProcess } from '../../support/operator-process.ts';
import { countGranting, manyIngresses, manyPolicy, originOf } from '../../support/shop-objects.ts';

const SLOW = { timeout: 60_000, interval: 100 };
const LEASE = { kind: 'Lease', namespace: 'cors-system', name: 'cors-operator' };
const TARGETS = faultSize(40, 200);

let cluster: OperatorCluster;

beforeAll(async () => {
  cluster = await startOperatorCluster();
}, 300_000);
afterEach(({ task }) => {
  if (task.result?.state === 'fail') console.error(cluster.lastWords());
  return cluster.killOperators();
});
afterAll(() => cluster?.stop());

/** Asks for one origin on all targets of a namespace. */
async function ask(namespace: string, origin: string): Promise<void> {
  await cluster.admin.apply([manyPolicy(namespace, { allowOrigins: [origin] })]);
}

async function expectAll(namespace: string, origin: string): Promise<void> {
  await expect.poll(() => countGranting(cluster.admin, namespace, origin), SLOW).toBe(TARGETS);
}

/** A namespace whose targets all grant origin 0. */
async function openMany(namespace: string): Promise<void> {
  await cluster.open(namespace, ...manyIngresses(namespace, TARGETS));
  await ask(namespace, originOf(0));
  await expectAll(namespace, originOf(0));
}

async function leadingOf(operators: readonly OperatorProcess[]): Promise<readonly boolean[]> {
  return Promise.all(operators.map(async (operator) => (await operator.readiness()).leader));
}

/** Milliseconds since 1970 of all writes to targets of a namespace. */
async function writeTimes(namespace: string): Promise<readonly number[]> {
  await cluster.plane.settleAuditLog();
  return readAuditLog(cluster.plane.auditLog)
    .filter(({ user, target }) => user === accountOf() && target.resource === 'ingresses')
    .filter(({ target, code }) => target.namespace === namespace && code === 200)
    .map(({ received }) => received);
}

describe('scenario 30', () => {
  test('a leader that is killed at any point of a change leaves nothing that its successor does not bring to an end', {
    timeout: faultSize(300_000, 3_600_000),
  }, async () => {
    const chance = seededChance(30);
    const flags = ['--writes-per-second', '20'];
    let leader = await cluster.start({ flags });
    await openMany('killed');
    for (let round = 1; round <= faultSize(5, 50); round++) {
      await ask('killed', originOf(round));
      await sleep(chance.below(1500));
      await leader.kill();
      await cluster.admin.remove(LEASE);
      leader = await cluster.start({ flags });
      await expectAll('killed', originOf(round));
    }
    await cluster.expectSound({ delay: 3 });
    await leader.stop();
  });
});

describe('with a second replica', () => {
  test('scenario 30: it writes within 20 s after the leader was killed', { timeout: 180_000 }, async () => {
    const leader = await cluster.start();
    await leader.leading();
    const second = await cluster.start();
    await second.ready();
    await openMany('handed-over');
    const killed = Date.now();
    await leader.kill();
    await ask('handed-over', originOf(1));
    await expectAll('handed-over', originOf(1));
    const first = (await writeTimes('handed-over')).find((time) => time > killed) ?? Number.POSITIVE_INFINITY;
    expect(first - killed).toBeLessThan(30_000);
    await cluster.expectSound();
    await second.stop();
  });

  test('scenario 35: SIGTERM amid writes ends them well, and the other goes on within 3 s', {
    timeout: 180_000,
  }, async () => {
    const leader = await cluster.start({ flags: ['--writes-per-second', '20'] });
    await leader.leading();
    const second = await cluster.start();
    await second.ready();
    await openMany('terminated');
    await ask('terminated', originOf(1));
    await expect.poll(() => countGranting(cluster.admin, 'terminated', originOf(1)), SLOW).toBeGreaterThan(0);
    const told = Date.now();
    await leader.stop();
    await second.leading(3);
    expect(Date.now() - told).toBeLessThan(10_000);
    await expectAll('terminated', originOf(1));
    await cluster.expectSound();
    await second.stop();
  });

  test('scenario 31: a leader that was stopped for long has nothing more to say when it goes on', {
    timeout: 240_000,
  }, async () => {
    const chance = seededChance(31);
    const leader = await cluster.start();
    await leader.leading();
    const second = await cluster.start();
    await second.ready();
    await openMany('stopped');
    await ask('stopped', originOf(1));
    await sleep(chance.below(300));
    leader.signal('SIGSTOP');
    const stopped = Date.now();
    await second.leading(30);
    await expectAll('stopped', originOf(1));
    await ask('stopped', originOf(2));
    await expectAll('stopped', originOf(2));
    await sleep(Math.max(0, stopped + 30_000 - Date.now()));
    leader.signal('SIGCONT');
    await cluster.expectSound({ quiet: 5 });
    await expectAll('stopped', originOf(2));
    expect(await leadingOf([leader, second])).toEqual([false, true]);
    await leader.stop();
    await second.stop();
  });

  test('scenario 32: one leads again after the Lease was deleted, or taken by nobody', {
    timeout: 240_000,
  }, async () => {
    const operators = [await cluster.start(), await cluster.start()];
    await Promise.all(operators.map((operator) => operator.ready()));
    await openMany('leased');
    await cluster.admin.remove(LEASE);
    await ask('leased', originOf(1));
    await expectAll('leased', originOf(1));
    await expect.poll(() => cluster.admin.get(LEASE), SLOW).toBeDefined();
    const taken = Date.now();
    await cluster.admin.edit(LEASE, { spec: { holderIdentity: 'intruder', renewTime: '2026-01-01T00:00:00.000000Z' } });
    await expect.poll(() => leadingOf(operators), SLOW).toEqual([false, false]);
    const lost = Date.now();
    await ask('leased', originOf(2));
    await expectAll('leased', originOf(2));
    // Nobody wrote while somebody else held it.
    expect((await writeTimes('leased')).filter((time) => time > lost && time < taken + 10_000)).toEqual([]);
    expect((await leadingOf(operators)).filter((leads) => leads)).toHaveLength(1);
    await cluster.expectSound();
    for (const operator of operators) await operator.stop();
  });
});
