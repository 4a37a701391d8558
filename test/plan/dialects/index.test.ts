import { describe, expect, test } from 'vitest';
import { isOlder, parseVersion } from '../../../src/plan/controller-version.ts';
import { dialectByName, dialects, parseDialectChoice } from '../../../src/plan/dialects/index.ts';

describe('parseDialectChoice', () => {
  test.each([
    { text: 'ingress-nginx', expected: { name: 'ingress-nginx' } },
    { text: 'ingress-nginx@1.15.1', expected: { name: 'ingress-nginx', version: '1.15.1' } },
    { text: 'traefik@v3.7', expected: { name: 'traefik', version: 'v3.7' } },
    { text: 'gateway-api', expected: { name: 'gateway-api' } },
  ])('$text', ({ text, expected }) => {
    expect(parseDialectChoice(text)).toEqual(expected);
  });

  test.each(['', 'nginx', 'Ingress-Nginx', 'ingress-nginx@', 'ingress-nginx@latest', '@1.0', 'kong', 'toString'])(
    '%j is no choice',
    (text) => {
      expect(parseDialectChoice(text)).toBeUndefined();
    },
  );
});

describe('dialects', () => {
  test('names are unique and found', () => {
    expect(new Set(dialects.map((each) => each.name)).size).toBe(dialects.length);
    for (const dialect of dialects) expect(dialectByName(dialect.name)).toBe(dialect);
  });

  test('versions are versions, in order', () => {
    for (const { versions } of dialects) {
      expect(parseVersion(versions.newest)).toBeDefined();
      expect(isOlder(versions.oldest, versions.newest)).toBe(true);
    }
  });

  test('a class is detected by one dialect at most', () => {
    const controllers = [
      'k8s.io/ingress-nginx',
      'traefik.io/ingress-controller',
      'traefik.io/gateway-controller',
      'example.com/x',
    ];
    for (const kind of ['IngressClass', 'GatewayClass'] as const) {
      for (const controller of controllers) {
        const routeClass = { kind, name: 'a', controller, annotations: {}, isDefault: false, creationTimestamp: '' };
        expect(dialects.filter((dialect) => dialect.detect(routeClass)).length).toBeLessThanOrEqual(1);
      }
    }
  });
});
