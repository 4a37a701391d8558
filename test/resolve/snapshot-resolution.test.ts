import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import {
  clusterPolicyObject,
  httpRouteObject,
  httpRouteTarget,
  ingressObject,
  ingressTarget,
  namespaceObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { effectiveOf, governorText, resolutionOf, resolveObjects } from '../support/resolved-cluster.ts';

const older = { creationTimestamp: '2024-01-01T00:00:00Z' };
const younger = { creationTimestamp: '2024-01-02T00:00:00Z' };
const web = ingressObject('web', { labels: { app: 'web', tier: 'front' } });
const webRef = { targetRefs: [ingressTarget('web')] };
const webLabel = { targetSelector: { matchLabels: { app: 'web' } } };
const invalid = { allowOrigins: ['https://app.example.com/path'] };
const cors = { allowOrigins: ['https://default.example.com'] };
const organisation = clusterPolicyObject('org', {
  default: { routeSelector: { matchLabels: { app: 'web' } }, ...cors },
});

type Row = { readonly name: string; readonly objects: readonly KubernetesObject[]; readonly governor: string };

const precedence: readonly Row[] = [
  { name: 'nothing governs', objects: [], governor: 'Nothing' },
  { name: 'a default', objects: [organisation], governor: 'Default org' },
  {
    name: 'a selector beats a default',
    objects: [organisation, policyObject('s', webLabel)],
    governor: 'Selector shop/s',
  },
  {
    name: 'a targetRef beats an older selector',
    objects: [policyObject('s', webLabel, older), policyObject('t', webRef, younger)],
    governor: 'TargetRef shop/t',
  },
  {
    name: 'the older of two targetRefs',
    objects: [policyObject('a', webRef, younger), policyObject('b', webRef, older)],
    governor: 'TargetRef shop/b',
  },
  {
    name: 'of equal age the first by name',
    objects: [policyObject('b', webRef, older), policyObject('a', webRef, older)],
    governor: 'TargetRef shop/a',
  },
  {
    name: 'an unknown age counts as the oldest',
    objects: [policyObject('a', webRef, older), policyObject('b', webRef)],
    governor: 'TargetRef shop/b',
  },
  {
    name: 'an empty selector selects every route of the namespace',
    objects: [policyObject('s', { targetSelector: {} })],
    governor: 'Selector shop/s',
  },
  {
    name: 'a selector of another kind selects nothing here',
    objects: [policyObject('s', { targetSelector: { kinds: ['HTTPRoute'] } })],
    governor: 'Nothing',
  },
  {
    name: 'a selector with expressions',
    objects: [
      policyObject('s', {
        targetSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: ['front', 'back'] }] },
      }),
    ],
    governor: 'Selector shop/s',
  },
  {
    name: 'a selector that asks for a label the route does not have',
    objects: [policyObject('s', { targetSelector: { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] } })],
    governor: 'Nothing',
  },
  {
    name: 'policies of other namespaces reach nothing',
    objects: [
      policyObject('t', webRef, { namespace: 'other' }),
      policyObject('s', { targetSelector: {} }, { namespace: 'other' }),
    ],
    governor: 'Nothing',
  },
  {
    name: 'a policy for another kind of the same name reaches nothing',
    objects: [policyObject('t', { targetRefs: [httpRouteTarget('web')] })],
    governor: 'Nothing',
  },
  {
    name: 'an invalid policy keeps its claim against a selector and a default',
    objects: [organisation, policyObject('s', webLabel), policyObject('t', { ...webRef, ...invalid }, younger)],
    governor: 'Invalid TargetRef shop/t',
  },
  {
    name: 'an invalid older policy keeps its claim against a valid younger one',
    objects: [policyObject('a', { ...webRef, ...invalid }, older), policyObject('b', webRef, younger)],
    governor: 'Invalid TargetRef shop/a',
  },
  {
    name: 'an invalid default keeps its claim',
    objects: [
      clusterPolicyObject('a', { default: { routeSelector: { matchLabels: { app: 'web' } }, ...invalid } }, older),
      clusterPolicyObject('b', { default: { routeSelector: { matchLabels: { app: 'web' } }, ...cors } }, younger),
    ],
    governor: 'Invalid Default a',
  },
  {
    name: 'the older of two defaults',
    objects: [
      clusterPolicyObject('a', { default: { routeSelector: { matchLabels: { app: 'web' } }, ...cors } }, younger),
      clusterPolicyObject('b', { default: { routeSelector: { matchLabels: { tier: 'front' } }, ...cors } }, older),
    ],
    governor: 'Default b',
  },
  {
    name: 'a policy in audit mode claims nothing',
    objects: [policyObject('t', { ...webRef, mode: 'Audit' }), policyObject('s', webLabel)],
    governor: 'Selector shop/s',
  },
  {
    name: 'an invalid policy in audit mode claims nothing either',
    objects: [policyObject('t', { ...webRef, ...invalid, mode: 'Audit' }), policyObject('s', webLabel)],
    governor: 'Selector shop/s',
  },
];

describe('resolveRoutes: which policy governs', () => {
  test.each(precedence)('$name', ({ objects, governor }) => {
    expect(governorText(resolutionOf(resolveObjects([web, ...objects]), 'web'))).toBe(governor);
    expect(governorText(resolutionOf(resolveObjects([...objects, web].toReversed()), 'web'))).toBe(governor);
  });

  test('a sectionName beats the whole route for its rule only', () => {
    const resolution = resolveObjects([
      httpRouteObject('api', {}, { rules: [{ name: 'v1' }, { name: 'v2' }, {}] }),
      policyObject('rule', { targetRefs: [httpRouteTarget('api', 'v1')] }, younger),
      policyObject('whole', { targetRefs: [httpRouteTarget('api')] }, older),
    ]);
    expect(governorText(resolutionOf(resolution, 'api', 'v1'))).toBe('SectionName shop/rule');
    expect(governorText(resolutionOf(resolution, 'api', 'v2'))).toBe('TargetRef shop/whole');
    expect(governorText(resolutionOf(resolution, 'api'))).toBe('TargetRef shop/whole');
  });

  test('a sectionName that no rule has names nothing', () => {
    const resolution = resolveObjects([
      httpRouteObject('api', {}, { rules: [{ name: 'v1' }] }),
      policyObject('rule', { targetRefs: [httpRouteTarget('api', 'v9')] }),
    ]);
    expect(governorText(resolutionOf(resolution, 'api', 'v1'))).toBe('Nothing');
  });

  test('challengers are the others of the winning level, outranked those of lower ones', () => {
    const resolution = resolutionOf(
      resolveObjects([
        web,
        policyObject('t1', webRef, older),
        policyObject('t2', webRef, younger),
        policyObject('s', webLabel, older),
        organisation,
      ]),
      'web',
    );
    expect(resolution.challengers.map(({ name }) => name)).toEqual(['t2']);
    expect(resolution.outranked?.map(({ name }) => name)).toEqual(['s']);
  });

  test('a policy that names a rule and the whole route is not outranked by itself', () => {
    const resolution = resolutionOf(
      resolveObjects([
        httpRouteObject('api', {}, { rules: [{ name: 'v1' }] }),
        policyObject('p', { targetRefs: [httpRouteTarget('api', 'v1'), httpRouteTarget('api')] }),
      ]),
      'api',
      'v1',
    );
    expect(resolution.challengers).toEqual([]);
    expect(resolution.outranked).toBeUndefined();
  });

  test('the policy in audit mode that would win is kept, others in audit mode lose to it', () => {
    const resolution = resolutionOf(
      resolveObjects([
        web,
        policyObject('enforced', webRef, younger),
        policyObject('audit1', { ...webRef, mode: 'Audit' }, older),
        policyObject('audit2', { ...webRef, mode: 'Audit' }, younger),
      ]),
      'web',
    );
    expect(governorText(resolution)).toBe('TargetRef shop/enforced');
    expect(resolution.audit?.policy.name).toBe('audit1');
    expect(resolution.auditChallengers?.map(({ name }) => name)).toEqual(['audit2']);
    expect(resolution.challengers).toEqual([]);
  });

  test('a policy in audit mode that would lose is not what would happen', () => {
    const resolution = resolutionOf(
      resolveObjects([
        web,
        policyObject('enforced', webRef, older),
        policyObject('audit', { ...webRef, mode: 'Audit' }, younger),
      ]),
      'web',
    );
    expect(resolution.audit).toBeUndefined();
    expect(resolution.auditChallengers?.map(({ name }) => name)).toEqual(['audit']);
  });

  test('one effective policy serves all routes of a policy', () => {
    const resolution = resolveObjects([web, ingressObject('shop'), policyObject('s', { targetSelector: {} })]);
    expect(effectiveOf(resolutionOf(resolution, 'web'))).toBe(effectiveOf(resolutionOf(resolution, 'shop')));
  });

  test('routes are sorted by group, kind, namespace, name and section', () => {
    const resolution = resolveObjects([
      ingressObject('b'),
      ingressObject('a', { namespace: 'z' }),
      ingressObject('a'),
      httpRouteObject('r', {}, { rules: [{ name: 'y' }, { name: 'x' }, {}] }),
    ]);
    const names = resolution.routes.map(
      ({ route: { target } }) => `${target.namespace}/${target.name}/${target.sectionName ?? ''}`,
    );
    expect(names).toEqual(['shop/r/', 'shop/r/x', 'shop/r/y', 'shop/a/', 'shop/b/', 'z/a/']);
  });
});

describe('resolveRoutes: namespaces of a default', () => {
  const selected = (selector: object, name = 'org') =>
    clusterPolicyObject(name, {
      namespaceSelector: selector,
      default: { routeSelector: { matchLabels: { app: 'web' } }, ...cors },
    });
  const labelled = { matchLabels: { team: 'shop' } };
  const route = (namespace: string) => ingressObject('web', { namespace, labels: { app: 'web' } });
  test.each([
    { name: 'no selector: every namespace', objects: [organisation], namespace: 'shop', governor: 'Default org' },
    { name: 'no selector: not kube-system', objects: [organisation], namespace: 'kube-system', governor: 'Nothing' },
    { name: 'no selector: not the operator', objects: [organisation], namespace: 'cors-system', governor: 'Nothing' },
    { name: 'an empty selector is none', objects: [selected({})], namespace: 'kube-system', governor: 'Nothing' },
    {
      name: 'a selector that matches the labels',
      objects: [selected(labelled), namespaceObject('shop', { team: 'shop' })],
      namespace: 'shop',
      governor: 'Default org',
    },
    {
      name: 'a selector that does not match',
      objects: [selected(labelled), namespaceObject('shop', { team: 'bank' })],
      namespace: 'shop',
      governor: 'Nothing',
    },
    {
      name: 'a namespace of unknown labels gets nothing by default',
      objects: [selected(labelled)],
      namespace: 'shop',
      governor: 'Nothing',
    },
    {
      name: 'the name of a namespace is known without its object',
      objects: [
        selected({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['bank'] }] }),
      ],
      namespace: 'shop',
      governor: 'Default org',
    },
    {
      name: 'the name of a namespace excludes it without its object',
      objects: [
        selected({ matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['shop'] }] }),
      ],
      namespace: 'shop',
      governor: 'Nothing',
    },
  ])('$name', ({ objects, namespace, governor }) => {
    expect(governorText(resolutionOf(resolveObjects([route(namespace), ...objects]), 'web'))).toBe(governor);
  });

  test('an undecided selector is named with the namespace', () => {
    const resolution = resolveObjects([route('shop'), selected(labelled)]);
    expect(resolution.clusterPolicies[0]?.undecidedNamespaces).toEqual(['shop']);
  });
});

describe('resolveRoutes: limits of a namespace', () => {
  const limits = { policiesPerNamespace: 2, originBytesPerNamespace: 100 };
  const policies = [
    policyObject('c', { targetRefs: [ingressTarget('c')] }, younger),
    policyObject('a', { targetRefs: [ingressTarget('a')] }, older),
    policyObject('b', { targetRefs: [ingressTarget('b')] }, older),
  ];
  const routes = ['a', 'b', 'c'].map((name) => ingressObject(name));

  test('the youngest policies beyond the number keep their claim and grant nothing', () => {
    const resolution = resolveObjects([...routes, ...policies], { limits });
    expect(resolution.routes.map(governorText)).toEqual([
      'TargetRef shop/a',
      'TargetRef shop/b',
      'Invalid TargetRef shop/c',
    ]);
    expect(
      resolution.policies.filter(({ excess }) => excess !== undefined).map(({ policy }) => policy.ref.name),
    ).toEqual(['c']);
  });

  test('a policy that does not fit beside older ones leaves room for a smaller one', () => {
    const long = Array.from({ length: 5 }, (_, index) => `https://app-${index}.example.com`);
    const resolution = resolveObjects(
      [
        policyObject('a', webRef, older),
        policyObject('b', { ...webRef, allowOrigins: long }, older),
        policyObject('c', webRef, younger),
      ],
      { limits: { policiesPerNamespace: 200, originBytesPerNamespace: 100 } },
    );
    expect(resolution.policies.map(({ excess }) => excess !== undefined)).toEqual([false, true, false]);
  });

  test('other namespaces have limits of their own', () => {
    const other = policyObject('d', { targetSelector: {} }, { namespace: 'other', ...younger });
    const resolution = resolveObjects([...policies, other], { limits });
    expect(resolution.policies.find(({ policy }) => policy.ref.name === 'd')?.excess).toBeUndefined();
  });
});

describe('resolveRoutes: laws', () => {
  const pool: readonly KubernetesObject[] = [
    web,
    ingressObject('other', { labels: { app: 'web' } }),
    httpRouteObject('api', { labels: { app: 'web' } }, { rules: [{ name: 'v1' }, {}] }),
    policyObject('t1', webRef, older),
    policyObject('t2', webRef, older),
    policyObject('bad', { ...webRef, ...invalid }, younger),
    policyObject('s1', webLabel, younger),
    policyObject('s2', { targetSelector: {} }, older),
    policyObject('rule', { targetRefs: [httpRouteTarget('api', 'v1')] }),
    policyObject('audit', { ...webRef, mode: 'Audit' }),
    organisation,
    clusterPolicyObject('ceiling', { guardrail: { allowOrigins: ['https://app.example.com'] } }, older),
    namespaceObject('shop', { team: 'a' }),
  ];

  test('the order of the input does not matter', () => {
    const shuffled = fc.shuffledSubarray([...pool], { minLength: 1 });
    fc.assert(
      fc.property(shuffled, (objects) => {
        expect(JSON.stringify(resolveObjects(objects))).toBe(JSON.stringify(resolveObjects(objects.toReversed())));
      }),
    );
  });

  test('a policy in audit mode changes nothing that is enforced', () => {
    const audits = fc.constantFrom(
      webRef,
      webLabel,
      { targetSelector: {} },
      { targetRefs: [httpRouteTarget('api', 'v1')] },
    );
    const enforced = pool.filter(({ metadata }) => metadata.name !== 'audit');
    fc.assert(
      fc.property(
        fc.subarray([...enforced]),
        audits,
        fc.constantFrom('', older.creationTimestamp),
        (objects, target, time) => {
          const audit = policyObject('a', { ...target, mode: 'Audit' }, { creationTimestamp: time });
          const decisions = (all: readonly KubernetesObject[]) =>
            resolveObjects(all).routes.map(({ governed, challengers, outranked = [] }) => ({
              governed,
              challengers,
              outranked: outranked.filter(({ name }) => name !== 'a'),
            }));
          expect(decisions([...objects, audit])).toEqual(decisions(objects));
        },
      ),
    );
  });

  test('the winner is taken whole: others change nothing in what it grants', () => {
    const others = pool.filter(({ kind, metadata }) => kind === 'CorsPolicy' && metadata.name !== 't1');
    const rich = policyObject(
      't1',
      { ...webRef, allowMethods: ['PUT'], maxAge: 5 },
      { creationTimestamp: '2020-01-01T00:00:00Z' },
    );
    const alone = effectiveOf(resolutionOf(resolveObjects([web, rich]), 'web'));
    fc.assert(
      fc.property(fc.subarray(others), (objects) => {
        const resolution = resolveObjects([
          web,
          rich,
          ...objects.filter(({ metadata }) => metadata['creationTimestamp']),
        ]);
        expect(effectiveOf(resolutionOf(resolution, 'web'))).toEqual(alone);
      }),
    );
  });
});
