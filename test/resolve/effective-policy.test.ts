import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { originEntryPath } from '../../src/resolve/provenance.ts';
import {
  clusterPolicyObject,
  ingressObject,
  ingressTarget,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { effectiveOf, resolutionOf, resolveObjects } from '../support/resolved-cluster.ts';

const web = ingressObject('web', { labels: { app: 'web' } });

function from(...keys: readonly string[]) {
  return { allowOriginsFrom: keys.map((key) => ({ configMapKeyRef: { name: 'partners', key } })) };
}

function effective(spec: Readonly<Record<string, unknown>>, ...objects: readonly KubernetesObject[]) {
  const policy = policyObject('p', { targetRefs: [ingressTarget('web')], ...spec });
  return effectiveOf(resolutionOf(resolveObjects([web, policy, ...objects]), 'web'));
}

describe('effective policy: values', () => {
  test('fields as written, methods as browsers send them', () => {
    const { cors, strategy, adoption } = effective({
      allowOrigins: ['https://a.example', 'https://*.b.example'],
      allowOriginRegexes: ['https://c[0-9]+\\.example'],
      allowMethods: ['put', 'patch', 'PUT'],
      allowHeaders: ['X-A'],
      exposeHeaders: ['X-B'],
      allowCredentials: true,
      maxAge: 600,
      strategy: 'Native',
      adoption: 'Own',
    });
    expect(cors).toEqual({
      origins: {
        any: false,
        exact: ['https://a.example'],
        wildcards: [{ scheme: 'https', base: 'b.example', port: '', depth: 'Any' }],
        regexes: ['https://c[0-9]+\\.example'],
      },
      allowMethods: ['PUT', 'patch'],
      allowHeaders: ['X-A'],
      exposeHeaders: ['X-B'],
      allowCredentials: true,
      maxAge: 600,
    });
    expect([strategy, adoption]).toEqual(['Native', 'Own']);
  });

  test('* stands alone', () => {
    const { cors, provenance } = effective({ allowOrigins: ['https://a.example', '*'] });
    expect(cors.origins).toEqual({ any: true, exact: [], wildcards: [], regexes: [] });
    expect(originEntryPath(provenance, 'any', 0)?.path).toBe('spec.allowOrigins[1]');
  });

  test('repeated entries stand once, where they stood first', () => {
    const lists = originListObject('partners', { a: 'https://b.example\nhttps://a.example\nhttps://c.example' });
    const { cors, provenance } = effective({ allowOrigins: ['https://a.example'], ...from('a', 'a') }, lists);
    expect(cors.origins.exact).toEqual(['https://a.example', 'https://b.example', 'https://c.example']);
    const paths = cors.origins.exact.map((_, index) => originEntryPath(provenance, 'exact', index)?.path);
    expect(paths).toEqual(['spec.allowOrigins[0]', 'data.a line 1', 'data.a line 3']);
  });
});

describe('effective policy: lists', () => {
  const text = '# partners\nhttps://x.example\nhttps://*.y.example\n';

  test('lines are entries, and know where they come from', () => {
    const { cors, provenance, issues } = effective(from('list'), originListObject('partners', { list: text }));
    expect(cors.origins.exact).toEqual(['https://x.example']);
    expect(originEntryPath(provenance, 'exact', 0)).toEqual({
      from: { kind: 'ConfigMap', namespace: 'shop', name: 'partners' },
      path: 'data.list line 2',
    });
    expect(originEntryPath(provenance, 'wildcards', 0)?.path).toBe('data.list line 3');
    expect(issues).toEqual([]);
  });

  const own = { allowOrigins: ['https://own.example'] };
  const path = 'spec.allowOriginsFrom[0].configMapKeyRef';
  test.each([
    { name: 'no such ConfigMap', lists: [], reason: 'NotFound' },
    {
      name: 'a ConfigMap of another namespace',
      lists: [originListObject('partners', { list: text }, { namespace: 'other' })],
      reason: 'NotFound',
    },
    {
      name: 'a ConfigMap without the label',
      lists: [originListObject('partners', { list: text }, { labels: {} })],
      reason: 'NotLabelled',
    },
    {
      name: 'a label of another value',
      lists: [originListObject('partners', { list: text }, { labels: { 'cors-operator.dev/origins': 'yes' } })],
      reason: 'NotLabelled',
    },
    { name: 'no such key', lists: [originListObject('partners', { other: text })], reason: 'KeyNotFound' },
    {
      name: 'a key that only the prototype has',
      lists: [originListObject('partners', {})],
      key: 'toString',
      reason: 'KeyNotFound',
    },
  ])('$name: the other entries are kept', ({ lists, reason, key = 'list' }) => {
    const { cors, issues } = effective({ ...own, ...from(key) }, ...lists);
    expect(cors.origins).toMatchObject({ any: false, exact: ['https://own.example'], wildcards: [] });
    expect(issues).toMatchObject([{ severity: 'error', reason, path, object: { kind: 'CorsPolicy', name: 'p' } }]);
  });

  test('nothing but a missing ConfigMap grants nothing', () => {
    const { cors, refusal } = effective(from('list'));
    expect(cors.origins).toEqual({ any: false, exact: [], wildcards: [], regexes: [] });
    expect(refusal?.reason).toBe('NoOrigins');
  });

  test('an empty list grants nothing', () => {
    const { refusal, issues } = effective(from('list'), originListObject('partners', { list: '# later' }));
    expect(refusal?.reason).toBe('NoOrigins');
    expect(issues).toEqual([]);
  });

  test('a bad line is an issue of the ConfigMap', () => {
    const { issues } = effective(
      { ...own, ...from('list') },
      originListObject('partners', { list: 'https://a.example/' }),
    );
    expect(issues).toMatchObject([
      {
        severity: 'error',
        reason: 'OriginTrailingSlash',
        path: 'data.list line 1',
        object: { kind: 'ConfigMap', namespace: 'shop', name: 'partners' },
      },
    ]);
  });

  test('a thousand bad lines are twenty issues and a number', () => {
    const { issues } = effective(
      { ...own, ...from('list') },
      originListObject('partners', { list: 'null\n'.repeat(1000) }),
    );
    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toMatchObject({ reason: 'LineInvalid', path: 'data.list' });
    expect(issues.at(-1)?.message).toContain('980');
  });

  test('* with credentials in a list grants nothing, other lines do', () => {
    const lists = originListObject('partners', { list: '*\nhttps://a.example' });
    const { cors, issues } = effective({ allowCredentials: true, ...from('list') }, lists);
    expect(cors.origins).toMatchObject({ any: false, exact: ['https://a.example'] });
    expect(issues).toMatchObject([
      { severity: 'error', reason: 'OriginWildcardCredentials', path: 'data.list line 1' },
    ]);
  });

  test('the lists of a default lie in the namespace of the operator', () => {
    const fields = { routeSelector: { matchLabels: { app: 'web' } }, ...from('list') };
    const lists = [
      originListObject('partners', { list: 'https://wrong.example' }),
      originListObject('partners', { list: 'https://right.example' }, { namespace: 'cors-system' }),
    ];
    const resolution = resolveObjects([web, clusterPolicyObject('org', { default: fields }), ...lists]);
    expect(effectiveOf(resolutionOf(resolution, 'web')).cors.origins.exact).toEqual(['https://right.example']);
  });

  test('a long list goes through with the place of every line', () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => `https://app-${index}.example.com`);
    const lists = originListObject('partners', { list: lines.join('\n') });
    const { cors, provenance } = effective(from('list'), lists);
    expect(cors.origins.exact).toHaveLength(lines.length);
    expect(originEntryPath(provenance, 'exact', 123_456)?.path).toBe('data.list line 123457');
    expect(originEntryPath(provenance, 'exact', lines.length)).toBeUndefined();
  });
});
