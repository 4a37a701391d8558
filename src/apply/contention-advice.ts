import type { TargetRef } from '../model/reference.ts';
import { pointerSegment } from './managed-fields-patch.ts';
import type { Contention } from './write-outcome.ts';

/**
 * Who keeps changing which keys of a target back, and what to put into an Argo CD Application or a Flux Kustomization so that
 * it leaves them alone.
 *
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function contentionMessage(target: TargetRef, contentions: readonly Contention[]): string {
  const managers = [...new Set(contentions.map(({ manager }) => manager))].sort().join(', ');
  const keys = contentions.map(({ annotation }) => annotation).sort();
  const pointers = keys.map((key) => `/metadata/annotations/${pointerSegment(key)}`);
  const { kind, namespace, name } = target;
  return [
    `${managers} keeps changing ${keys.join(', ')} of ${kind} ${namespace}/${name} back, so that it is left alone and tried again in an hour. Remove the key there, or let it be ignored.`,
    'Argo CD, in the Application (with the sync option RespectIgnoreDifferences=true):',
    ...argoLines(target, pointers),
    'Flux, in the Kustomization:',
    ...fluxLines(target, pointers),
  ].join('\n');
}

function argoLines({ group, kind, namespace, name }: TargetRef, pointers: readonly string[]): readonly string[] {
  return [
    'spec:',
    '  ignoreDifferences:',
    `  - group: ${group}`,
    `    kind: ${kind}`,
    `    namespace: ${namespace}`,
    `    name: ${name}`,
    '    jsonPointers:',
    ...pointers.map((pointer) => `    - ${pointer}`),
  ];
}

function fluxLines({ kind, namespace, name }: TargetRef, pointers: readonly string[]): readonly string[] {
  return [
    'spec:',
    '  ignore:',
    '  - paths:',
    ...pointers.map((pointer) => `    - ${pointer}`),
    '    target:',
    `      kind: ${kind}`,
    `      namespace: ${namespace}`,
    `      name: ${name}`,
  ];
}
