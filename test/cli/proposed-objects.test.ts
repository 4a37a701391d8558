import { describe, expect, test } from 'vitest';
import { proposeObjects } from '../../src/cli/proposed-objects.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { annotationOwners } from '../../src/model/managed-fields.ts';
import { recordText } from '../../src/plan/record.ts';
import { ingressObject, policyObject } from '../support/cluster-objects.ts';

const NOW = '2026-03-01T00:00:00Z';
const ENABLE = 'nginx.ingress.kubernetes.io/enable-cors';

function proposed(standing: readonly KubernetesObject[], ...objects: readonly KubernetesObject[]): KubernetesObject {
  const all = proposeObjects(standing, objects, NOW);
  const last = objects.at(-1);
  const found = all.find(({ kind, metadata }) => kind === last?.kind && metadata.name === last.metadata.name);
  if (found === undefined) throw new Error('the proposed object is not there');
  return found;
}

describe('proposeObjects', () => {
  test('a new object joins the others as the youngest: it takes no route from who had it first', () => {
    const standing = [policyObject('old', {}, { creationTimestamp: '2026-01-01T00:00:00Z' })];
    const all = proposeObjects(standing, [policyObject('new', {}, { creationTimestamp: '2020-01-01T00:00:00Z' })], NOW);
    expect(all.map(({ metadata }) => [metadata.name, metadata.creationTimestamp])).toEqual([
      ['old', '2026-01-01T00:00:00Z'],
      ['new', NOW],
    ]);
  });

  test('one of a name that is there takes its place, with its identity and age', () => {
    const standing = policyObject('p', { maxAge: 1 }, { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' });
    const after = proposed([{ ...standing, status: { conditions: [] } }], policyObject('p', { maxAge: 2 }));
    expect(after).toMatchObject({
      metadata: { uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z' },
      spec: { maxAge: 2 },
      status: { conditions: [] },
    });
  });

  test('the same name in another namespace, of another kind or group is another object', () => {
    const standing = [ingressObject('web'), policyObject('web', {})];
    const other = ingressObject('web', { namespace: 'other' });
    expect(proposeObjects(standing, [other], NOW)).toHaveLength(3);
    const strange = { ...ingressObject('web'), apiVersion: 'example.com/v1' };
    expect(proposeObjects(standing, [strange], NOW)).toHaveLength(3);
  });

  test('another version of one group is the same object', () => {
    const beta = { ...ingressObject('web'), apiVersion: 'networking.k8s.io/v1beta1' };
    expect(proposeObjects([beta], [ingressObject('web')], NOW)).toHaveLength(1);
  });

  test('keys that the operator wrote stay, others that the manifest does not name go', () => {
    const record = recordText({
      instance: '',
      uid: 'u',
      policy: { uid: '', generation: 1 },
      keys: { [ENABLE]: { hash: 'x' } },
    });
    const annotations = { [ENABLE]: 'true', 'cors-operator.dev/record': record, note: 'old', mine: '1' };
    const after = proposed(
      [ingressObject('web', { uid: 'u', annotations })],
      ingressObject('web', { annotations: { mine: '2' } }),
    );
    expect(after.metadata.annotations).toEqual({ [ENABLE]: 'true', 'cors-operator.dev/record': record, mine: '2' });
  });

  test('whoever applies the manifest owns what it names; who had another value there does not any more', () => {
    const owned = (key: string) => ({ 'f:metadata': { 'f:annotations': { [`f:${key}`]: {} } } });
    const managedFields = [
      { manager: 'cors-operator', operation: 'Apply', fieldsV1: owned('changed') },
      { manager: 'git', operation: 'Apply', fieldsV1: owned('same') },
    ];
    const standing = ingressObject('web', { uid: 'u', managedFields, annotations: { changed: 'a', same: 's' } });
    const after = proposed([standing], ingressObject('web', { annotations: { changed: 'b', same: 's' } }));
    expect(annotationOwners(after, 'changed').map(({ manager }) => manager)).toEqual(['proposed']);
    expect(annotationOwners(after, 'same').map(({ manager }) => manager)).toEqual(['git', 'proposed']);
  });

  test('nothing of what was given is changed', () => {
    const standing = ingressObject('web', { uid: 'u', annotations: { a: '1' }, managedFields: [] });
    const before = structuredClone(standing);
    proposed([standing], ingressObject('web', { annotations: { a: '2' } }));
    expect(standing).toEqual(before);
  });
});
