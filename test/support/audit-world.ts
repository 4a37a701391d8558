import type { Policy } from '../../src/cors/policy.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { objectRole } from '../../src/model/object-role.ts';
import type { Route } from '../../src/model/route.ts';
import type { Settings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { type ClassSpeech, classSpeeches } from '../../src/plan/class-speech.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../../src/plan/plan.ts';
import { labelOf } from '../../src/plan/target-keys.ts';
import type { Governed, RouteResolution } from '../../src/resolve/resolution.ts';
import { resolveSnapshot } from '../../src/resolve/snapshot-resolution.ts';
import { type Change, objectKey } from './audit-timeline.ts';

/** What governs the routes of a cluster at one moment. */
export type Epoch = {
  /** Routes of one target object, by its key; with what governs each of them. */
  readonly routesOf: (key: string) => readonly GovernedRoute[];
};

/** A route with what it may grant, and with what its controllers understand. */
export type GovernedRoute = {
  readonly route: Route;
  readonly allowance: Allowance;
  readonly speeches: readonly ClassSpeech[];
};

/** What a route may grant: what its policy says; nothing, under a policy that grants nothing; or what nobody governs. */
export type Allowance =
  | { readonly kind: 'Policy'; readonly policy: Policy; readonly words: string }
  | { readonly kind: 'Nothing'; readonly words: string }
  | { readonly kind: 'Ungoverned' };

/** All objects of a cluster as they stood, and what follows from them, at any point of its history. */
export type World = {
  /** Objects now. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** Goes one change on. @param isOurs writes of ours to targets decide nothing about what governs them */
  readonly advance: (change: Change, isOurs: boolean) => void;
  readonly epoch: () => Epoch;
  /** As it was before the last change. */
  readonly epochBefore: () => Epoch;
  /**
   * Epochs that were over before now and that the reader of a cluster may still have acted upon, newest first.
   *
   * @param since milliseconds since 1970; those that ended before are left out
   * @param key the target in question: changes of other targets begin no epoch of its own
   */
  readonly epochsSince: (since: number, key: string) => Iterable<Epoch>;
};

/** An empty world. */
export function createWorld(settings: Settings): World {
  const objects = new Map<string, KubernetesObject>();
  const history: Change[] = [];
  let now = 0;
  const current = createEpoch(objects, settings, () => now);
  return {
    objects,
    advance: (change, isOurs) => {
      apply(objects, change.key, change.after);
      history.push(change);
      now = change.write.received;
      const object = change.after ?? change.before;
      if (!isOwnStatus(change) && !(isOurs && isTarget(object))) current.forget(object);
    },
    epoch: () => current,
    epochBefore: () => {
      const past = new Map(objects);
      const last = history.at(-1);
      if (last !== undefined) apply(past, last.key, last.before);
      return createEpoch(past, settings, () => now);
    },
    *epochsSince(since, key) {
      const past = new Map(objects);
      // Time alone ends exceptions.
      if (hasExceptions(past)) yield createEpoch(past, settings, () => since);
      for (const change of history.toReversed()) {
        if (change.write.answered < since) return;
        apply(past, change.key, change.before);
        if (mayMatterTo(key, change)) yield createEpoch(past, settings, () => Math.max(since, change.write.received));
      }
    },
  };
}

function apply(objects: Map<string, KubernetesObject>, key: string, object: KubernetesObject | undefined): void {
  if (object === undefined) objects.delete(key);
  else objects.set(key, object);
}

function mayMatterTo(key: string, change: Change): boolean {
  return change.key === key || !(isOwnStatus(change) || isTarget(change.after ?? change.before));
}

/** Nothing follows from what the operator says about policies. */
function isOwnStatus({ write }: Change): boolean {
  return write.target.group === 'cors-operator.dev' && write.target.subresource === 'status';
}

/** Whether a policy can name such an object. */
export function isTarget(object: KubernetesObject | undefined): boolean {
  if (object === undefined) return false;
  const role = objectRole(object);
  return role === 'Ingress' || role === 'HTTPRoute';
}

/**
 * Looks at one namespace at a time, since no policy of another one counts there: replays stay quick where there are thousands.
 *
 * Reads `objects` when it is asked; what it found out holds until it is told to forget.
 */
function createEpoch(
  objects: ReadonlyMap<string, KubernetesObject>,
  settings: Settings,
  now: () => number,
): Epoch & { readonly forget: (changed: KubernetesObject | undefined) => void } {
  const byNamespace = new Map<string, ReadonlyMap<string, readonly GovernedRoute[]>>();
  return {
    routesOf: (key) => {
      const namespace = objects.get(key)?.metadata.namespace ?? '';
      const known = byNamespace.get(namespace) ?? governedRoutes({ objects, namespace, settings, now: now() });
      // With exceptions it depends on the moment what governs.
      if (!hasExceptions(objects)) byNamespace.set(namespace, known);
      return known.get(key) ?? [];
    },
    forget: (changed) => {
      if (changed !== undefined && isLocal(changed)) byNamespace.delete(changed.metadata.namespace ?? '');
      else byNamespace.clear();
    },
  };
}

/** Whether an object counts for nothing outside of its namespace: one of ours that has an owner serves its owner. */
export function isLocal(object: KubernetesObject): boolean {
  if (isTarget(object) || objectRole(object) === 'CorsPolicy') return true;
  const owners = object.metadata['ownerReferences'];
  return labelOf(object, MANAGED_BY_LABEL) === MANAGED_BY && Array.isArray(owners) && owners.length > 0;
}

function hasExceptions(objects: ReadonlyMap<string, KubernetesObject>): boolean {
  return objects.values().some((object) => objectRole(object) === 'CorsException');
}

type Moment = {
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  readonly namespace: string;
  readonly settings: Settings;
  /** Milliseconds since 1970. */
  readonly now: number;
};

function governedRoutes({ objects, namespace, settings, now }: Moment): ReadonlyMap<string, readonly GovernedRoute[]> {
  const all = [...objects.values()].filter((each) => !isLocal(each) || each.metadata.namespace === namespace);
  const snapshot = assembleSnapshot(all, settings);
  const speechOf = classSpeeches(snapshot);
  const governed = ({ route, governed: by }: RouteResolution): GovernedRoute => ({
    route,
    allowance: allowanceOf(by),
    speeches: route.parents.map((parent) => speechOf(parent, route.target.kind)),
  });
  return Map.groupBy(resolveSnapshot(snapshot, now).routes.map(governed), ({ route }) => objectKey(route.object));
}

function allowanceOf(governed: Governed): Allowance {
  if (governed.by === 'Nothing') return { kind: 'Ungoverned' };
  const { kind, namespace, name } = governed.policy;
  const words = `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
  if (governed.by === 'Invalid' || governed.effective.refusal !== undefined) return { kind: 'Nothing', words };
  return { kind: 'Policy', policy: plainPolicy(governed.effective.cors), words };
}
