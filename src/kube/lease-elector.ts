import { type Clock, systemClock } from './clock.ts';
import type { KubeClient } from './kube-client.ts';
import { isKubeError } from './kube-error.ts';
import { breakGlassIdentity, type LeaseClaim, type LeaseRecord } from './lease-record.ts';
import { createLeaseStore, type LeaseStore } from './lease-store.ts';

/** Durations, in seconds. */
export type LeaseTiming = {
  /** Others take the Lease over when they saw no renewal for so long. Default 15. */
  readonly duration: number;
  /** We believe to hold it for so long since the last renewal was begun. Default 10. */
  readonly renewDeadline: number;
  /** Between attempts to renew or take it. Default 2. */
  readonly retry: number;
};

/** Where the Lease is, and who asks for it. */
export type LeaseOptions = {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly name: string;
  /** Different for every process, such as the pod's name and something random. */
  readonly identity: string;
  readonly clock?: Clock;
  readonly timing?: Partial<LeaseTiming>;
  /** Told of each failure, for logs; attempts go on. */
  readonly onProblem?: (problem: unknown) => void;
};

/** Why leadership ended. */
export type LeaseLoss = 'Expired' | 'Taken' | 'Deleted' | 'Stopped';

/** Whom an elector tells. */
export type LeaseElectorOptions = LeaseOptions & {
  readonly onGained?: () => void;
  readonly onLost?: (loss: LeaseLoss) => void;
  /** Told of each other holder that is seen; "" for nobody. */
  readonly onHolder?: (identity: string) => void;
};

/** One of several processes leads: the one that holds the Lease. */
export type LeaseElector = {
  readonly start: () => void;
  /** Whether we may write, now; to be asked right before every write. */
  readonly isHeld: () => boolean;
  /** Who holds it, as far as known; "" for nobody. */
  readonly holder: () => string;
  /** Gives the Lease back, if it is ours, so that another takes it at once; `isHeld` is false from the call on. */
  readonly stop: () => Promise<void>;
};

/**
 * Asks for a Lease and keeps it. Times are taken from this process's own monotonic clock: a renewal of somebody else counts
 * from the moment in which it is first seen, one of ours from the moment in which it is sent.
 *
 * @see https://pkg.go.dev/k8s.io/client-go/tools/leaderelection
 */
export function createLeaseElector(options: LeaseElectorOptions): LeaseElector {
  const elector = new Elector(options);
  return {
    start: () => elector.start(),
    isHeld: () => elector.isHeld(),
    holder: () => elector.holder(),
    stop: () => elector.stop(elector.released()),
  };
}

/** Used where nothing else is said; client-go's own. */
const defaultLeaseTiming: LeaseTiming = { duration: 15, renewDeadline: 10, retry: 2 };

/** Milliseconds between attempts when something moves: the Lease was lost, or written by somebody in between. */
const SOON = 200;

/** A state of the Lease, and since when it is seen. */
type Sighting = {
  /** undefined when there is no Lease. */
  readonly record: LeaseRecord | undefined;
  readonly since: number;
  /** Another held it before it was deleted, and does not know of that yet. */
  readonly vanished: boolean;
};

const unseen: Sighting = { record: undefined, since: 0, vanished: false };

/** The steps behind `LeaseElector` and `LeaseHold`. */
export class Elector {
  readonly store: LeaseStore;
  readonly timing: LeaseTiming;
  readonly clock: Clock;
  readonly #options: LeaseElectorOptions;
  #seen: Sighting | undefined;
  /** Ours until then, on the monotonic clock; undefined when it is not ours. */
  #until: number | undefined;
  #stopped = false;
  #cancelTick = (): void => undefined;
  #cancelExpiry = (): void => undefined;
  #ticking: Promise<void> = Promise.resolve();

  constructor(options: LeaseElectorOptions) {
    this.#options = options;
    this.clock = options.clock ?? systemClock;
    this.timing = { ...defaultLeaseTiming, ...options.timing };
    this.store = createLeaseStore(options.client, options, this.clock, this.timing.renewDeadline / 2);
  }

  start(): void {
    if (!this.#stopped) {
      this.#schedule(0);
    }
  }

  isHeld(): boolean {
    return !this.#stopped && this.#until !== undefined && this.clock.now() < this.#until;
  }

  holder(): string {
    return this.#seen?.record?.holder ?? '';
  }

  released(): LeaseClaim {
    return { holder: '', duration: 1, date: this.clock.date() };
  }

  /** @param claim what the Lease says afterwards, if it is ours */
  async stop(claim: LeaseClaim): Promise<void> {
    const ours = this.#until !== undefined;
    this.#lose('Stopped');
    this.#stopped = true;
    this.#cancelTick();
    await this.#ticking;
    if (ours) {
      await this.#leave(claim).catch((error: unknown) => this.#report(error));
    }
  }

  /** @param begun when the request that took or renewed it was begun */
  keep(record: LeaseRecord, begun: number): void {
    // An answer may overtake the timer that ends what was held; whoever gave up work in between has to take it up again.
    this.#expire();
    const gained = this.#until === undefined;
    this.#see(record);
    this.#until = begun + this.timing.renewDeadline * 1000;
    this.#cancelExpiry();
    this.#cancelExpiry = this.clock.setTimeout(() => this.#expire(), this.#until - this.clock.now());
    if (gained) {
      this.#tell(this.#options.onGained);
    }
  }

  #claim(): LeaseClaim {
    return { holder: this.#options.identity, duration: this.timing.duration, date: this.clock.date() };
  }

  #schedule(milliseconds: number): void {
    this.#cancelTick();
    this.#cancelTick = this.clock.setTimeout(() => {
      this.#ticking = this.#tick();
    }, milliseconds);
  }

  async #tick(): Promise<void> {
    let moved = false;
    try {
      moved = await (this.#until === undefined ? this.#tryToTake() : this.#renew());
    } catch (error) {
      moved = isKubeError(error, 'Conflict', 'AlreadyExists');
      if (!moved) {
        this.#report(error);
      }
    }
    if (!this.#stopped) {
      this.#schedule(moved ? SOON : this.#pause());
    }
  }

  /** Sooner than usual when the Lease of another ends sooner. */
  #pause(): number {
    const retry = this.timing.retry * 1000 * (0.9 + this.clock.random() / 10);
    const left = this.#until === undefined ? this.#timeUntilFree() : retry;
    return Math.min(Math.max(left, SOON), retry);
  }

  /** @returns whether something moved, so that it should be looked at again soon */
  async #renew(): Promise<boolean> {
    const known = this.#seen?.record;
    const begun = this.clock.now();
    try {
      if (known !== undefined) {
        this.#keepUnlessStopped(await this.store.update(known, this.#claim()), begun);
      }
      return false;
    } catch (error) {
      if (!isKubeError(error, 'Conflict', 'NotFound')) {
        throw error;
      }
    }
    const found = await this.store.read();
    this.#see(found);
    if (found?.holder === this.#options.identity) {
      return true;
    }
    this.#lose(found === undefined ? 'Deleted' : 'Taken');
    return true;
  }

  async #tryToTake(): Promise<boolean> {
    this.#see(await this.store.read());
    if (this.#timeUntilFree() > 0) {
      return false;
    }
    const record = this.#seen?.record;
    const begun = this.clock.now();
    const claim = this.#claim();
    const taken = record === undefined ? this.store.create(claim) : this.store.update(record, claim);
    this.#keepUnlessStopped(await taken, begun);
    return false;
  }

  #keepUnlessStopped(record: LeaseRecord, begun: number): void {
    if (this.#stopped) {
      this.#see(record);
    } else {
      this.keep(record, begun);
    }
  }

  #see(record: LeaseRecord | undefined): void {
    const known = this.#seen?.record;
    if (this.#seen === undefined || known?.resourceVersion !== record?.resourceVersion) {
      this.#seen = { record, since: this.clock.now(), vanished: record === undefined && this.#isOfAnother(known) };
    }
    const holder = record?.holder ?? '';
    if (holder !== (known?.holder ?? '') && holder !== this.#options.identity) {
      this.#tell(() => this.#options.onHolder?.(holder));
    }
  }

  /** Milliseconds, 0 when it may be taken now. */
  #timeUntilFree(): number {
    const { record, since, vanished } = this.#seen ?? unseen;
    if (!(vanished || this.#isOfAnother(record))) {
      return 0;
    }
    if (record?.holder === breakGlassIdentity) {
      return Number.POSITIVE_INFINITY;
    }
    const duration = (record?.duration ?? this.timing.duration) * 1000;
    return Math.max(since + duration - this.clock.now(), 0);
  }

  #isOfAnother(record: LeaseRecord | undefined): boolean {
    return record !== undefined && record.holder !== '' && record.holder !== this.#options.identity;
  }

  #expire(): void {
    if (this.#until !== undefined && this.clock.now() >= this.#until) {
      this.#lose('Expired');
    }
  }

  #lose(loss: LeaseLoss): void {
    this.#cancelExpiry();
    if (this.#until !== undefined) {
      this.#until = undefined;
      this.#tell(() => this.#options.onLost?.(loss));
    }
  }

  /** Once more when the Lease was written in between, by a renewal of ours whose answer did not arrive. */
  async #leave(claim: LeaseClaim): Promise<void> {
    const known = this.#seen?.record;
    try {
      if (known !== undefined) {
        await this.store.update(known, claim);
      }
    } catch (error) {
      const found = isKubeError(error, 'Conflict', 'Timeout', 'Unreachable') ? await this.store.read() : undefined;
      if (found?.holder === this.#options.identity) {
        await this.store.update(found, claim);
      }
    }
  }

  #tell(handler: (() => void) | undefined): void {
    try {
      handler?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #report(problem: unknown): void {
    this.#options.onProblem?.(problem);
  }
}
