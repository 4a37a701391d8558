import { pause } from './clock.ts';
import { isKubeError, KubeError, type KubeErrorReason } from './kube-error.ts';
import { readPages } from './list-pages.ts';
import type { ObjectListing } from './object-listing.ts';
import type { UnknownReason } from './reflector-options.ts';
import type { ReflectorRun } from './reflector-run.ts';
import { apiVersionOf, collectionPath } from './resource-path.ts';
import { storedItem } from './stored-object.ts';
import { parseWatchEvent, type WatchEvent } from './watch-event.ts';
import { readStream } from './watch-stream.ts';

/** Lists and watches until the run is stopped; never throws. */
export async function followCluster<T>(run: ReflectorRun<T>): Promise<void> {
  const { signal } = run.stopping;
  while (!signal.aborted) {
    try {
      if (run.memory.needsList && run.memory.streaming !== 'Usable') {
        await listInPages(run);
      }
      await watch(run);
    } catch (error) {
      run.batch.flush();
      if (!signal.aborted) {
        await recover(run, error);
      }
    }
  }
}

/** Items a page; 0 for all at once, which is left when continue tokens expire faster than pages are read. */
const PAGE_SIZES = [500, 500, 0];

async function listInPages<T>(run: ReflectorRun<T>): Promise<void> {
  for (const limit of PAGE_SIZES) {
    try {
      const listing = run.intake.beginList();
      await finishList(run, listing, await readInto(run, listing, limit));
      return;
    } catch (error) {
      if (limit === 0 || !isKubeError(error, 'Expired')) {
        throw error;
      }
      run.report(error);
    }
  }
}

function readInto<T>(run: ReflectorRun<T>, listing: ObjectListing<T>, limit: number): Promise<string> {
  const { client, resource, namespace } = run.options;
  const apiVersion = apiVersionOf(resource);
  const path = collectionPath(resource, namespace);
  const list = { client, path, query: selectorsOf(run), limit, signal: run.stopping.signal };
  return readPages({ ...list, onContact: () => hearServer(run) }, (item) => {
    const object = storedItem(item, apiVersion, resource.kind);
    if (object === undefined) {
      throw new KubeError('BadAnswer', `GET ${path}: an item of the list is no object`);
    }
    listing.add(object);
  });
}

async function finishList<T>(run: ReflectorRun<T>, listing: ObjectListing<T>, resourceVersion: string): Promise<void> {
  const { memory } = run;
  await run.intake.finishList(listing, resourceVersion);
  memory.needsList = false;
  memory.inARow = 0;
  memory.counts.lists += 1;
  memory.streaming = memory.streaming === 'Paused' ? 'Usable' : memory.streaming;
  if (!run.stopping.signal.aborted) {
    run.status.set({ status: 'Synced' });
  }
}

/** Longest silence inside of a streaming list, in milliseconds: an old server takes the request for a plain watch. */
const SILENT_LIST = 30_000;

/** A watch that lives shorter, in milliseconds, and says nothing is a failure, or it would be opened again and again. */
const SHORT = 1000;

async function watch<T>(run: ReflectorRun<T>): Promise<void> {
  const { clock, memory, timing } = run;
  const call = watchCall(run);
  const listing = memory.needsList ? run.intake.beginList() : undefined;
  const handle = listing === undefined ? run.intake.apply : takeListThenEvents(run, listing);
  const idle = timing.idle * 1000;
  let opened: number | undefined;
  let lines = 0;
  const onContact = () => {
    if (opened === undefined) {
      opened = clock.now();
      memory.counts.watches += 1;
      recognise(run);
    } else {
      lines += 1;
    }
    hearServer(run);
  };
  const options = { client: run.options.client, clock, signal: run.stopping.signal, onContact };
  const idleNow = () => (memory.needsList ? Math.min(idle, SILENT_LIST) : idle);
  await readStream(call, { ...options, idle: idleNow }, (value) => {
    const taken = handle(parseWatchEvent(value, call.path));
    memory.inARow = memory.needsList ? memory.inARow : 0;
    return taken;
  });
  run.batch.flush();
  if (memory.needsList || (lines === 0 && clock.now() - (opened ?? 0) < SHORT)) {
    throw new KubeError('Unreachable', `GET ${call.path}: the watch ended at once`);
  }
}

function watchCall<T>(run: ReflectorRun<T>) {
  const { resource, namespace } = run.options;
  const seconds = Math.round(run.timing.watch * (1 + run.clock.random()));
  const from = run.memory.needsList
    ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
    : { resourceVersion: run.intake.resourceVersion() };
  return {
    method: 'GET' as const,
    path: collectionPath(resource, namespace),
    query: {
      ...selectorsOf(run),
      ...from,
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: String(Math.max(seconds, 1)),
    },
  };
}

/** Events up to the marking bookmark are the list, what follows is the watch. */
function takeListThenEvents<T>(run: ReflectorRun<T>, listing: ObjectListing<T>) {
  let listed = false;
  return (event: WatchEvent): void | Promise<void> => {
    if (listed || event.type === 'ERROR') {
      return run.intake.apply(event);
    }
    if (event.type === 'BOOKMARK') {
      listed = event.initialEnd;
      return listed ? finishList(run, listing, event.resourceVersion) : undefined;
    }
    return event.type === 'DELETED' ? listing.remove(event.object) : listing.add(event.object);
  };
}

function hearServer<T>(run: ReflectorRun<T>): void {
  run.memory.contact = run.clock.now();
}

/** A watch that RBAC hid is allowed again; what was known before goes on. */
function recognise<T>(run: ReflectorRun<T>): void {
  if (run.status.state().status === 'Unknown' && !run.memory.needsList) {
    run.status.set({ status: 'Synced' });
  }
}

function selectorsOf<T>({ options }: ReflectorRun<T>): Readonly<Record<string, string>> {
  const { labelSelector, fieldSelector } = options;
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
}

/** Failures in a row after which events are not waited for any more: there may be one that cannot be read. */
const MANY = 3;

/** Failures that say nothing about what is to be read: a server that was away is asked for what is missing, not for all. */
const AWAY: readonly KubeErrorReason[] = [
  'Unreachable',
  'Timeout',
  'Unavailable',
  'TooManyRequests',
  'Unauthorized',
  'NoAccess',
];

async function recover<T>(run: ReflectorRun<T>, error: unknown): Promise<void> {
  const { memory, clock, timing } = run;
  memory.counts.failures += 1;
  const unknown = unknownReason(error);
  if (unknown !== undefined) {
    await lookLater(run, unknown, error);
    return;
  }
  if (isKubeError(error, 'Expired')) {
    memory.needsList = true;
    if (clock.now() - memory.expired > timing.maxBackoff * 1000) {
      memory.expired = clock.now();
      run.report(error);
      return;
    }
  }
  if (memory.needsList && memory.streaming === 'Usable' && doubtStreaming(run, error)) {
    return;
  }
  run.report(error);
  memory.inARow += isKubeError(error, ...AWAY) ? 0 : 1;
  memory.needsList ||= memory.inARow >= MANY;
  await pause(clock, run.backoff.next(isKubeError(error) ? error.retryAfter : undefined), run.stopping.signal);
}

/** Refusals that concern the kind, not the moment. */
function unknownReason(error: unknown): UnknownReason | undefined {
  if (isKubeError(error, 'NotFound')) {
    return 'NotInstalled';
  }
  return isKubeError(error, 'Forbidden') ? 'Hidden' : undefined;
}

/** Seconds after which a kind is looked for that was there: a server that just started knows neither rights nor definitions yet. */
const FIRST_LOOK = 0.5;

async function lookLater<T>(run: ReflectorRun<T>, reason: UnknownReason, error: unknown): Promise<void> {
  // A definition that was deleted takes its objects with it, so that the next list is another one's.
  run.memory.needsList ||= reason === 'NotInstalled';
  const poll = run.status.state().status === 'Unknown' ? run.timing.unknownPoll : FIRST_LOOK;
  run.status.set({ status: 'Unknown', reason, message: error instanceof Error ? error.message : '' });
  const delay = Math.min(poll, run.timing.unknownPoll) * 1000 * (0.75 + run.clock.random() / 4);
  await pause(run.clock, delay, run.stopping.signal);
}

/** How servers refuse a streaming list: by validation of its parameters. */
const REFUSALS: readonly KubeErrorReason[] = ['Invalid', 'BadRequest', 'NotAcceptable', 'MethodNotAllowed'];

/** @returns whether to list in pages at once */
function doubtStreaming<T>(run: ReflectorRun<T>, error: unknown): boolean {
  if (isKubeError(error, ...REFUSALS)) {
    run.memory.streaming = 'Refused';
    return true;
  }
  if (isKubeError(error, 'Timeout', 'BadAnswer')) {
    run.memory.streaming = 'Paused';
  }
  return false;
}
