import type { ObjectRef, TargetRef } from '../model/reference.ts';
import type { PolicyObject, Snapshot } from '../model/snapshot.ts';
import type { TargetRefSpec } from '../model/target-claim.ts';

/** An entry of `spec.targetRefs` that names nothing. */
export type MissingTarget = {
  readonly index: number;
  readonly reason: 'TargetNotFound' | 'TargetKindNotInstalled';
  /** What is not there and what to do, one sentence. */
  readonly message: string;
};

/** Finds the entries of policies that name no route of the snapshot. */
export function targetPresence(snapshot: Snapshot): (policy: PolicyObject) => readonly MissingTarget[] {
  const wantedNames = new Set(snapshot.policies.flatMap(({ claim }) => claim.refs).map(({ name }) => name));
  const present = new Map<string, Map<string, TargetRef[]>>();
  for (const { target } of snapshot.routes) if (wantedNames.has(target.name)) addTarget(present, target);
  return ({ ref, claim }) => {
    const byName = present.get(ref.namespace ?? '');
    const missing = claim.refs.flatMap((wanted, index) => {
      const found = byName?.get(wanted.name)?.some((target) => isNamed(target, wanted)) === true;
      return found ? NONE : [{ index, ...missingTarget(wanted, ref, snapshot) }];
    });
    return missing.length === 0 ? NONE : missing;
  };
}

function addTarget(present: Map<string, Map<string, TargetRef[]>>, target: TargetRef): void {
  let byName = present.get(target.namespace);
  if (byName === undefined) {
    byName = new Map();
    present.set(target.namespace, byName);
  }
  const sharing = byName.get(target.name);
  if (sharing === undefined) byName.set(target.name, [target]);
  else sharing.push(target);
}

/** An entry without a sectionName names every rule. */
function isNamed(target: TargetRef, { group, kind, sectionName }: TargetRefSpec): boolean {
  const section = sectionName === undefined || target.sectionName === sectionName;
  return target.kind === kind && target.group === group && section;
}

const NONE: readonly MissingTarget[] = [];
const READ_KINDS = ['Ingress', 'HTTPRoute'];

function missingTarget(target: TargetRefSpec, policy: ObjectRef, snapshot: Snapshot): Omit<MissingTarget, 'index'> {
  const { group, kind, name, sectionName } = target;
  if (snapshot.missingKinds.has(`${group}/${kind}`)) {
    return { reason: 'TargetKindNotInstalled', message: `${kind} of ${group} is not installed in this cluster` };
  }
  const rule = sectionName === undefined ? '' : `, or it has no rule named ${sectionName}`;
  const message = READ_KINDS.includes(kind)
    ? `there is no ${kind} ${policy.namespace ?? ''}/${name}${rule}`
    : `${kind} is not read by this version: use an Ingress or HTTPRoute`;
  return { reason: 'TargetNotFound', message };
}
