import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../src/plan/plan.ts';
import { labelOf } from '../../src/plan/target-keys.ts';
import type { ControlPlane } from '../rig/control-plane.ts';
import { type AuditedWrite, type AuditTarget, readAuditLog } from './audit-log.ts';
import { type Change, changesOf, objectKey } from './audit-timeline.ts';
import { createWorld, isLocal, isTarget, type World } from './audit-world.ts';
import { createKeyKeeper, type KeyKeeper } from './own-keys.ts';
import { foreignDifferences } from './target-difference.ts';
import { widening } from './target-widening.ts';

/** Something that the operator did and should not have done. */
export type Violation = {
  readonly kind: /** A target granted more afterwards than any policy that held just before, and than it granted until then. */
    | 'Wider'
    /** Something of a target changed that is not ours. */
    | 'ForeignKey'
    /** An object changed, came or went that is neither a target nor ours. */
    | 'ForeignObject'
    /** A request to write while nothing had changed for long. */
    | 'NotQuiet';
  /** `Ingress shop/storefront`. */
  readonly object: string;
  readonly message: string;
  /** When it was answered, ISO 8601. */
  readonly time: string;
  readonly auditId: string;
};

/** Whose writes are judged, and by what. */
export type OracleOptions = {
  /** User names under which the operator works. */
  readonly users?: readonly string[];
  /** Field manager of the operator, those of instances (`NAME-…`) included; `cors-operator` when absent. */
  readonly fieldManager?: string;
  /** Settings of the operator; the default ones when absent. */
  readonly settings?: Settings;
  /** Seconds for which the operator may still act upon what held before; 10 when absent. */
  readonly delay?: number;
  /** Milliseconds since 1970 from which on nothing may be written. */
  readonly quietSince?: number;
};

/**
 * Judges everything that the operator wrote by the API server's own record: what stood where, at every revision.
 *
 * Knows nothing of the controller. From the recorded objects it tells for each write what governed the target, reads what was
 * stored as the target's ingress controller would, and compares.
 *
 * @param path an audit log with request and response bodies of all writes, from the cluster's first moment on
 * @returns in the order of the writes
 */
export function replayAudit(path: string, options: OracleOptions = {}): Promise<readonly Violation[]> {
  return Promise.resolve(judgeWrites(readAuditLog(path), options));
}

function judgeWrites(writes: readonly AuditedWrite[], options: OracleOptions): readonly Violation[] {
  const isOurs = ownership(options);
  const judgement: Judgement = {
    world: createWorld(options.settings ?? defaultSettings),
    keys: createKeyKeeper(),
    delay: (options.delay ?? 10) * 1000,
  };
  const violations: Violation[] = [];
  for (const change of changesOf(writes)) {
    const ours = isOurs(change.write);
    judgement.world.advance(change, ours);
    judgement.keys.note(change, ours);
    if (ours) violations.push(...judgeChange(change, judgement));
  }
  const loud = writes.filter((write) => isOurs(write) && isLoud(write, options.quietSince));
  return [...violations, ...loud.map(notQuiet)].sort((left, right) => left.time.localeCompare(right.time));
}

/** Fails with every violation that a control plane has recorded so far. */
export async function expectNoViolations(
  plane: Pick<ControlPlane, 'auditLog' | 'settleAuditLog'>,
  options: OracleOptions = {},
): Promise<void> {
  await plane.settleAuditLog();
  const violations = await replayAudit(plane.auditLog, options);
  const lines = violations.map(({ kind, object, message, time }) => `${time} ${kind} ${object}: ${message}`);
  if (lines.length > 0) throw new Error(`what the operator wrote is not what it may write:\n${lines.join('\n')}`);
}

type Judgement = { readonly world: World; readonly keys: KeyKeeper; readonly delay: number };

function ownership({ users = [], fieldManager = 'cors-operator' }: OracleOptions): (write: AuditedWrite) => boolean {
  return (write) =>
    users.includes(write.user) ||
    write.fieldManager === fieldManager ||
    write.fieldManager.startsWith(`${fieldManager}-`);
}

function judgeChange(change: Change, { world, keys, delay }: Judgement): readonly Violation[] {
  const { write, before, after } = change;
  const object = after ?? before;
  if (object === undefined || isBookkeeping(write.target) || isOwnStatus(write.target)) return [];
  if (isOwned(object)) return [...takenOver(change), ...widerTargets(change, { world, keys, delay })];
  if (!isTarget(object)) return [violation(change, 'ForeignObject', `${write.verb}: neither a target nor ours`)];
  if (after === undefined) return [violation(change, 'ForeignObject', 'deleted')];
  if (before === undefined) return write.code === 201 ? [violation(change, 'ForeignObject', 'created')] : [];
  const routes = world.epoch().routesOf(change.key);
  const foreign = foreignDifferences(before, after, keys.keysOf(change, routes));
  return [
    ...(foreign.length === 0 ? [] : [violation(change, 'ForeignKey', foreign.join(', '))]),
    ...widerTargets(change, { world, keys, delay }),
  ];
}

/** What an operator has to write whatever happens, and what is no object. */
function isBookkeeping({ group, resource }: AuditTarget): boolean {
  return resource === 'events' || isLease({ group, resource }) || isReview({ group });
}

function isLease({ group, resource }: Pick<AuditTarget, 'group' | 'resource'>): boolean {
  return group === 'coordination.k8s.io' && resource === 'leases';
}

/** Questions about rights and tokens, which are asked by POST. */
function isReview({ group }: Pick<AuditTarget, 'group'>): boolean {
  return group === 'authorization.k8s.io' || group === 'authentication.k8s.io';
}

function isOwnStatus({ group, subresource }: AuditTarget): boolean {
  return group === 'cors-operator.dev' && subresource === 'status';
}

function isOwned(object: KubernetesObject): boolean {
  return labelOf(object, MANAGED_BY_LABEL) === MANAGED_BY && /^cors-operator(?:-|$)/.test(object.metadata.name);
}

function takenOver(change: Change): readonly Violation[] {
  const { before } = change;
  if (before === undefined || isOwned(before)) return [];
  return [violation(change, 'ForeignObject', 'it was somebody else’s before')];
}

function widerTargets(change: Change, { world, keys, delay }: Judgement): readonly Violation[] {
  return affectedTargets(change, world).flatMap((object) => {
    const found = widening({ change, key: objectKey(object), object, world, original: keys.original, delay });
    return found === undefined ? [] : [{ ...violation(change, 'Wider', found), object: words(object) }];
  });
}

/** The target itself; an object of ours may be used by others, those of its namespace unless it has no owner there. */
function affectedTargets({ key, before, after }: Change, world: World): readonly KubernetesObject[] {
  const changed = after ?? before;
  if (changed === undefined || isTarget(changed)) return [world.objects.get(key)].filter((each) => each !== undefined);
  const { namespace } = changed.metadata;
  const targets = [...world.objects.values()].filter(isTarget);
  return isLocal(changed) ? targets.filter(({ metadata }) => metadata.namespace === namespace) : targets;
}

function isLoud(write: AuditedWrite, quietSince: number | undefined): boolean {
  if (quietSince === undefined || write.received < quietSince || write.isDryRun) return false;
  return !isLease(write.target) && !isReview(write.target);
}

function notQuiet(write: AuditedWrite): Violation {
  const { resource, subresource, namespace, name } = write.target;
  const path = [namespace, name].filter((each) => each !== '').join('/');
  return {
    kind: 'NotQuiet',
    object: `${resource}${subresource === '' ? '' : `/${subresource}`} ${path}`,
    message: `${write.verb} by ${write.user}, answered with ${write.code}`,
    time: new Date(write.answered).toISOString(),
    auditId: write.auditId,
  };
}

function violation({ write, before, after }: Change, kind: Violation['kind'], message: string): Violation {
  const object = after ?? before;
  return {
    kind,
    object: object === undefined ? '' : words(object),
    message,
    time: new Date(write.answered).toISOString(),
    auditId: write.auditId,
  };
}

function words({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`;
}
