import { describe, expect, test } from 'vitest';
import type { Policy } from '../../../src/cors/policy.ts';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import type { Route } from '../../../src/model/route.ts';
import type { Expression, Speaker } from '../../../src/plan/dialect.ts';
import { traefik } from '../../../src/plan/dialects/traefik.ts';
import { fixtures } from '../../contract/dialect-fixtures.ts';

const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';
const OURS = 'cors-operator-ingress-storefront';
const POLICY: Policy = {
  origins: { any: false, exact: ['https://a.com'], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
};

function route(list?: string): Route {
  return fixtures.traefik.route(list === undefined ? {} : { annotations: { [LIST]: list } });
}

function middleware(
  name: string,
  headers: Readonly<Record<string, unknown>>,
  more: { namespace?: string; ours?: boolean } = {},
): KubernetesObject {
  const labels = more.ours === true ? { 'app.kubernetes.io/managed-by': 'cors-operator' } : {};
  const metadata = { name, namespace: more.namespace ?? 'shop', labels };
  return { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', metadata, spec: { headers } };
}

function speaker(
  objects: readonly KubernetesObject[] = [],
  annotations: Readonly<Record<string, string>> = {},
): Speaker {
  const [controller] = fixtures.traefik.controllers;
  if (controller?.context.routeClass === undefined) throw new Error('no class');
  const keyed = objects.map((each): [string, KubernetesObject] => [
    `Middleware/${each.metadata.namespace}/${each.metadata.name}`,
    each,
  ]);
  return traefik.open({
    ...controller.context,
    objects: new Map(keyed),
    routeClass: { ...controller.context.routeClass, annotations },
  });
}

function said(expression: Expression): Extract<Expression, { ok: true }> {
  if (!expression.ok) throw new Error(expression.message);
  return expression;
}

describe('traefik', () => {
  test.each([
    { naming: 'legacy', first: `shop-${OURS}@kubernetescrd`, absent: `shop_${OURS}@kubernetescrd` },
    { naming: 'safe', first: `shop_${OURS}@kubernetescrd`, absent: `shop-${OURS}@kubernetescrd` },
  ])('$naming names: ours first, its other name gone', ({ naming, first, absent }) => {
    const { changes } = said(speaker([], { 'cors-operator.dev/traefik-naming': naming }).express(POLICY)(route()));
    expect(changes.listEntries).toEqual([
      { annotation: LIST, entry: first, presence: 'First' },
      { annotation: LIST, entry: absent, presence: 'Absent' },
    ]);
  });

  test('the Middleware carries our label, and an owner where the Ingress has a uid', () => {
    const [plain] = said(speaker().express(POLICY)(route())).owned;
    expect(plain?.metadata).toEqual({
      name: OURS,
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'cors-operator' },
    });
    const [owned] = said(speaker().express(POLICY)(fixtures.traefik.route({ uid: 'u1' }))).owned;
    expect(owned?.metadata['ownerReferences']).toEqual([
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'storefront', uid: 'u1' },
    ]);
  });

  test('another Middleware with our name for Traefik stops it', () => {
    const twin = middleware('operator-ingress-storefront', {}, { namespace: 'shop-cors' });
    expect(speaker([twin]).express(POLICY)(route())).toMatchObject({ ok: false, reason: 'NameTaken' });
    const safe = speaker([twin], { 'cors-operator.dev/traefik-naming': 'safe' });
    expect(safe.express(POLICY)(route()).ok).toBe(true);
  });

  test.each([
    {
      name: 'a Middleware of others that sets CORS headers',
      objects: [middleware('headers', { accessControlAllowOriginList: ['*'] })],
      list: 'shop-headers@kubernetescrd',
      isForeign: true,
    },
    {
      name: 'one that does not',
      objects: [middleware('headers', { frameDeny: true })],
      list: 'shop-headers@kubernetescrd',
      isForeign: false,
    },
    {
      name: 'one that is not named',
      objects: [middleware('headers', { accessControlAllowOriginList: ['*'] })],
      list: 'shop-auth@kubernetescrd',
      isForeign: false,
    },
    {
      name: 'one that the input does not hold',
      objects: [],
      list: 'shop-headers@kubernetescrd,auth@file',
      isForeign: false,
    },
    {
      name: 'ours',
      objects: [middleware(OURS, { accessControlAllowOriginList: ['*'] }, { ours: true })],
      list: `shop-${OURS}@kubernetescrd`,
      isForeign: false,
    },
    {
      name: 'one with our name and without our label',
      objects: [middleware(OURS, { accessControlAllowOriginList: ['*'] })],
      list: `shop-${OURS}@kubernetescrd`,
      isForeign: true,
    },
    {
      name: 'ours of another Ingress',
      objects: [middleware('cors-operator-ingress-other', { accessControlAllowOriginList: ['*'] }, { ours: true })],
      list: 'shop-cors-operator-ingress-other@kubernetescrd',
      isForeign: true,
    },
  ])('foreign CORS: $name', ({ objects, list, isForeign }) => {
    expect(speaker(objects).foreignCors(route(list)) !== undefined).toBe(isForeign);
  });

  test('a reference to ours that does not exist takes the route away, one to others is not judged', () => {
    expect(speaker().read(route(`shop-${OURS}@kubernetescrd`), []).kind).toBe('Invalid');
    expect(speaker().read(route('shop-auth@kubernetescrd'), []).kind).toBe('Off');
  });

  test('inUse: ours, as long as the list names it', () => {
    const ours = middleware(OURS, { accessControlAllowOriginList: ['https://a.com'] }, { ours: true });
    expect(speaker([ours]).inUse(route(`shop-auth@kubernetescrd,shop-${OURS}@kubernetescrd`))).toEqual([ours]);
    expect(speaker([ours]).inUse(route('shop-auth@kubernetescrd'))).toEqual([]);
  });

  test('a list that a Middleware cannot hold is TooManyOrigins', () => {
    const exact = Array.from(
      { length: 40_000 },
      (_, index) => `https://app-${String(index).padStart(6, '0')}.example.com`,
    );
    const expression = speaker().express({ ...POLICY, origins: { ...POLICY.origins, exact } })(route());
    expect(expression).toMatchObject({ ok: false, reason: 'TooManyOrigins' });
  });
});
