import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { apiGroup, isRecord } from '../../src/model/object-shape.ts';
import { type AuditedWrite, answeredObjects } from './audit-log.ts';

/** One object before and after one write. */
export type Change = {
  /** `group/Kind/namespace/name`. */
  readonly key: string;
  readonly write: AuditedWrite;
  /** Undefined: it was created, or nothing about it is known. */
  readonly before: KubernetesObject | undefined;
  /** Undefined: it was deleted. */
  readonly after: KubernetesObject | undefined;
};

/**
 * What successful writes did to objects, in the order in which the API server stored it.
 *
 * Answers are recorded in another order than their revisions were stored: what counts is the resourceVersion, which is one
 * sequence for all kinds. A write that changed nothing has no change. Only kinds whose bodies are recorded take part.
 */
export function changesOf(writes: readonly AuditedWrite[]): readonly Change[] {
  const known = new Map<string, KubernetesObject>();
  const changes: Change[] = [];
  for (const revision of revisionsInOrder(writes)) {
    const { key, write, after } = revision;
    const before = known.get(key);
    if (isNothingNew(before, revision)) continue;
    if (after === undefined) known.delete(key);
    else known.set(key, after);
    changes.push({ key, write, before, after });
  }
  return changes;
}

function isNothingNew(before: KubernetesObject | undefined, { after, gone }: Revision): boolean {
  if (before === undefined) return after === undefined;
  if (after === undefined) return gone !== undefined && before.metadata.uid !== gone;
  return versionOf(before) === versionOf(after);
}

/** Names an object among all of a cluster. */
export function objectKey({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiGroup(apiVersion)}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

/** The revision of an object, a number that only grows; NaN without one. */
function versionOf(object: KubernetesObject): number {
  return Number(object.metadata['resourceVersion']);
}

type Revision = {
  readonly key: string;
  readonly write: AuditedWrite;
  readonly version: number;
  /** Undefined: the object is gone. */
  readonly after: KubernetesObject | undefined;
  /** The uid of the object that went, where it is told. */
  readonly gone?: string | undefined;
};

/** Subresources whose answer is the object itself. */
const WHOLE: ReadonlySet<string> = new Set(['', 'status', 'finalize', 'ephemeralcontainers', 'resize']);

function revisionsInOrder(writes: readonly AuditedWrite[]): readonly Revision[] {
  const kinds = kindsByResource(writes);
  const revisions: Revision[] = [];
  let newest = 0;
  for (const write of writes) {
    if (write.code < 200 || write.code > 299 || write.isDryRun || !WHOLE.has(write.target.subresource)) continue;
    for (const revision of revisionsOf(write, newest, kinds)) {
      revisions.push(revision);
      newest = Math.max(newest, revision.version);
    }
  }
  return revisions.sort((left, right) => left.version - right.version);
}

/** An answer to a delete says the kind of what is gone only by its resource. */
function kindsByResource(writes: readonly AuditedWrite[]): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>();
  for (const { target, answer } of writes) {
    for (const object of answeredObjects(answer)) kinds.set(`${target.group}/${target.resource}`, object.kind);
  }
  return kinds;
}

/** A deletion has no revision of its own in its answer: it counts as stored after all that was answered before. */
function revisionsOf(write: AuditedWrite, newest: number, kinds: ReadonlyMap<string, string>): readonly Revision[] {
  const objects = answeredObjects(write.answer);
  if (!write.verb.startsWith('delete')) {
    return objects.map((object) => ({ ...revisionOf(object, write), version: versionOf(object) }));
  }
  if (objects.length > 0) {
    return objects.map((object) => {
      const revision = revisionOf(object, write);
      return { ...revision, version: revision.after === undefined ? newest + 0.5 : versionOf(object) };
    });
  }
  const { group, resource, namespace, name } = write.target;
  const kind = kinds.get(`${group}/${resource}`);
  if (kind === undefined || name === '') return [];
  const key = `${group}/${kind}/${namespace}/${name}`;
  return [{ key, write, version: newest + 0.5, after: undefined, gone: deletedUid(write.answer) }];
}

function deletedUid(status: unknown): string | undefined {
  const details = isRecord(status) ? status['details'] : undefined;
  const uid = isRecord(details) ? details['uid'] : undefined;
  return typeof uid === 'string' ? uid : undefined;
}

function revisionOf(object: KubernetesObject, write: AuditedWrite): Omit<Revision, 'version'> {
  const key = objectKey(object);
  return isGone(object, write)
    ? { key, write, after: undefined, gone: object.metadata.uid }
    : { key, write, after: object };
}

/** An object that is being deleted goes with its last finalizer; a delete without finalizers answers with what is gone. */
function isGone({ metadata, ...rest }: KubernetesObject, write: AuditedWrite): boolean {
  const finalizers = metadata['finalizers'];
  const isHeld = (Array.isArray(finalizers) && finalizers.length > 0) || isNamespaceHeld(rest);
  if (isHeld) return false;
  return write.verb.startsWith('delete') || metadata['deletionTimestamp'] !== undefined;
}

/** Namespaces keep their finalizers elsewhere. */
function isNamespaceHeld(rest: Readonly<Record<string, unknown>>): boolean {
  const spec = rest['spec'];
  const finalizers = isRecord(spec) ? spec['finalizers'] : undefined;
  return rest['kind'] === 'Namespace' && Array.isArray(finalizers) && finalizers.length > 0;
}
