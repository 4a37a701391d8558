import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCorsPolicy } from '../../src/model/cors-policy.ts';
import { ownObject } from '../support/own-objects.ts';

const INGRESS = { group: 'networking.k8s.io', kind: 'Ingress', name: 'storefront' };
const ROUTE = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'api', sectionName: 'v1' };
const FINE = { targetRefs: [INGRESS], allowOrigins: ['https://www.example.com'] };

function parse(spec: unknown, annotations?: Readonly<Record<string, string>>) {
  return parseCorsPolicy(ownObject('CorsPolicy', spec, annotations));
}

describe('parseCorsPolicy: spec', () => {
  test('defaults are filled in', () => {
    expect(parse(FINE).spec).toEqual({
      targetRefs: [INGRESS],
      allowOrigins: ['https://www.example.com'],
      allowOriginRegexes: [],
      allowOriginsFrom: [],
      wildcardDepth: 'Any',
      allowMethods: [],
      allowHeaders: [],
      exposeHeaders: [],
      allowCredentials: false,
      strategy: 'Auto',
      adoption: 'Additive',
      mode: 'Enforce',
    });
  });

  test('a warning leaves it there, an error does not', () => {
    expect(parse({ ...FINE, maxAge: 7200 }).spec?.maxAge).toBe(7200);
    expect(parse({ ...FINE, maxAge: 86_401 }).spec).toBeUndefined();
  });

  test('the input is not changed', () => {
    const spec = JSON.stringify(FINE);
    const input = JSON.parse(spec);
    parse(input);
    expect(JSON.stringify(input)).toBe(spec);
  });
});

describe('parseCorsPolicy: metadata', () => {
  test('is kept, with values of wrong types left out', () => {
    const object = {
      ...ownObject('CorsPolicy', FINE),
      metadata: {
        name: 'a',
        namespace: 'b',
        uid: 'u',
        generation: 3,
        creationTimestamp: '2026-01-01T00:00:00Z',
        annotations: { c: 'd' },
      },
    };
    expect(parseCorsPolicy(object)).toMatchObject({
      ref: { kind: 'CorsPolicy', namespace: 'b', name: 'a' },
      uid: 'u',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { c: 'd' },
    });
  });

  test('without a namespace it is in default, as for Kubernetes', () => {
    const object = { ...ownObject('CorsPolicy', FINE), metadata: { name: 'a' } };
    expect(parseCorsPolicy(object)).toMatchObject({
      ref: { namespace: 'default' },
      generation: 0,
      creationTimestamp: '',
    });
  });

  test('a field beside spec is reported, with the nearest name', () => {
    const { issues, spec } = parseCorsPolicy({ ...ownObject('CorsPolicy', FINE), specc: {} });
    expect(issues).toMatchObject([{ reason: 'FieldUnknown', path: 'specc', suggestion: 'spec' }]);
    expect(spec).toBeUndefined();
  });

  test('a status is nobody’s fault', () => {
    expect(parseCorsPolicy({ ...ownObject('CorsPolicy', FINE), status: { anything: [null] } }).issues).toEqual([]);
  });
});

describe('parseCorsPolicy: claim', () => {
  test.each([
    { name: 'valid refs', spec: FINE, claim: { refs: [INGRESS] } },
    {
      name: 'valid selector',
      spec: { targetSelector: {}, allowOrigins: ['*'] },
      claim: { refs: [], selector: {} },
    },
    {
      name: 'refs of an invalid policy',
      spec: { targetRefs: [INGRESS, ROUTE], allowOrigins: ['null'] },
      claim: { refs: [INGRESS, ROUTE] },
    },
    {
      name: 'the readable refs',
      spec: { targetRefs: [INGRESS, { kind: 'Ingress' }, 5] },
      claim: { refs: [INGRESS] },
    },
    {
      name: 'a section that cannot be read: the whole route',
      spec: { targetRefs: [{ ...INGRESS, sectionName: 5 }] },
      claim: { refs: [INGRESS] },
    },
    {
      name: 'selector of an invalid policy',
      spec: { targetSelector: { matchLabels: { a: 'b' } } },
      claim: { refs: [], selector: { matchLabels: { a: 'b' } } },
    },
    {
      name: 'a selector that cannot be read',
      spec: { targetSelector: { matchLabels: { a: 5 } } },
      claim: { refs: [] },
    },
    { name: 'both', spec: { ...FINE, targetSelector: {} }, claim: { refs: [INGRESS], selector: {} } },
    { name: 'neither', spec: { allowOrigins: ['*'] }, claim: { refs: [] } },
    { name: 'refs of a wrong type', spec: { targetRefs: 'storefront' }, claim: { refs: [] } },
    { name: 'no spec', spec: undefined, claim: { refs: [] } },
  ])('$name', ({ spec, claim }) => {
    expect(parse(spec).claim).toEqual(claim);
  });
});

describe('parseCorsPolicy: accepted warnings', () => {
  const WIDE = { ...FINE, allowOrigins: ['https://*.github.io'], maxAge: 7200 };

  test('are silenced by name, others are not', () => {
    const reasons = parse(WIDE, { 'cors-operator.dev/accept': 'OriginPublicSuffix, Other' }).issues.map(
      ({ reason }) => reason,
    );
    expect(reasons).toEqual(['MaxAgeCapped']);
  });

  test('an error is never silenced', () => {
    const { issues, spec } = parse(
      { ...WIDE, allowCredentials: true },
      { 'cors-operator.dev/accept': 'OriginPublicSuffix' },
    );
    expect(issues.map(({ reason }) => reason)).toEqual(['OriginPublicSuffix', 'MaxAgeCapped']);
    expect(spec).toBeUndefined();
  });
});

describe('parseCorsPolicy: hostile input', () => {
  const field = fc.constantFrom(
    'targetRefs',
    'targetSelector',
    'allowOrigins',
    'allowOriginRegexes',
    'allowOriginsFrom',
    'allowMethods',
    'allowHeaders',
    'exposeHeaders',
    'allowCredentials',
    'maxAge',
    'mode',
    '__proto__',
    'constructor',
  );
  const value = fc.oneof(fc.jsonValue(), fc.array(fc.string({ unit: 'binary' })), fc.integer(), fc.constant(null));

  test('any JSON is judged without throwing, and has a spec exactly when it has no error', () => {
    const spec = fc.oneof(fc.jsonValue(), fc.dictionary(field, value));
    fc.assert(
      fc.property(spec, (input) => {
        const { issues, spec: parsed } = parse(input);
        expect(parsed === undefined).toBe(issues.some(({ severity }) => severity === 'error'));
        for (const { message } of issues) expect(message).toMatch(/^[ -~\u2026]{5,500}$/);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    { name: 'a million origins', spec: { ...FINE, allowOrigins: new Array(1_000_000).fill('https://a.example') } },
    { name: 'a million wrong entries', spec: { ...FINE, allowHeaders: new Array(1_000_000).fill(5) } },
    {
      name: 'a long text everywhere',
      spec: {
        ...FINE,
        allowOrigins: ['x'.repeat(300_000)],
        allowMethods: ['x'.repeat(300_000)],
        allowHeaders: ['-'.repeat(300_000)],
        mode: 'x'.repeat(300_000),
        strategy: 'a.'.repeat(150_000),
      },
    },
    { name: 'a long name', spec: { ...FINE, targetRefs: [{ ...INGRESS, name: 'a-'.repeat(150_000) }] } },
    {
      name: 'many unknown fields',
      spec: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, index])),
    },
    {
      name: 'many labels',
      spec: {
        targetSelector: {
          matchLabels: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`f${index}`, 'x'])),
        },
        allowOrigins: ['*'],
      },
    },
    { name: 'deep nesting', spec: JSON.parse(`${'{"targetSelector":'.repeat(2000)}1${'}'.repeat(2000)}`) },
    { name: '__proto__', spec: JSON.parse('{"__proto__":{"targetSelector":{},"allowOrigins":["*"]}}') },
    {
      name: '__proto__ among labels',
      spec: JSON.parse('{"targetSelector":{"matchLabels":{"__proto__":"x"}},"allowOrigins":["*"]}'),
    },
  ])('$name is refused with few issues', ({ spec }) => {
    const { issues, spec: parsed } = parse(spec);
    expect(parsed).toBeUndefined();
    expect(issues.length).toBeLessThan(2100);
  });

  test('a field of Object.prototype is no field of a policy', () => {
    const { issues, claim } = parse(JSON.parse('{"__proto__":{"targetSelector":{},"allowOrigins":["*"]}}'));
    expect(claim).toEqual({ refs: [] });
    expect(issues.map(({ reason, path }) => `${reason} ${path}`)).toEqual(
      expect.arrayContaining(['TargetNone spec.targetRefs', 'OriginMissing spec.allowOrigins']),
    );
  });
});
