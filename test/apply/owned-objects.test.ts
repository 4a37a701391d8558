import { describe, expect, test } from 'vitest';
import { indexOwned, isOurs, ownedChanges } from '../../src/apply/owned-objects.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { ingressObject } from '../support/cluster-objects.ts';

const TARGET = ingressObject('web', { uid: 'u-1' });
const LABELS = { 'app.kubernetes.io/managed-by': 'cors-operator' };

function middleware(
  name: string,
  fields: Readonly<Record<string, unknown>> = {},
  spec: object = { headers: {} },
): KubernetesObject {
  const ownerReferences = [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web', uid: 'u-1' }];
  const metadata = { name, namespace: 'shop', labels: LABELS, ownerReferences, ...fields };
  return { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata, spec };
}

const PLANNED = middleware('cors-operator-ingress-web');

describe('ownedChanges', () => {
  test.each([
    { name: 'what is missing is made', standing: [], expected: { created: [PLANNED] } },
    {
      name: 'what stands as planned is left',
      standing: [middleware('cors-operator-ingress-web', { uid: 'm' })],
      expected: {},
    },
    {
      name: 'another spec is changed',
      standing: [middleware('cors-operator-ingress-web', {}, { headers: { a: 1 } })],
      expected: { updated: 1 },
    },
    {
      name: 'another owner is changed, as after the target was made anew',
      standing: [middleware('cors-operator-ingress-web', { ownerReferences: [{ uid: 'u-0' }] })],
      expected: { updated: 1 },
    },
    {
      name: 'what is not planned any more goes',
      standing: [PLANNED, middleware('cors-operator-old')],
      expected: { deleted: 1 },
    },
    {
      name: 'what belongs to another target stays',
      standing: [PLANNED, middleware('cors-operator-ingress-other', { ownerReferences: [{ uid: 'u-2' }] })],
      expected: {},
    },
    {
      name: 'what has no label of ours stays',
      standing: [PLANNED, middleware('cors-operator-old', { labels: {} })],
      expected: {},
    },
    { name: 'what has no name of ours stays', standing: [PLANNED, middleware('auth')], expected: {} },
  ])('$name', ({ standing, expected }) => {
    const changes = ownedChanges(TARGET, [PLANNED], standing);
    const {
      created = [],
      updated = 0,
      deleted = 0,
    } = { ...expected } as { created?: unknown; updated?: number; deleted?: number };
    expect(changes.created).toEqual(created);
    expect([changes.updated.length, changes.deleted.length, changes.problem]).toEqual([updated, deleted, undefined]);
  });

  test('an object of the name that is not ours is in the way', () => {
    const changes = ownedChanges(TARGET, [PLANNED], [middleware('cors-operator-ingress-web', { labels: {} })]);
    expect(changes.problem).toMatchObject({
      reason: 'NameTaken',
      message: expect.stringContaining('shop/cors-operator-ingress-web'),
    });
    expect(changes.updated).toEqual([]);
  });
});

test('isOurs: by label and name', () => {
  expect(isOurs(PLANNED)).toBe(true);
  expect(isOurs(middleware('cors-operator'))).toBe(false);
});

test('indexOwned: what belongs to a target, and what has a name it plans', () => {
  const other = middleware('cors-operator-ingress-other', { ownerReferences: [{ uid: 'u-2' }] });
  const foreign = middleware('cors-operator-ingress-web', { labels: {}, ownerReferences: [] });
  const old = middleware('cors-operator-old');
  const ownedOf = indexOwned([other, foreign, old]);
  expect(ownedOf(TARGET, [PLANNED])).toEqual([old, foreign]);
  expect(ownedOf(TARGET, [])).toEqual([old]);
});
