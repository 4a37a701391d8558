import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';

/** A condition as `True Programmed`; `-` for one that is not there. */
export function conditionWords(object: KubernetesObject | undefined, type: string): string {
  const condition = conditionOf(object, type);
  return condition === undefined ? '-' : `${condition['status']} ${condition['reason']}`;
}

/** The message of a condition; "" for one that is not there. */
export function conditionMessage(object: KubernetesObject | undefined, type: string): string {
  return String(conditionOf(object, type)?.['message'] ?? '');
}

/** Annotations of an object; {} without any. */
export function annotationsOf(object: KubernetesObject | undefined): Readonly<Record<string, string>> {
  return object?.metadata.annotations ?? {};
}

function conditionOf(
  object: KubernetesObject | undefined,
  type: string,
): Readonly<Record<string, unknown>> | undefined {
  const status = object?.['status'];
  const conditions = isRecord(status) ? status['conditions'] : undefined;
  return Array.isArray(conditions) ? conditions.filter(isRecord).find((each) => each['type'] === type) : undefined;
}
