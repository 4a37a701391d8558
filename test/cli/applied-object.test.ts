import { expect, test } from 'vitest';
import { appliedObject } from '../../src/cli/applied-object.ts';

test('appliedObject: what the API server fills in is left out, all else is kept', () => {
  const object = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      managedFields: [{ manager: 'git' }],
      labels: { team: 'web' },
      annotations: { note: 'kept' },
      ownerReferences: [{ uid: 'o' }],
      finalizers: ['f'],
    },
    spec: { rules: [] },
    status: { loadBalancer: {} },
  };
  expect(appliedObject(object)).toEqual({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: 'web',
      namespace: 'shop',
      labels: { team: 'web' },
      annotations: { note: 'kept' },
      ownerReferences: [{ uid: 'o' }],
      finalizers: ['f'],
    },
    spec: { rules: [] },
  });
});

test('appliedObject: annotations of which nothing is left go as a whole', () => {
  const metadata = { name: 'web', annotations: {} };
  expect(appliedObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: {} })).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web' },
    data: {},
  });
});
