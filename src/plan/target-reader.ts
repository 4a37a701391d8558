import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { Route } from '../model/route.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type ClassSpeech, classSpeeches } from './class-speech.ts';
import type { Reading } from './dialect.ts';
import type { TargetChanges } from './plan.ts';
import { unionReading } from './reading-union.ts';
import { mergeChanges } from './retreat.ts';

/** What the controllers of one target make of what stands on it. */
export type TargetReader = {
  /**
   * Everything that any of them grants for the target as it would stand.
   *
   * @param owned objects of our own as they would stand, beside or instead of those of the input
   */
  readonly read: (object: KubernetesObject, owned: readonly KubernetesObject[]) => Reading;
  /** What switches CORS off there. */
  readonly off: (object: KubernetesObject) => TargetChanges;
};

/** Makes readers for the targets of a snapshot; undefined for a route of which no controller is known. */
export function createTargetReaders(snapshot: Snapshot): (route: Route) => TargetReader | undefined {
  const speechOf = classSpeeches(snapshot);
  return (route) => {
    const speakers = route.parents.map((parent) => speechOf(parent, route.target.kind)).flatMap(speakerOf);
    if (speakers.length === 0) return undefined;
    return {
      read: (object, owned) => unionReading(speakers.map((speaker) => speaker.read({ ...route, object }, owned))),
      off: (object) => mergeChanges(speakers.map((speaker) => speaker.off({ ...route, object }))),
    };
  };
}

type Speakers = readonly Extract<ClassSpeech, { ok: true }>['speaker'][];

function speakerOf(speech: ClassSpeech): Speakers {
  return speech.ok ? [speech.speaker] : [];
}
