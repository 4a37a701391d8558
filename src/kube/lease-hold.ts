import { pause } from './clock.ts';
import { isKubeError, KubeError } from './kube-error.ts';
import { Elector, type LeaseElectorOptions, type LeaseOptions } from './lease-elector.ts';
import { breakGlassIdentity, type LeaseClaim, type LeaseRecord } from './lease-record.ts';

/** A Lease that was taken from whoever had it. */
export type LeaseHold = {
  /** Who had it, "" for nobody; `breakGlassIdentity` while that is in force. */
  readonly former: string;
  readonly isHeld: () => boolean;
  /** Gives it back, so that a controller may lead at once; under break-glass nobody may. */
  readonly release: () => Promise<void>;
  /** Ends our renewing, yet nobody takes it over for so many seconds. */
  readonly leaveFor: (seconds: number) => Promise<void>;
  /** Ends our renewing; no controller takes it over until `releaseBreakGlass`. */
  readonly leaveBreakGlass: () => Promise<void>;
};

/** Attempts to take it while others write it, some hundred milliseconds apart. */
const ATTEMPTS = 20;
const APART = 250;

/**
 * Takes the Lease, from a living holder too, and keeps it; settled once the former holder cannot write any more, which takes
 * its renew deadline.
 *
 * @param options timing as the controllers have it
 * @throws KubeError when it cannot be taken, `Aborted` by the signal
 */
export async function holdLease(options: LeaseElectorOptions, signal?: AbortSignal): Promise<LeaseHold> {
  const elector = new Elector(options);
  const { clock, timing } = elector;
  const claim = (duration: number, holder = options.identity): LeaseClaim => ({
    holder,
    duration,
    date: clock.date(),
  });
  const taken = await take(elector, claim(timing.duration), signal);
  elector.keep(taken.record, taken.begun);
  elector.start();
  const { former } = taken;
  const alive = former !== '' && former !== options.identity && former !== breakGlassIdentity;
  if (alive && !(await pause(clock, timing.renewDeadline * 1000 + APART, signal))) {
    await elector.stop(elector.released());
    throw new KubeError('Aborted', 'taking the Lease was given up');
  }
  const leaveBreakGlass = () => elector.stop(claim(timing.duration, breakGlassIdentity));
  return {
    former,
    isHeld: () => elector.isHeld(),
    release: () => (former === breakGlassIdentity ? leaveBreakGlass() : elector.stop(elector.released())),
    leaveFor: (seconds) => elector.stop(claim(seconds)),
    leaveBreakGlass,
  };
}

type Taken = { readonly record: LeaseRecord; readonly begun: number; readonly former: string };

async function take(elector: Elector, claim: LeaseClaim, signal?: AbortSignal): Promise<Taken> {
  const { clock } = elector;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await takeOnce(elector, claim);
    } catch (error) {
      if (attempt >= ATTEMPTS || !isKubeError(error, 'Conflict', 'AlreadyExists')) {
        throw error;
      }
      if (!(await pause(clock, APART * clock.random(), signal))) {
        throw error;
      }
    }
  }
}

async function takeOnce({ store, clock }: Elector, claim: LeaseClaim): Promise<Taken> {
  const found = await store.read();
  const begun = clock.now();
  const record = await (found === undefined ? store.create(claim) : store.update(found, claim));
  return { record, begun, former: found?.holder ?? '' };
}

/**
 * Ends what `leaveBreakGlass` left.
 *
 * @returns false when the Lease was not held so
 * @throws KubeError
 */
export async function releaseBreakGlass(options: LeaseOptions): Promise<boolean> {
  const elector = new Elector(options);
  const found = await elector.store.read();
  if (found?.holder !== breakGlassIdentity) {
    return false;
  }
  await elector.store.update(found, elector.released());
  return true;
}
