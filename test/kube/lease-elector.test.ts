import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { leaseResource } from '../../src/kube/lease-record.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { createFakeStore, type FakeStore } from '../support/fake-store.ts';
import { cutOff, leaseName, type Process, specOf, startProcess, storedLease } from '../support/lease-fixture.ts';

let clock: FakeClock;
let store: FakeStore;

beforeEach(() => {
  clock = createFakeClock();
  store = createFakeStore();
  store.install(leaseResource);
});

function start(identity: string): Process {
  return startProcess(store, clock, identity);
}

/** Seconds until it is true, looked at ten times a second. */
async function secondsUntil(isTrue: () => boolean): Promise<number> {
  const begun = clock.now();
  while (!isTrue() && clock.now() - begun < 120_000) await clock.advance(100);
  return (clock.now() - begun) / 1000;
}

/** Two processes, the first of which leads. */
async function startTwo(): Promise<readonly [Process, Process]> {
  const first = start('first');
  await clock.advance(1000);
  const second = start('second');
  await clock.advance(60_000);
  return [first, second];
}

describe('createLeaseElector', () => {
  it('takes a Lease that does not exist, in the form that the API takes', async () => {
    const { elector, told } = start('first');
    await clock.advance(100);
    expect([elector.isHeld(), elector.holder(), told]).toEqual([true, 'first', ['Gained']]);
    const microTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(specOf(store)).toEqual({
      holderIdentity: 'first',
      leaseDurationSeconds: 15,
      acquireTime: microTime,
      renewTime: microTime,
      leaseTransitions: 0,
    });
  });

  it('takes a Lease that nobody holds, and leaves what others wrote on it', async () => {
    store.put(leaseResource, {
      ...leaseName,
      metadata: { labels: { a: 'b' } },
      spec: { holderIdentity: '', leaseTransitions: 4, strategy: 'x' },
    });
    const { elector } = start('first');
    await clock.advance(100);
    expect(elector.isHeld()).toBe(true);
    expect(storedLease(store).metadata).toMatchObject({ labels: { a: 'b' } });
    expect(specOf(store)).toMatchObject({ holderIdentity: 'first', leaseTransitions: 5, strategy: 'x' });
  });

  it('is renewed every two seconds, without reading it', async () => {
    const { calls } = start('first');
    await clock.advance(20_000);
    const methods = calls.map(({ method }) => method);
    expect([methods.slice(0, 2), new Set(methods.slice(2))]).toEqual([['GET', 'POST'], new Set(['PUT'])]);
    expect(methods.length).toBeGreaterThanOrEqual(11);
    expect(methods.length).toBeLessThanOrEqual(14);
  });

  it('one of two leads, and the other says who', async () => {
    const [first, second] = await startTwo();
    expect([first.elector.isHeld(), second.elector.isHeld()]).toEqual([true, false]);
    expect([second.told, second.calls.every(({ method }) => method === 'GET')]).toEqual([['Holder first'], true]);
  });

  it('killed: another leads within 20 s, not before the Lease ended', async () => {
    const [first, second] = await startTwo();
    first.suspend();
    const seconds = await secondsUntil(second.elector.isHeld);
    expect(seconds).toBeLessThan(20);
    expect(seconds).toBeGreaterThan(13);
    expect(specOf(store)).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
  });

  it('terminated: it is given back, and another leads within 3 s', async () => {
    const [first, second] = await startTwo();
    const stopped = first.elector.stop();
    expect([first.elector.isHeld(), first.told]).toEqual([false, ['Gained', 'Stopped']]);
    expect(await secondsUntil(second.elector.isHeld)).toBeLessThan(3);
    await stopped;
    const calls = first.calls.length;
    await clock.advance(60_000);
    expect([first.calls.length, second.elector.isHeld()]).toEqual([calls, true]);
  });

  it('terminated: a Lease of another is left alone', async () => {
    const [first, second] = await startTwo();
    await second.elector.stop();
    await clock.advance(5000);
    expect([first.elector.isHeld(), second.calls.every(({ method }) => method === 'GET')]).toEqual([true, true]);
  });

  it('terminated while the server is away: it ends all the same', async () => {
    const { elector, faults, problems } = start('first');
    await clock.advance(100);
    faults.hang = () => true;
    let ended = false;
    void elector.stop().then(() => {
      ended = true;
    });
    await clock.advance(15_000);
    expect([ended, problems.length]).toEqual([true, 1]);
  });

  it('terminated: a renewal whose answer was lost does not keep it from being given back', async () => {
    const { elector, faults } = start('first');
    await clock.advance(100);
    faults.after = ({ method }) => (method === 'PUT' ? cutOff() : undefined);
    await clock.advance(2000);
    delete faults.after;
    await elector.stop();
    expect(specOf(store)).toMatchObject({ holderIdentity: '' });
  });

  it('31: stopped for 30 s and continued: it does not lead, at once', async () => {
    const [first, second] = await startTwo();
    first.suspend();
    await clock.advance(30_000);
    expect([first.elector.isHeld(), second.elector.isHeld()]).toEqual([false, true]);
    first.resume();
    expect(first.elector.isHeld()).toBe(false);
    await clock.advance(60_000);
    expect([first.told, first.elector.isHeld(), second.elector.isHeld()]).toEqual([
      ['Gained', 'Expired', 'Holder second'],
      false,
      true,
    ]);
  });

  it('31: stopped while a renewal is under way: its answer does not count from when it arrives', async () => {
    const first = start('first');
    await clock.advance(100);
    first.faults.before = ({ method }) => {
      if (method === 'PUT') first.suspend();
      return undefined;
    };
    await secondsUntil(first.isSuspended);
    clock.jump(30_000);
    delete first.faults.before;
    first.resume();
    expect(first.elector.isHeld()).toBe(false);
    await clock.advance(0);
    expect(first.elector.isHeld()).toBe(false);
  });

  it('32: a Lease that was deleted is lost with the next renewal, and taken again by who had it', async () => {
    const [first, second] = await startTwo();
    store.remove(leaseResource, leaseName.name, leaseName.namespace);
    await clock.advance(3000);
    expect([first.told, first.elector.isHeld(), second.elector.isHeld()]).toEqual([
      ['Gained', 'Holder ', 'Deleted', 'Gained'],
      true,
      false,
    ]);
  });

  it('32: a Lease that was deleted is not taken by another before its holder must have noticed', async () => {
    const [first, second] = await startTwo();
    first.faults.before = cutOff;
    store.remove(leaseResource, leaseName.name, leaseName.namespace);
    while (first.elector.isHeld()) {
      expect(second.elector.isHeld()).toBe(false);
      await clock.advance(100);
    }
    expect(await secondsUntil(second.elector.isHeld)).toBeLessThan(10);
  });

  it('32: a Lease that another wrote is lost with the next renewal', async () => {
    const [first] = await startTwo();
    store.put(leaseResource, { ...leaseName, spec: { holderIdentity: 'thief', leaseDurationSeconds: 15 } });
    await clock.advance(2500);
    expect([first.elector.isHeld(), first.elector.holder(), first.told]).toEqual([
      false,
      'thief',
      ['Gained', 'Holder thief', 'Taken'],
    ]);
    await clock.advance(20_000);
    expect(store.objects(leaseResource)).toHaveLength(1);
    expect(specOf(store)['holderIdentity']).not.toBe('thief');
  });

  it('a Lease that others label stays ours', async () => {
    const { elector, told } = start('first');
    await clock.advance(100);
    for (let round = 0; round < 10; round += 1) {
      const { spec } = storedLease(store);
      store.put(leaseResource, { ...leaseName, metadata: { labels: { round: String(round) } }, spec });
      await clock.advance(3000);
      expect(elector.isHeld()).toBe(true);
    }
    expect(told).toEqual(['Gained']);
    expect(storedLease(store).metadata).toMatchObject({ labels: { round: '9' } });
  });

  it('a renewal whose answer was lost leaves no gap', async () => {
    const { elector, told, faults } = start('first');
    await clock.advance(100);
    let lost = 0;
    faults.after = ({ method }) => {
      lost += method === 'PUT' ? 1 : 0;
      return method === 'PUT' && lost <= 2 ? cutOff() : undefined;
    };
    await clock.advance(30_000);
    expect([elector.isHeld(), told, lost > 2]).toEqual([true, ['Gained'], true]);
  });

  it('a renewal that is answered after the deadline, before anybody noticed, is a loss and a gain', async () => {
    const { elector, told, faults } = start('first');
    await clock.advance(100);
    faults.before = cutOff;
    await clock.advance(9_000);
    delete faults.before;
    faults.after = ({ method }) => {
      if (method === 'PUT') clock.jump(5_000);
      return undefined;
    };
    const seconds = await secondsUntil(() => told.length > 1);
    expect(seconds).toBeLessThan(5);
    delete faults.after;
    await clock.advance(5_000);
    expect([told, elector.isHeld()]).toEqual([['Gained', 'Expired', 'Gained'], true]);
  });

  it.each(['Cut off', 'Silent'])(
    'a server that is away: it does not lead after the renew deadline: %s',
    async (way) => {
      const { elector, told, faults } = start('first');
      await clock.advance(100);
      if (way === 'Silent') faults.hang = () => true;
      else faults.before = cutOff;
      const seconds = await secondsUntil(() => !elector.isHeld());
      expect(seconds).toBeGreaterThan(7.5);
      expect(seconds).toBeLessThanOrEqual(10.1);
      await clock.advance(1000);
      expect(told).toEqual(['Gained', 'Expired']);
      delete faults.hang;
      delete faults.before;
      expect(await secondsUntil(elector.isHeld)).toBeLessThan(8);
    },
  );

  it.each([3_600_000, -3_600_000, 34_560_000_000])(
    '33: a clock that is set by %s ms changes nothing',
    async (shift) => {
      const [first, second] = await startTwo();
      clock.setDate(clock.date() + shift);
      for (let second_ = 0; second_ < 40; second_ += 1) {
        await clock.advance(1000);
        expect([first.elector.isHeld(), second.elector.isHeld()]).toEqual([true, false]);
      }
      expect(first.told).toEqual(['Gained']);
    },
  );

  it('the duration that a Lease says is heeded, and nonsense is not', async () => {
    store.put(leaseResource, { ...leaseName, spec: { holderIdentity: 'other', leaseDurationSeconds: 60 } });
    const { elector } = start('first');
    expect(await secondsUntil(elector.isHeld)).toBeGreaterThanOrEqual(60);
    store.put(leaseResource, { ...leaseName, spec: { holderIdentity: 'other', leaseDurationSeconds: -5 } });
    await clock.advance(3000);
    const seconds = await secondsUntil(elector.isHeld);
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(20);
  });

  it('what a handler throws is reported, and changes nothing', async () => {
    const process = start('first');
    process.told.push = () => {
      throw new Error('handler');
    };
    await clock.advance(30_000);
    expect([process.elector.isHeld(), process.problems]).toEqual([true, [new Error('handler')]]);
  });

  it('whatever happens, never two lead at once, and at the end one does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.infiniteStream(fc.double({ min: 0, max: 0.99, noNaN: true })),
        checkEvents,
      ),
      {
        numRuns: 60,
      },
    );
  }, 60_000);
});

type Event = { readonly who: number; readonly what: string; readonly wait: number };

const event: fc.Arbitrary<Event> = fc.record({
  who: fc.integer({ min: 0, max: 2 }),
  what: fc.constantFrom(
    'Suspend',
    'Resume',
    'CutOff',
    'LoseAnswers',
    'Hang',
    'Heal',
    'Heal',
    'Delete',
    'Stop',
    'Label',
    'Nothing',
  ),
  wait: fc.integer({ min: 0, max: 12_000 }),
});

async function checkEvents(events: readonly Event[], randoms: Iterator<number>): Promise<void> {
  clock = createFakeClock(() => randoms.next().value ?? 0);
  store = createFakeStore();
  store.install(leaseResource);
  const processes = ['a', 'b', 'c'].map(start);
  await clock.advance(1000);
  for (const one of events) {
    const process = processes[one.who];
    if (process !== undefined) apply(process, one.what);
    expectOne(processes);
    for (let passed = 0; passed < one.wait; passed += 500) {
      await clock.advance(500);
      expectOne(processes);
    }
  }
  processes.push(start('d'));
  for (const process of processes) apply(process, 'Heal');
  await clock.advance(60_000);
  expect(processes.filter(({ elector }) => elector.isHeld())).toHaveLength(1);
}

/** A process that does not run cannot write, whatever it believes; when it goes on, it has to believe the right thing. */
function expectOne(processes: readonly Process[]): void {
  expect(processes.filter(({ elector }) => elector.isHeld()).length).toBeLessThanOrEqual(1);
}

function apply({ faults, ...process }: Process, what: string): void {
  const actions: Readonly<Record<string, () => unknown>> = {
    Suspend: process.suspend,
    Resume: process.resume,
    CutOff: () => Object.assign(faults, { before: cutOff }),
    LoseAnswers: () => Object.assign(faults, { after: cutOff }),
    Hang: () => Object.assign(faults, { hang: () => true }),
    Heal: () => {
      delete faults.before;
      delete faults.after;
      delete faults.hang;
      process.resume();
    },
    Delete: () => store.remove(leaseResource, leaseName.name, leaseName.namespace),
    Stop: () => void process.elector.stop(),
    Label: () => {
      const [lease] = store.objects(leaseResource);
      if (lease !== undefined)
        store.put(leaseResource, { ...leaseName, spec: lease['spec'], metadata: { labels: { a: 'b' } } });
    },
  };
  actions[what]?.();
}
