import type { z } from 'zod';
import type { DeepReadonly } from '../deep-readonly.ts';
import type { Issue } from '../issue.ts';
import type { KubernetesObject } from '../kubernetes-object.ts';
import { nearestName } from '../nearest-name.ts';
import { type Fields, isRecord } from '../object-shape.ts';
import type { OwnObject } from '../policy-object.ts';
import type { ObjectRef } from '../reference.ts';
import { acceptedReasons, withoutAccepted } from './accepted-warning.ts';
import { boundedJson } from './bounded-json.ts';
import { inFieldOrder } from './field-order.ts';
import { pathBelow } from './field-path.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { readStructure } from './structure.ts';

/** How a kind is read: its schema, and what the schema cannot say. */
export type KindRules<Schema extends z.ZodType> = {
  readonly schema: Schema;
  /** Issues of a spec, of which any part may have a wrong type. */
  readonly judge: (spec: Fields, path: string) => readonly Issue[];
  readonly ref: ObjectRef;
};

/** Reads an object of one of our kinds: every problem of it, and its spec when none is an error. */
export function readOwnObject<Schema extends z.ZodType>(
  object: KubernetesObject,
  { schema, judge, ref }: KindRules<Schema>,
): OwnObject<DeepReadonly<z.output<Schema>>> {
  const { metadata } = object;
  const annotations = stringRecord(metadata.annotations);
  const raw = boundedJson(object['spec']);
  const structure = readStructure(schema, raw, 'spec');
  const found = [...unknownTopFields(object), ...structure.issues, ...(isRecord(raw) ? judge(raw, 'spec') : [])];
  const issues = withoutAccepted(inFieldOrder(found), acceptedReasons(annotations)).map((issue) => ({
    ...issue,
    object: ref,
  }));
  const isValid = !issues.some(({ severity }) => severity === 'error');
  return {
    ref,
    ...(typeof metadata.uid === 'string' && { uid: metadata.uid }),
    generation: typeof metadata.generation === 'number' ? metadata.generation : 0,
    creationTimestamp: typeof metadata.creationTimestamp === 'string' ? metadata.creationTimestamp : '',
    annotations,
    spec: isValid ? (structure.value as DeepReadonly<z.output<Schema>> | undefined) : undefined,
    issues,
  };
}

const NO_ANNOTATIONS: Readonly<Record<string, string>> = {};

function stringRecord(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return NO_ANNOTATIONS;
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts);
}

const TOP_FIELDS = ['apiVersion', 'kind', 'metadata', 'spec', 'status'];

/** Most unknown fields that are reported one by one. */
const MAX_UNKNOWN = 32;

function unknownTopFields(object: KubernetesObject): readonly Issue[] {
  const unknown = Object.keys(object).filter((key) => !TOP_FIELDS.includes(key));
  return unknown.slice(0, MAX_UNKNOWN).map((key) => {
    const suggestion = nearestName(key, TOP_FIELDS);
    const advice = suggestion === undefined ? 'remove it, or indent it below spec' : `write ${suggestion}`;
    return finding('FieldUnknown', pathBelow('', key), `there is no field ${quoted(key)}; ${advice}`, { suggestion });
  });
}
