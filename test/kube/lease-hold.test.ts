import { beforeEach, describe, expect, it } from 'vitest';
import { KubeError } from '../../src/kube/kube-error.ts';
import { holdLease, type LeaseHold, releaseBreakGlass } from '../../src/kube/lease-hold.ts';
import { breakGlassIdentity, leaseResource } from '../../src/kube/lease-record.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createFakeStore, type FakeStore } from '../support/fake-store.ts';
import { storeClient } from '../support/kube-fixture.ts';
import { leaseName, type Process, specOf, startProcess } from '../support/lease-fixture.ts';

let clock: FakeClock;
let store: FakeStore;
let controller: Process;

beforeEach(async () => {
  clock = createFakeClock();
  store = createFakeStore();
  store.install(leaseResource);
  controller = startProcess(store, clock, 'controller');
  await clock.advance(1000);
});

function optionsOf(identity: string) {
  return { client: storeClient(store), ...leaseName, identity, clock };
}

async function hold(identity = 'restore'): Promise<LeaseHold> {
  const taking = holdLease(optionsOf(identity));
  await clock.advance(12_000);
  return taking;
}

/** Seconds until the controller leads, 1000 for never. */
async function secondsUntilController(): Promise<number> {
  const begun = clock.now();
  while (!controller.elector.isHeld() && clock.now() - begun < 1_000_000) await clock.advance(250);
  return (clock.now() - begun) / 1000;
}

describe('holdLease', () => {
  it('takes the Lease from a living controller, and is settled only when that cannot write any more', async () => {
    let settled = false;
    const taking = holdLease(optionsOf('restore')).then((taken) => {
      settled = true;
      return taken;
    });
    await clock.advance(100);
    expect(specOf(store)).toMatchObject({ holderIdentity: 'restore' });
    await clock.advance(9000);
    expect(settled).toBe(false);
    await clock.advance(2000);
    const { former, isHeld } = await taking;
    expect([former, isHeld(), controller.elector.isHeld()]).toEqual(['controller', true, false]);
  });

  it('waits for the deadline of a controller that is cut off from the server', async () => {
    controller.faults.hang = () => true;
    const taking = holdLease(optionsOf('restore'));
    let settled = false;
    void taking.then(() => {
      settled = true;
    });
    while (!settled) {
      await clock.advance(100);
    }
    expect(controller.elector.isHeld()).toBe(false);
  });

  it('is kept for as long as it takes', async () => {
    const { isHeld } = await hold();
    for (let minute = 0; minute < 10; minute += 1) {
      await clock.advance(60_000);
      expect([isHeld(), controller.elector.isHeld()]).toEqual([true, false]);
    }
  });

  it('nobody is waited for when nobody had it', async () => {
    await controller.elector.stop();
    const begun = clock.now();
    const { former } = await holdLease(optionsOf('restore'));
    expect([former, clock.now() - begun]).toEqual(['', 0]);
  });

  it('a Lease that does not exist is made', async () => {
    await controller.elector.stop();
    store.remove(leaseResource, leaseName.name, leaseName.namespace);
    const { isHeld } = await hold();
    expect(isHeld()).toBe(true);
  });

  it('release: a controller leads within 3 s', async () => {
    const { release, isHeld } = await hold();
    await release();
    expect(isHeld()).toBe(false);
    expect(await secondsUntilController()).toBeLessThan(3);
  });

  it('leaveFor: no controller leads before that time, then one does', async () => {
    const { leaveFor } = await hold();
    await leaveFor(300);
    const seconds = await secondsUntilController();
    expect(seconds).toBeGreaterThanOrEqual(300);
    expect(seconds).toBeLessThan(310);
  });

  it('leaveBreakGlass: no controller leads until it is released, not even a new one', async () => {
    const { leaveBreakGlass } = await hold();
    await leaveBreakGlass();
    const other = startProcess(store, clock, 'other');
    await clock.advance(86_400_000 / 24);
    expect([controller.elector.isHeld(), other.elector.isHeld(), other.elector.holder()]).toEqual([
      false,
      false,
      breakGlassIdentity,
    ]);
    expect(await releaseBreakGlass(optionsOf('resume'))).toBe(true);
    await clock.advance(3000);
    expect([controller, other].filter(({ elector }) => elector.isHeld())).toHaveLength(1);
  });

  it('a hold during break-glass ends in break-glass', async () => {
    await (await hold()).leaveBreakGlass();
    const begun = clock.now();
    const again = await holdLease(optionsOf('again'));
    expect([again.former, again.isHeld(), clock.now() - begun]).toEqual([breakGlassIdentity, true, 0]);
    await again.release();
    expect(specOf(store)).toMatchObject({ holderIdentity: breakGlassIdentity });
  });

  it('releaseBreakGlass: a Lease of a controller, or none, is left alone', async () => {
    expect(await releaseBreakGlass(optionsOf('resume'))).toBe(false);
    expect(specOf(store)).toMatchObject({ holderIdentity: 'controller' });
    await controller.elector.stop();
    store.remove(leaseResource, leaseName.name, leaseName.namespace);
    expect(await releaseBreakGlass(optionsOf('resume'))).toBe(false);
  });

  it('the signal ends the wait, and the Lease is given back', async () => {
    const signal = new AbortController();
    const taking = holdLease(optionsOf('restore'), signal.signal).catch((error: unknown) => error);
    await clock.advance(1000);
    signal.abort();
    expect(await taking).toMatchObject({ reason: 'Aborted' });
    expect(await secondsUntilController()).toBeLessThan(3);
  });

  it('a write in between is no obstacle, a refusal is one', async () => {
    const faults: { before?: () => KubeError | undefined } = {};
    let count = 0;
    faults.before = () => {
      count += 1;
      return count === 2 ? new KubeError('Conflict', 'x') : undefined;
    };
    const taking = holdLease({ ...optionsOf('restore'), client: storeClient(store, faults) });
    await clock.advance(12_000);
    expect((await taking).isHeld()).toBe(true);
    const refused = holdLease({
      ...optionsOf('other'),
      client: storeClient(store, { before: () => new KubeError('Forbidden', 'no') }),
    });
    await expect(refused).rejects.toMatchObject({ reason: 'Forbidden' });
  });
});
