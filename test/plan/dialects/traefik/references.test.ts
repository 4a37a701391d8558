import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Route } from '../../../../src/model/route.ts';
import type { ClassContext } from '../../../../src/plan/dialect.ts';
import {
  classNaming,
  MIDDLEWARES_ANNOTATION,
  middlewareName,
  middlewareReference,
  namingBalance,
} from '../../../../src/plan/dialects/traefik/references.ts';
import { fixtures } from '../../../contract/dialect-fixtures.ts';

function route(name: string, list?: string): Route {
  const annotations = list === undefined ? {} : { [MIDDLEWARES_ANNOTATION]: list };
  const base = fixtures.traefik.route({ annotations });
  return { ...base, target: { ...base.target, name } };
}

function context(fields: Partial<ClassContext>, annotations: Readonly<Record<string, string>> = {}): ClassContext {
  const [controller] = fixtures.traefik.controllers;
  if (controller?.context.routeClass === undefined) throw new Error('no class');
  return { ...controller.context, routeClass: { ...controller.context.routeClass, annotations }, ...fields };
}

describe('middlewareName', () => {
  test.each([
    { name: 'a plain name is kept', ingress: 'storefront', expected: 'cors-operator-ingress-storefront' },
    { name: 'the longest that fits', ingress: 'a'.repeat(41), expected: `cors-operator-ingress-${'a'.repeat(41)}` },
  ])('$name', ({ ingress, expected }) => {
    expect(middlewareName(route(ingress))).toBe(expected);
  });

  test('is a name, short, and differs for different Ingresses under both naming schemes', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', '0', '-', '.'), minLength: 1, maxLength: 70 });
    const ingress = part.filter((text) => /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(text) && !text.includes('..'));
    fc.assert(
      fc.property(ingress, ingress, (left, right) => {
        const names = [left, right].map((name) => middlewareName(route(name)));
        for (const name of names) expect(name).toMatch(/^cors-operator-ingress[a-z0-9-]{1,42}$/);
        if (left === right) return;
        expect(names[0]).not.toBe(names[1]);
        for (const naming of ['legacy', 'safe'] as const) {
          const [one, other] = names.map((name) => middlewareReference('shop', name, naming));
          expect(one).not.toBe(other);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('names that Traefik would flatten into one are told apart', () => {
    const names = ['a.b', 'a-b', 'a--b'].map((name) =>
      middlewareReference('shop', middlewareName(route(name)), 'legacy'),
    );
    expect(new Set(names).size).toBe(3);
  });
});

describe('middlewareReference', () => {
  test.each([
    {
      name: 'legacy joins with a dash',
      namespace: 'shop',
      middleware: 'auth',
      naming: 'legacy',
      expected: 'shop-auth@kubernetescrd',
    },
    {
      name: 'legacy flattens what is no letter or digit',
      namespace: 'a--b',
      middleware: 'c.d',
      naming: 'legacy',
      expected: 'a-b-c-d@kubernetescrd',
    },
    {
      name: 'safe joins with an underscore and changes nothing',
      namespace: 'a--b',
      middleware: 'c.d',
      naming: 'safe',
      expected: 'a--b_c.d@kubernetescrd',
    },
  ] as const)('$name', ({ namespace, middleware, naming, expected }) => {
    expect(middlewareReference(namespace, middleware, naming)).toBe(expected);
  });
});

describe('classNaming', () => {
  test.each([
    { name: 'legacy unless something says otherwise', annotations: {}, lists: [], expected: 'legacy' },
    {
      name: 'the class annotation',
      annotations: { 'cors-operator.dev/traefik-naming': 'safe' },
      lists: ['a-b@kubernetescrd'],
      expected: 'safe',
    },
    {
      name: 'a class annotation that is neither says nothing',
      annotations: { 'cors-operator.dev/traefik-naming': 'Safe' },
      lists: [],
      expected: 'legacy',
    },
    { name: 'references of routes', annotations: {}, lists: ['auth@file', 'a_b@kubernetescrd'], expected: 'safe' },
    {
      name: 'most of the references',
      annotations: {},
      lists: ['a-b@kubernetescrd,a-c@kubernetescrd', 'a_b@kubernetescrd'],
      expected: 'legacy',
    },
    {
      name: 'an underscore of another provider says nothing',
      annotations: {},
      lists: ['my_auth@file'],
      expected: 'legacy',
    },
  ])('$name', ({ annotations, lists, expected }) => {
    expect(
      classNaming(
        context({ evidence: lists.reduce((sum, list) => sum + namingBalance(route('a', list)), 0) }, annotations),
      ),
    ).toBe(expected);
  });
});
