import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Fields } from '../model/object-shape.ts';

/** One request that changes a target. */
export type TargetWrite = {
  /**
   * `Apply`: server-side apply of the keys we hold. `Merge`: a merge patch, where a key has to go that others own as well.
   * `Restore`: a merge patch that puts back what stood before; then what the API server keeps book of is put right.
   */
  readonly kind: 'Apply' | 'Merge' | 'Restore';
  readonly body: Fields;
  /** Takes keys from their owners; only with `Apply`. */
  readonly force: boolean;
  /** The target as it will stand. */
  readonly after: KubernetesObject;
  /** Annotations that it changes, the record aside. */
  readonly changed: readonly string[];
  /** Those of them that somebody changed since we wrote them. */
  readonly changedBack: readonly ChangedKey[];
  /** Keys that go back to a manager that applies them. */
  readonly givenBack: readonly GivenBack[];
};

/** A key that somebody changed since we wrote it; `unknown` where the manager cannot be told. */
export type ChangedKey = { readonly annotation: string; readonly manager: string };

/** A key and the manager that owned it by server-side apply before it was taken over. */
export type GivenBack = { readonly annotation: string; readonly manager: string };

/**
 * Ties a patch to that very object, so that another of its name is never written, and to the revision that was judged, so that a
 * write which arrives late undoes nothing that was written meanwhile.
 */
export function patchMetadata({ metadata: { uid, resourceVersion } }: KubernetesObject): Fields {
  return { uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
}
