import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { isRecord, isStringRecord, objectNamespace, reportShape, type ShapeReport } from './object-shape.ts';
import type { OriginListObject } from './snapshot.ts';

/** Label of ConfigMaps that policies may read: a policy's author must not be able to read any ConfigMap through us. */
export const ORIGINS_LABEL = 'cors-operator.dev/origins';

/** Reads a ConfigMap; values that are no strings are left out, and reported where a policy may read them. */
export function readOriginListObject(object: KubernetesObject): {
  readonly list: OriginListObject;
  readonly issues: readonly Issue[];
} {
  const labelled = object.metadata.labels?.[ORIGINS_LABEL] === 'true';
  const report: ShapeReport = { object, issues: [] };
  const data = readData(report);
  const list = { namespace: objectNamespace(object), name: object.metadata.name, labelled, data };
  return { list, issues: labelled ? report.issues : [] };
}

const NO_DATA: Readonly<Record<string, string>> = {};

function readData(report: ShapeReport): Readonly<Record<string, string>> {
  const data = report.object['data'];
  if (isStringRecord(data)) return data;
  if (data === undefined || data === null) return NO_DATA;
  if (!isRecord(data)) {
    reportShape(report, 'data', 'an object');
    return NO_DATA;
  }
  const strings: [string, string][] = [];
  for (const [key, value] of Object.entries(data)) {
    if (typeof value === 'string') strings.push([key, value]);
    else reportShape(report, `data.${key}`, 'a string');
  }
  return Object.fromEntries(strings);
}
