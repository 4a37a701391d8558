import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { apiGroup, objectNamespace, objectRef } from '../model/object-shape.ts';
import type { ObjectRef } from '../model/reference.ts';
import { believedRecord } from '../plan/record.ts';
import { indexOwned, isOurs, ownerUids } from './owned-objects.ts';
import { createTargetRequests } from './target-requests.ts';
import {
  createTargetWriter,
  type TargetResult,
  type TargetTask,
  type TargetWriter,
  type TargetWriterOptions,
} from './target-writer.ts';
import type { LeftAlone } from './write-outcome.ts';

export type RestoreOptions = Omit<TargetWriterOptions, 'isLeader'> & {
  /** Asked before every write; absent: nobody else runs. */
  readonly isLeader?: () => boolean;
  /** Waits, in seconds. */
  readonly wait: (seconds: number) => Promise<void>;
  /** Called once per object, as soon as its end is known. */
  readonly onReport?: (report: RestoreReport) => void;
};

/** What is to be put back: everything that was found, whatever is governed. */
export type RestoreInput = {
  /**
   * Objects of target kinds as the API server gives them, managedFields included. All of them: an object of ours that belongs
   * to none is removed.
   */
  readonly targets: readonly KubernetesObject[];
  /** Objects with the label of our own. */
  readonly owned: readonly KubernetesObject[];
};

/** What became of one object. */
export type RestoreReport = {
  readonly object: ObjectRef;
  readonly result:
    | 'Restored'
    /** Nothing of ours was there. */
    | 'Nothing'
    /** An object of our own is gone. */
    | 'Deleted'
    | 'OtherInstallation'
    | 'Refused';
  readonly leftAlone: readonly LeftAlone[];
  /** Why it was refused; "" otherwise. */
  readonly message: string;
};

/**
 * Puts back everything the operator ever wrote, also what a guardrail forbids. Safe to repeat: what is done is not done again.
 *
 * @returns one report per object, targets first, both in the order of the input
 */
export async function restoreAll(options: RestoreOptions, input: RestoreInput): Promise<readonly RestoreReport[]> {
  const isLeader = options.isLeader ?? (() => true);
  const writer = createTargetWriter({ ...options, isLeader });
  const ownedOf = indexOwned(input.owned);
  const targets = input.targets.map((object): Restoring => ({ object, owned: ownedOf(object, []), report: undefined }));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const seconds = await restoreRound(targets, writer, options);
    if (seconds === undefined) break;
    await options.wait(seconds);
  }
  const orphans = await deleteOrphans(options, isLeader, input);
  return [...targets.map(finalReport), ...targets.flatMap(ownedReports), ...orphans];
}

/** One target on its way. */
type Restoring = {
  readonly object: KubernetesObject;
  readonly owned: readonly KubernetesObject[];
  report: RestoreReport | undefined;
  last?: TargetResult;
  writes?: number;
};

/** Each waits for ingress controllers, or for an API server that does not answer. */
const MAX_ROUNDS = 20;

/** How many targets are written at the same time. */
const CONCURRENCY = 8;

/** Seconds before a target that failed is tried again, when the API server names none. */
const RETRY_SECONDS = 1;

/** @returns seconds to wait before the next round; undefined when all is done */
async function restoreRound(
  targets: readonly Restoring[],
  writer: TargetWriter,
  options: RestoreOptions,
): Promise<number | undefined> {
  const open = targets.filter(({ report }) => report === undefined);
  let seconds: number | undefined;
  const takers = Array.from({ length: Math.min(CONCURRENCY, open.length) }, async () => {
    for (let target = open.shift(); target !== undefined; target = open.shift()) {
      const left = await restoreTarget(target, writer, options);
      if (left !== undefined) seconds = Math.max(seconds ?? 0, left);
    }
  });
  await Promise.all(takers);
  return seconds;
}

async function restoreTarget(
  restoring: Restoring,
  writer: TargetWriter,
  options: RestoreOptions,
): Promise<number | undefined> {
  const { object, owned } = restoring;
  const result = await writer.write(restoreTask(object, owned));
  restoring.last = result;
  restoring.writes = (restoring.writes ?? 0) + result.writes;
  switch (result.next.kind) {
    case 'Done':
    case 'NotLeader':
      restoring.report = reportOf(restoring, result, options.installation.instance);
      options.onReport?.(restoring.report);
      return undefined;
    case 'After':
      return result.next.seconds;
    case 'Retry':
      return result.next.retryAfter ?? RETRY_SECONDS;
  }
}

function restoreTask(object: KubernetesObject, owned: readonly KubernetesObject[]): TargetTask {
  const { kind, metadata } = object;
  const target = { group: apiGroup(object.apiVersion), kind, namespace: objectNamespace(object), name: metadata.name };
  return { target, object, owned, goal: { kind: 'Restore' }, reader: undefined };
}

function reportOf({ object, writes }: Restoring, result: TargetResult, instance: string): RestoreReport {
  const base = { object: objectRef(object), leftAlone: result.leftAlone, message: '' };
  if (result.next.kind === 'NotLeader') return { ...base, result: 'Refused', message: 'the lease was lost' };
  const record = believedRecord(object);
  if (record !== undefined && record.instance !== instance) return { ...base, result: 'OtherInstallation' };
  return { ...base, result: writes === 0 ? 'Nothing' : 'Restored' };
}

function finalReport({ object, report, last }: Restoring): RestoreReport {
  if (report !== undefined) return report;
  const message = last?.outcome.problem?.message ?? 'it could not be finished';
  return { object: objectRef(object), result: 'Refused', leftAlone: last?.leftAlone ?? [], message };
}

/** Objects of our own go with the target that they belong to. */
function ownedReports({ owned, report }: Restoring): readonly RestoreReport[] {
  if (report?.result !== 'Restored' && report?.result !== 'Nothing') return [];
  return owned.filter(isOurs).map((object) => ({ ...DELETED, object: objectRef(object) }));
}

const DELETED = { result: 'Deleted', leftAlone: [], message: '' } as const;

/** What belongs to no target that is there is named by none. */
async function deleteOrphans(
  options: RestoreOptions,
  isLeader: () => boolean,
  { targets, owned }: RestoreInput,
): Promise<readonly RestoreReport[]> {
  const { client, installation, resourceOf, onReport } = options;
  const requests = createTargetRequests({ client, fieldManager: installation.fieldManager, resourceOf, isLeader });
  const uids = new Set<unknown>(targets.map((target) => target.metadata.uid));
  const orphans = owned.filter((object) => isOurs(object) && !ownerUids(object).some((uid) => uids.has(uid)));
  const reports: RestoreReport[] = [];
  for (const object of orphans) {
    if (!isLeader()) break;
    const answer = await requests.delete(object);
    const isDeleted = answer.kind === 'Done' || answer.kind === 'Gone';
    const message = 'message' in answer ? answer.message : 'it changed meanwhile';
    const report: RestoreReport = isDeleted
      ? { ...DELETED, object: objectRef(object) }
      : { object: objectRef(object), result: 'Refused', leftAlone: [], message };
    reports.push(report);
    onReport?.(report);
  }
  return reports;
}
