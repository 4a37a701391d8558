import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { originEntryPath } from '../../src/resolve/provenance.ts';
import type { EffectivePolicy } from '../../src/resolve/resolution.ts';
import {
  clusterPolicyObject,
  ingressObject,
  ingressTarget,
  namespaceObject,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { effectiveOf, resolutionOf, resolveObjects } from '../support/resolved-cluster.ts';

const a = 'https://a.example.com';
const b = 'https://b.example.com';
const c = 'https://c.example.com';
const web = ingressObject('web', { labels: { app: 'web' } });

function effective(
  guardrails: readonly KubernetesObject[],
  spec: Readonly<Record<string, unknown>> = { allowOrigins: [a, b] },
): EffectivePolicy {
  const policy = policyObject('p', { targetRefs: [ingressTarget('web')], ...spec });
  return effectiveOf(resolutionOf(resolveObjects([web, policy, ...guardrails]), 'web'));
}

function guardrail(name: string, fields: object, rest: object = {}): KubernetesObject {
  return clusterPolicyObject(name, { guardrail: fields, ...rest });
}

function severities({ issues }: EffectivePolicy): readonly string[] {
  return issues.map(({ severity, reason, path }) => `${severity} ${reason} ${path}`);
}

describe('guardrails: enforcement', () => {
  test.each([
    { enforcement: 'Enforce', left: [a], severity: 'error' },
    { enforcement: 'Warn', left: [a, b], severity: 'warning' },
    { enforcement: 'Audit', left: [a, b], severity: 'info' },
  ])('$enforcement', ({ enforcement, left, severity }) => {
    const policy = effective([guardrail('org', { allowOrigins: [a] }, { enforcement })]);
    expect(policy.cors.origins.exact).toEqual(left);
    expect(severities(policy)).toEqual([`${severity} ExceedsGuardrail spec.allowOrigins[1]`]);
    expect(policy.issues[0]).toMatchObject({ witness: b, object: { kind: 'CorsPolicy', name: 'p' } });
    expect(policy.cuts).toMatchObject([{ entry: b, guardrail: { name: 'org', enforcement } }]);
  });

  test('a policy inside is left as it is', () => {
    const policy = effective([guardrail('org', { allowOrigins: ['https://*.example.com'] })]);
    expect(policy.cors.origins.exact).toEqual([a, b]);
    expect([policy.issues, policy.cuts, policy.refusal]).toEqual([[], undefined, undefined]);
  });

  test('several intersect, and each reports what goes beyond it', () => {
    const policy = effective([guardrail('one', { allowOrigins: [a, b] }), guardrail('two', { allowOrigins: [b, c] })], {
      allowOrigins: [a, b, c],
    });
    expect(policy.cors.origins.exact).toEqual([b]);
    expect(policy.cuts?.map(({ entry, guardrail: { name } }) => `${name} ${entry}`)).toEqual([`one ${c}`, `two ${a}`]);
  });

  test('nothing left is a refusal, never everything', () => {
    const policy = effective([guardrail('org', { allowOrigins: [c] })]);
    expect(policy.cors.origins).toEqual({ any: false, exact: [], wildcards: [], regexes: [] });
    expect(policy.refusal?.reason).toBe('ExceedsGuardrail');
    expect(policy.refusal?.message).toContain('org');
  });

  test('a ceiling of an empty list leaves nothing', () => {
    expect(effective([guardrail('org', { allowOrigins: [] })]).refusal?.reason).toBe('ExceedsGuardrail');
  });

  test('a policy without origins is not refused by its guardrail', () => {
    const from = { allowOriginsFrom: [{ configMapKeyRef: { name: 'l', key: 'k' } }] };
    expect(effective([guardrail('org', { allowOrigins: [c] })], from).refusal?.reason).toBe('NoOrigins');
  });

  test('other fields are cut as well', () => {
    const policy = effective([guardrail('org', { allowMethods: ['PUT'], allowCredentials: false, maxAge: 60 })], {
      allowOrigins: [a],
      allowMethods: ['PUT', 'DELETE'],
      allowCredentials: true,
      maxAge: 600,
    });
    expect(policy.cors).toMatchObject({ allowMethods: ['PUT'], allowCredentials: false, maxAge: 60 });
    expect(severities(policy)).toEqual([
      'error ExceedsGuardrail spec.allowMethods[1]',
      'error ExceedsGuardrail spec.allowCredentials',
      'error ExceedsGuardrail spec.maxAge',
    ]);
  });

  test('what takes the place of a wildcard stands where the wildcard stood', () => {
    const policy = effective([guardrail('org', { allowOrigins: ['https://*.shop.example.com', b] })], {
      allowOrigins: [c.replace('c.', 'x.shop.'), 'https://*.example.com'],
    });
    expect(policy.cors.origins.exact).toEqual(['https://x.shop.example.com', b]);
    expect(originEntryPath(policy.provenance, 'exact', 0)?.path).toBe('spec.allowOrigins[0]');
    expect(originEntryPath(policy.provenance, 'exact', 1)?.path).toBe('spec.allowOrigins[1]');
    expect(originEntryPath(policy.provenance, 'wildcards', 0)?.path).toBe('spec.allowOrigins[1]');
  });

  test('a cut line of a list is an issue of the ConfigMap', () => {
    const policy = effective([guardrail('org', { allowOrigins: [a] }), originListObject('l', { k: `${a}\n${b}` })], {
      allowOriginsFrom: [{ configMapKeyRef: { name: 'l', key: 'k' } }],
    });
    expect(policy.issues).toMatchObject([
      { reason: 'ExceedsGuardrail', path: 'data.k line 2', object: { kind: 'ConfigMap', name: 'l' } },
    ]);
  });
});

describe('guardrails: ceilings from ConfigMaps', () => {
  const from = { allowOriginsFrom: [{ configMapKeyRef: { name: 'ceiling', key: 'k' } }] };

  test('lie in the namespace of the operator', () => {
    const lists = [
      originListObject('ceiling', { k: b }),
      originListObject('ceiling', { k: a }, { namespace: 'cors-system' }),
    ];
    expect(effective([guardrail('org', from), ...lists]).cors.origins.exact).toEqual([a]);
  });

  test('a missing one adds nothing, and the ceiling is what else is named', () => {
    expect(effective([guardrail('org', { ...from, allowOrigins: [b] })]).cors.origins.exact).toEqual([b]);
    expect(effective([guardrail('org', from)]).refusal?.reason).toBe('ExceedsGuardrail');
  });

  test('broad patterns are no findings in a ceiling', () => {
    const list = originListObject('ceiling', { k: 'https://*.github.io' }, { namespace: 'cors-system' });
    const resolution = resolveObjects([guardrail('org', from), list]);
    expect(resolution.clusterPolicies[0]?.issues).toEqual([]);
  });
});

describe('guardrails: which namespaces', () => {
  const limit = { allowOrigins: [a] };
  const governed = [a];
  const free = [a, b];
  const selector = (namespaceSelector: object) => ({ namespaceSelector });
  const labels = { matchLabels: { team: 'shop' } };
  const notIn = (name: string) => ({
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: [name] }],
  });
  test.each([
    { name: 'none named: all', rest: {}, objects: [], left: governed },
    { name: 'by label', rest: selector(labels), objects: [namespaceObject('shop', { team: 'shop' })], left: governed },
    {
      name: 'not by another label',
      rest: selector(labels),
      objects: [namespaceObject('shop', { team: 'x' })],
      left: free,
    },
    { name: 'a namespace of unknown labels is governed', rest: selector(labels), objects: [], left: governed },
    { name: 'by name without its object', rest: selector(notIn('other')), objects: [], left: governed },
    { name: 'not by name without its object', rest: selector(notIn('shop')), objects: [], left: free },
    {
      name: 'the name label cannot be forged',
      rest: selector(notIn('shop')),
      objects: [namespaceObject('shop', { 'kubernetes.io/metadata.name': 'other' })],
      left: free,
    },
  ])('$name', ({ rest, objects, left }) => {
    expect(effective([guardrail('org', limit, rest), ...objects]).cors.origins.exact).toEqual(left);
  });
});

describe('guardrails: not valid', () => {
  const broken = (rest: object = {}) => guardrail('org', { allowOrigins: ['nonsense'] }, rest);

  test('nothing is granted below one that enforces', () => {
    const policy = effective([broken()]);
    expect(policy.cors.origins).toEqual({ any: false, exact: [], wildcards: [], regexes: [] });
    expect(policy.refusal).toMatchObject({ reason: 'ExceedsGuardrail' });
  });

  test('one that only warns cuts nothing', () => {
    expect(effective([broken({ enforcement: 'Warn' })]).cors.origins.exact).toEqual([a, b]);
  });

  test('one whose enforcement cannot be read enforces', () => {
    expect(effective([broken({ enforcement: 'Sometimes' })]).refusal?.reason).toBe('ExceedsGuardrail');
  });

  test('its selector still counts', () => {
    const rest = { namespaceSelector: { matchLabels: { team: 'bank' } } };
    expect(effective([broken(rest), namespaceObject('shop', { team: 'shop' })]).cors.origins.exact).toEqual([a, b]);
  });

  test('two of one name with different contents grant nothing', () => {
    const twins = [guardrail('org', { allowOrigins: [a] }), guardrail('org', { allowOrigins: [a, b] })];
    expect(effective(twins).refusal?.reason).toBe('ExceedsGuardrail');
  });
});

describe('guardrails: defaults', () => {
  test('a default is confined by its own guardrail and by others', () => {
    const fields = { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: [a, b, c] };
    const objects = [
      clusterPolicyObject('org', { default: fields, guardrail: { allowOrigins: [a, b] } }),
      guardrail('other', { allowOrigins: [b, c] }),
    ];
    const policy = effectiveOf(resolutionOf(resolveObjects([web, ...objects]), 'web'));
    expect(policy.cors.origins.exact).toEqual([b]);
    expect(severities(policy)).toEqual([
      'error ExceedsGuardrail spec.default.allowOrigins[2]',
      'error ExceedsGuardrail spec.default.allowOrigins[0]',
    ]);
  });

  test('a default is computed once for namespaces that are governed alike', () => {
    const fields = { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: [a] };
    const other = ingressObject('web2', { namespace: 'other', labels: { app: 'web' } });
    const resolution = resolveObjects([web, other, clusterPolicyObject('org', { default: fields })]);
    expect(effectiveOf(resolutionOf(resolution, 'web'))).toBe(effectiveOf(resolutionOf(resolution, 'web2')));
  });
});

describe('guardrails: laws', () => {
  const entries = [a, b, c, 'https://*.example.com', 'https://*.b.example.com', '*'];
  const names = ['PUT', 'DELETE', 'PATCH', '*'];
  const fields = fc.record(
    {
      allowOrigins: fc.subarray(entries),
      allowOriginRegexes: fc.subarray(['https://[ab]\\.example\\.com', 'https://.*']),
      allowMethods: fc.subarray(names),
      allowCredentials: fc.boolean(),
      maxAge: fc.constantFrom(0, 60, 600),
    },
    { requiredKeys: [] },
  );
  const requests = fc.record({
    allowOrigins: fc.subarray(entries, { minLength: 1 }),
    allowMethods: fc.subarray(names),
    maxAge: fc.constantFrom(0, 60, 600),
  });
  const samples = [a, b, c, 'https://x.b.example.com', 'https://x.y.example.com', 'https://evil-example.com', 'null'];
  const grants = ({ cors }: EffectivePolicy) => {
    const matcher = compileMatcher(cors.origins);
    return samples.filter((origin) => matchOrigin(matcher, origin));
  };

  test('of several every one holds', () => {
    fc.assert(
      fc.property(fields, fields, requests, (one, two, spec) => {
        const both = effective([guardrail('one', one), guardrail('two', two)], spec);
        for (const alone of [[guardrail('one', one)], [guardrail('two', two)], []]) {
          const single = effective(alone, spec);
          expect(grants(single)).toEqual(expect.arrayContaining([...grants(both)]));
          const isAny = single.cors.allowMethods.includes('*');
          if (!isAny) expect(single.cors.allowMethods).toEqual(expect.arrayContaining([...both.cors.allowMethods]));
          expect(both.cors.maxAge ?? 5).toBeLessThanOrEqual(single.cors.maxAge ?? 5);
        }
      }),
    );
  });

  test('one that only warns or audits narrows nothing, and finds what one that enforces cuts', () => {
    fc.assert(
      fc.property(fields, requests, fc.constantFrom('Warn', 'Audit'), (limit, spec, enforcement) => {
        const enforced = effective([guardrail('org', limit)], spec);
        const reported = effective([guardrail('org', limit, { enforcement })], spec);
        expect(reported.cors).toEqual(effective([], spec).cors);
        const found = (each: EffectivePolicy) => each.cuts?.map(({ guardrail: _, ...cut }) => cut);
        expect(found(reported)).toEqual(found(enforced));
        expect(reported.issues.map(({ path, reason }) => [path, reason])).toEqual(
          enforced.issues.map(({ path, reason }) => [path, reason]),
        );
      }),
    );
  });

  test('adding a guardrail never grants more', () => {
    const before = effective([guardrail('one', { allowOrigins: ['https://*.example.com'] })], {
      allowOrigins: ['*', a, 'https://*.shop.example.com'],
    });
    const after = effective(
      [guardrail('one', { allowOrigins: ['https://*.example.com'] }), guardrail('two', { allowOrigins: ['*'] })],
      { allowOrigins: ['*', a, 'https://*.shop.example.com'] },
    );
    expect(after.cors).toEqual(before.cors);
  });
});
