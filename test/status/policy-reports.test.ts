import { describe, expect, test } from 'vitest';
import { expiryIssues } from '../../src/model/cors-exception.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { ExceptionObject } from '../../src/model/snapshot.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { noChanges, type Plan } from '../../src/plan/plan.ts';
import type { RouteResolution } from '../../src/resolve/resolution.ts';
import { resolveSnapshot } from '../../src/resolve/snapshot-resolution.ts';
import { MAX_ANCESTORS, type PolicyAncestorStatus } from '../../src/status/ancestors.ts';
import type { Condition } from '../../src/status/condition.ts';
import { clusterReports, policyReports } from '../../src/status/policy-reports.ts';
import {
  clusterPolicyObject,
  exceptionObject,
  httpRouteObject,
  httpRouteTarget,
  ingressObject,
  ingressTarget,
  originListObject,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const older = { creationTimestamp: '2024-01-01T00:00:00Z' };
const younger = { creationTimestamp: '2024-01-02T00:00:00Z' };
const webRef = { targetRefs: [ingressTarget('web')] };
const now = Date.UTC(2026, 0, 1);

type Plans = Readonly<Record<string, Partial<Plan>>>;
type Options = {
  readonly plans?: Plans;
  readonly settings?: Partial<Settings>;
  readonly missingKinds?: readonly string[];
};

function plan(parts: Partial<Plan> = {}): Plan {
  return {
    dialect: 'ingress-nginx',
    dialectVersion: undefined,
    outcome: 'Native',
    reason: undefined,
    message: '',
    losses: [],
    changes: noChanges,
    owned: [],
    ...parts,
  };
}

/** The status of the object that stands first among the objects. */
function statusOf(objects: readonly [KubernetesObject, ...KubernetesObject[]], options: Options = {}) {
  const assembled = assembleSnapshot(objects, { ...testSettings, ...options.settings });
  const snapshot = { ...assembled, missingKinds: new Set(options.missingKinds ?? []) };
  const resolution = resolveSnapshot(snapshot, now);
  const planOf = ({ route, governed }: RouteResolution): Plan => {
    if (governed.by === 'Nothing') return plan({ outcome: 'NoPolicy' });
    if (governed.by === 'Invalid') return plan({ outcome: 'Refused', reason: 'PolicyInvalid' });
    if (governed.effective.refusal !== undefined) return plan({ outcome: 'Refused', ...governed.effective.refusal });
    return plan(options.plans?.[route.target.name]);
  };
  const { policies, share } = policyReports({
    snapshot,
    resolution,
    routes: resolution.routes.map((each) => ({ resolution: each, plan: planOf(each) })),
    planAudited: (each) => planOf({ ...each, governed: each.audit ?? each.governed }),
  });
  const expiryOf = (exception: ExceptionObject) => expiryIssues(exception, now);
  const reports = [...policies, ...clusterReports({ share, exceptions: snapshot.exceptions, expiryOf, now })];
  const { name } = objects[0].metadata;
  const report = reports.find(({ object }) => object.name === name && object.kind === objects[0].kind);
  if (report === undefined) throw new Error(`no report of ${name}`);
  return report;
}

function conditionsOf(status: Readonly<Record<string, unknown>>): readonly Condition[] {
  const { conditions } = status as { conditions: readonly Condition[] };
  return conditions;
}

function conditionTexts(status: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(conditionsOf(status).map((each) => [each.type, `${each.status} ${each.reason}`]));
}

function ancestorsOf(status: Readonly<Record<string, unknown>>): readonly PolicyAncestorStatus[] {
  const { ancestors } = status as { ancestors: readonly PolicyAncestorStatus[] };
  return ancestors;
}

const web = ingressObject('web');
const shop = ingressObject('shop');
const fine = {
  Accepted: 'True Accepted',
  ResolvedRefs: 'True ResolvedRefs',
  Programmed: 'True Programmed',
  Ready: 'True Ready',
};
const both = { targetRefs: [ingressTarget('web'), ingressTarget('shop')] };
const noVary = { losses: [{ code: 'NoVary', message: 'm' }] } as const;
const status200 = { losses: [{ code: 'Status200', message: 'm' }] } as const;
const notExpressible = { outcome: 'NotExpressible', reason: 'Regex', message: 'no regexes' } as const;
const lists = { allowOrigins: ['https://a.example'], allowOriginsFrom: [{ configMapKeyRef: { name: 'l', key: 'k' } }] };
const guardrail = (allowOrigins: readonly string[], enforcement = 'Enforce') =>
  clusterPolicyObject('org', { enforcement, guardrail: { allowOrigins } });

type Row = {
  readonly name: string;
  readonly objects: readonly [KubernetesObject, ...KubernetesObject[]];
  readonly options?: Options;
  readonly conditions: Readonly<Record<string, string>>;
};

const rows: readonly Row[] = [
  { name: 'all is well', objects: [policyObject('p', webRef), web], conditions: fine },
  {
    name: 'an invalid policy',
    objects: [policyObject('p', { ...webRef, allowOrigins: ['x'] }), web],
    conditions: { Accepted: 'False Invalid', Programmed: 'False Pending', Ready: 'False Invalid' },
  },
  {
    name: 'a target that is not there',
    objects: [policyObject('p', both), web],
    conditions: { ...fine, Accepted: 'False TargetNotFound', Ready: 'False TargetNotFound' },
  },
  {
    name: 'a rule that is not there',
    objects: [policyObject('p', { targetRefs: [httpRouteTarget('api', 'v9')] }), httpRouteObject('api')],
    conditions: {
      ...fine,
      Accepted: 'False TargetNotFound',
      Programmed: 'False Pending',
      Ready: 'False TargetNotFound',
    },
  },
  {
    name: 'a kind that is not installed',
    objects: [policyObject('p', { targetRefs: [httpRouteTarget('api')] })],
    options: { missingKinds: ['gateway.networking.k8s.io/HTTPRoute'] },
    conditions: {
      ...fine,
      Accepted: 'False TargetKindNotInstalled',
      Programmed: 'False Pending',
      Ready: 'False TargetKindNotInstalled',
    },
  },
  {
    name: 'a selector that selects nothing',
    objects: [policyObject('p', { targetSelector: { matchLabels: { a: 'b' } } }), web],
    conditions: { ...fine, Programmed: 'False Pending', Ready: 'False Pending' },
  },
  {
    name: 'a challenger',
    objects: [policyObject('p', webRef, younger), policyObject('q', webRef, older), web],
    conditions: { ...fine, Accepted: 'False Conflicted', Programmed: 'False Pending', Ready: 'False Conflicted' },
  },
  {
    name: 'the established one',
    objects: [policyObject('p', webRef, older), policyObject('q', webRef, younger), web],
    conditions: fine,
  },
  {
    name: 'one that a more specific policy outranks is accepted',
    objects: [policyObject('p', { targetSelector: {} }), policyObject('q', webRef), web, shop],
    conditions: fine,
  },
  {
    name: 'one too many',
    objects: [policyObject('p', webRef, younger), policyObject('q', both, older), web, shop],
    options: { settings: { limits: { policiesPerNamespace: 1, originBytesPerNamespace: 1000 } } },
    conditions: { Accepted: 'False TooMany', Programmed: 'False Pending', Ready: 'False TooMany' },
  },
  {
    name: 'a missing ConfigMap',
    objects: [policyObject('p', { ...webRef, ...lists }), web],
    conditions: { ...fine, ResolvedRefs: 'False NotFound', Ready: 'False NotFound' },
  },
  {
    name: 'a ConfigMap without the label',
    objects: [policyObject('p', { ...webRef, ...lists }), web, originListObject('l', { k: '' }, { labels: {} })],
    conditions: { ...fine, ResolvedRefs: 'False NotLabelled', Ready: 'False NotLabelled' },
  },
  {
    name: 'a missing key',
    objects: [policyObject('p', { ...webRef, ...lists }), web, originListObject('l', {})],
    conditions: { ...fine, ResolvedRefs: 'False KeyNotFound', Ready: 'False KeyNotFound' },
  },
  {
    name: 'a bad line',
    objects: [policyObject('p', { ...webRef, ...lists }), web, originListObject('l', { k: 'x' })],
    conditions: { ...fine, ResolvedRefs: 'False LineInvalid', Ready: 'False LineInvalid' },
  },
  {
    name: 'cut by a guardrail',
    objects: [
      policyObject('p', { ...webRef, allowOrigins: ['https://a.example', 'https://b.example'] }),
      web,
      guardrail(['https://a.example']),
    ],
    conditions: { ...fine, Accepted: 'True Narrowed' },
  },
  {
    name: 'a line cut by a guardrail is no bad line',
    objects: [
      policyObject('p', { ...webRef, ...lists }),
      web,
      originListObject('l', { k: 'https://b.example' }),
      guardrail(['https://a.example']),
    ],
    conditions: { ...fine, Accepted: 'True Narrowed' },
  },
  {
    name: 'emptied by a guardrail',
    objects: [policyObject('p', webRef), web, guardrail(['https://a.example'])],
    conditions: {
      ...fine,
      Accepted: 'False ExceedsGuardrail',
      Programmed: 'False Pending',
      Ready: 'False ExceedsGuardrail',
    },
  },
  {
    name: 'beyond a guardrail that only warns',
    objects: [policyObject('p', webRef), web, guardrail(['https://a.example'], 'Warn')],
    conditions: fine,
  },
  {
    name: 'below a guardrail that is not valid',
    objects: [policyObject('p', webRef), web, guardrail(['nonsense'])],
    conditions: {
      ...fine,
      Accepted: 'False ExceedsGuardrail',
      Programmed: 'False Pending',
      Ready: 'False ExceedsGuardrail',
    },
  },
  {
    name: 'losses that matter',
    objects: [policyObject('p', webRef), web],
    options: { plans: { web: noVary } },
    conditions: { ...fine, Programmed: 'True ProgrammedWithLosses' },
  },
  {
    name: 'cosmetic losses',
    objects: [policyObject('p', webRef), web],
    options: { plans: { web: status200 } },
    conditions: fine,
  },
  {
    name: 'not expressible',
    objects: [policyObject('p', webRef), web],
    options: { plans: { web: notExpressible } },
    conditions: { ...fine, Programmed: 'False NotExpressible', Ready: 'False NotExpressible' },
  },
  {
    name: 'partly expressible',
    objects: [policyObject('p', both), web, shop],
    options: { plans: { web: notExpressible } },
    conditions: { ...fine, Programmed: 'False PartiallyProgrammed', Ready: 'False PartiallyProgrammed' },
  },
  {
    name: 'audit mode is ready without being programmed',
    objects: [policyObject('p', { ...webRef, mode: 'Audit' }), web],
    conditions: { ...fine, Programmed: 'False AuditMode', Ready: 'True AuditMode' },
  },
];

describe('policyReports: conditions of a CorsPolicy', () => {
  test.each(rows)('$name', ({ objects, options, conditions }) => {
    expect(conditionTexts(statusOf(objects, options).status)).toEqual(conditions);
  });

  test('every condition speaks of the generation that was read', () => {
    const { status } = statusOf([policyObject('p', webRef, { generation: 7 }), web]);
    expect(conditionsOf(status).map(({ observedGeneration }) => observedGeneration)).toEqual([7, 7, 7, 7]);
    expect(status['observedGeneration']).toBe(7);
  });

  test('a conflict names the winner and the routes', () => {
    const { status } = statusOf([policyObject('p', both, younger), policyObject('q', webRef, older), web, shop]);
    const [accepted] = conditionsOf(status);
    expect(accepted?.message).toContain('CorsPolicy shop/q (Ingress shop/web)');
    expect(accepted?.message).toContain('1 other route');
  });

  test('a narrowed policy names entry, guardrail and witness', () => {
    const { status } = statusOf([
      policyObject('p', { ...webRef, allowOrigins: ['https://*.example.com'] }),
      web,
      guardrail(['https://*.shop.example.com']),
    ]);
    const [accepted] = conditionsOf(status);
    for (const part of ['spec.allowOrigins[0]', 'https://*.example.com', 'org', 'https://www.example.com']) {
      expect(accepted?.message).toContain(part);
    }
  });

  test('messages stay below what the API server stores', () => {
    const allowOrigins = Array.from({ length: 1024 }, (_, index) => `https://${'é'.repeat(200)}-${index}`);
    const { status } = statusOf([policyObject('p', { ...webRef, allowOrigins }), web]);
    for (const { message } of conditionsOf(status)) expect(Buffer.byteLength(message)).toBeLessThanOrEqual(32_768);
  });
});

describe('policyReports: counts and ancestors', () => {
  const names = Array.from({ length: 20 }, (_, index) => `r${String(index).padStart(2, '0')}`);
  const routes = names.map((name) => ingressObject(name));
  const plans: Plans = {
    r03: { outcome: 'Responder', reason: 'Regex' },
    r05: noVary,
    r11: notExpressible,
    r17: { outcome: 'Refused', reason: 'NoOrigins' },
  };
  const { status } = statusOf([policyObject('p', { targetSelector: {} }), ...routes], { plans });

  test('routes are counted by outcome', () => {
    expect(status['counts']).toEqual({ routes: 20, native: 17, responder: 1, notExpressible: 1, refused: 1 });
  });

  test('at most sixteen ancestors, the worst first', () => {
    const ancestors = ancestorsOf(status);
    expect(ancestors).toHaveLength(MAX_ANCESTORS);
    expect(ancestors.slice(0, 5).map(({ ancestorRef }) => ancestorRef.name)).toEqual([
      'r11',
      'r17',
      'r05',
      'r00',
      'r01',
    ]);
  });

  test('an ancestor names its route and says why', () => {
    const [first] = ancestorsOf(status);
    expect(first).toMatchObject({
      ancestorRef: { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: 'r11' },
      controllerName: 'cors-operator.dev/controller',
      conditions: [
        { type: 'Accepted', status: 'True', reason: 'Accepted' },
        { type: 'Programmed', status: 'False', reason: 'NotExpressible' },
      ],
    });
    expect(first?.conditions[1]?.message).toContain('Regex: no regexes');
  });

  test('a lost route is an ancestor that is conflicted', () => {
    const lost = statusOf([policyObject('p', webRef, younger), policyObject('q', webRef, older), web]);
    expect(ancestorsOf(lost.status)).toMatchObject([
      { ancestorRef: { name: 'web' }, conditions: [{ type: 'Accepted', status: 'False', reason: 'Conflicted' }] },
    ]);
  });

  test('what audit mode would do is counted as if it were enforced', () => {
    const audited = statusOf([
      policyObject('p', { ...webRef, mode: 'Audit' }),
      policyObject('q', webRef, younger),
      web,
    ]);
    expect(audited.status['counts']).toMatchObject({ routes: 1, native: 1 });
  });
});

describe('policyReports: ClusterCorsPolicy', () => {
  test('policies are counted by how they stand to the guardrail, the worst named', () => {
    const { status } = statusOf([
      guardrail(['https://a.example']),
      policyObject('within', { ...webRef, allowOrigins: ['https://a.example'] }),
      policyObject('narrowed', { ...webRef, allowOrigins: ['https://a.example', 'https://b.example'] }),
      policyObject('emptied', { ...webRef, allowOrigins: ['https://c.example'] }),
      policyObject('elsewhere', { ...webRef, allowOrigins: ['https://c.example'] }, { namespace: 'kube-system' }),
    ]);
    expect(status['counts']).toEqual({ within: 1, narrowed: 1, refused: 1, rawWider: 0, routes: 0 });
    expect(status['worst']).toEqual([
      {
        namespace: 'shop',
        name: 'emptied',
        field: 'allowOrigins',
        entry: 'https://c.example',
        witness: 'https://c.example',
      },
      {
        namespace: 'shop',
        name: 'narrowed',
        field: 'allowOrigins',
        entry: 'https://b.example',
        witness: 'https://b.example',
      },
    ]);
  });

  test('a guardrail that only warns refuses nobody', () => {
    const { status } = statusOf([guardrail(['https://a.example'], 'Warn'), policyObject('p', webRef)]);
    expect(status['counts']).toEqual({ within: 0, narrowed: 1, refused: 0, rawWider: 0, routes: 0 });
  });

  test('routes of its default are counted', () => {
    const fields = { routeSelector: { matchLabels: { app: 'web' } }, allowOrigins: ['https://a.example'] };
    const { status } = statusOf([
      clusterPolicyObject('org', { default: fields }),
      ingressObject('web', { labels: { app: 'web' } }),
    ]);
    expect(status['counts']).toMatchObject({ routes: 1 });
    expect(conditionTexts(status)).toEqual({
      Accepted: 'True Accepted',
      ResolvedRefs: 'True ResolvedRefs',
      Ready: 'True Ready',
    });
  });

  test('an invalid one says so', () => {
    expect(conditionTexts(statusOf([guardrail(['nonsense'])]).status)).toEqual({
      Accepted: 'False Invalid',
      Ready: 'False Invalid',
    });
  });

  test('a missing ConfigMap of its guardrail is named', () => {
    const from = { allowOriginsFrom: [{ configMapKeyRef: { name: 'l', key: 'k' } }] };
    const { status, issues } = statusOf([clusterPolicyObject('org', { guardrail: from })]);
    expect(conditionTexts(status)).toMatchObject({ ResolvedRefs: 'False NotFound', Ready: 'False NotFound' });
    expect(issues).toMatchObject([{ reason: 'NotFound', path: 'spec.guardrail.allowOriginsFrom[0].configMapKeyRef' }]);
  });
});

describe('policyReports: CorsException', () => {
  const listing = { allowOrigins: ['https://b.example'] };
  const ceiling = guardrail(['https://a.example']);
  const wide = { ...webRef, allowOrigins: ['https://a.example', 'https://b.example'] };
  const both = { policyRefs: ['p', 'q'].map((name) => ({ namespace: 'shop', name })) };
  type Case = {
    readonly name: string;
    readonly objects: readonly [KubernetesObject, ...KubernetesObject[]];
    readonly conditions: Readonly<Record<string, string>>;
    readonly usedBy?: readonly string[];
    readonly issues: readonly string[];
  };
  const cases: readonly Case[] = [
    {
      name: 'one by which something is in force',
      objects: [exceptionObject('e', listing), ceiling, policyObject('p', wide), web],
      conditions: { Accepted: 'True Accepted', Active: 'True Active', Ready: 'True Ready' },
      usedBy: ['shop/p'],
      issues: [],
    },
    {
      name: 'one that its policy does not need',
      objects: [
        exceptionObject('e', listing),
        ceiling,
        policyObject('p', { ...webRef, allowOrigins: ['https://a.example'] }),
      ],
      conditions: { Accepted: 'True Accepted', Active: 'True Active', Ready: 'True Ready' },
      usedBy: [],
      issues: [],
    },
    {
      name: 'one of a guardrail that is not there',
      objects: [exceptionObject('e', listing), policyObject('p', wide)],
      conditions: {
        Accepted: 'False TargetNotFound',
        Active: 'False ExceptionInactive',
        Ready: 'False TargetNotFound',
      },
      usedBy: [],
      issues: ['warning ExceptionInactive spec.guardrailRef.name'],
    },
    {
      name: 'one of a ClusterCorsPolicy without a guardrail',
      objects: [
        exceptionObject('e', listing),
        clusterPolicyObject('org', { default: { routeSelector: { matchLabels: { a: 'b' } }, allowOrigins: ['*'] } }),
        policyObject('p', wide),
      ],
      conditions: {
        Accepted: 'False TargetNotFound',
        Active: 'False ExceptionInactive',
        Ready: 'False TargetNotFound',
      },
      usedBy: [],
      issues: ['warning ExceptionInactive spec.guardrailRef.name'],
    },
    {
      name: 'one of a guardrail that is not valid',
      objects: [exceptionObject('e', listing), guardrail(['nonsense']), policyObject('p', wide)],
      conditions: { Accepted: 'True Accepted', Active: 'False ExceptionInactive', Ready: 'False ExceptionInactive' },
      usedBy: [],
      issues: ['warning ExceptionInactive spec.guardrailRef.name'],
    },
    {
      name: 'one whose guardrail does not govern the policy',
      objects: [
        exceptionObject('e', listing),
        clusterPolicyObject('org', {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'bank' } },
          guardrail: { allowOrigins: ['https://a.example'] },
        }),
        policyObject('p', wide),
      ],
      conditions: { Accepted: 'True Accepted', Active: 'False ExceptionInactive', Ready: 'False ExceptionInactive' },
      usedBy: [],
      issues: ['warning ExceptionInactive spec.policyRefs[0]'],
    },
    {
      name: 'one of whose policies one is not there',
      objects: [exceptionObject('e', { ...listing, ...both }), ceiling, policyObject('p', wide)],
      conditions: { Accepted: 'False TargetNotFound', Active: 'True Active', Ready: 'False TargetNotFound' },
      usedBy: ['shop/p'],
      issues: ['warning ExceptionInactive spec.policyRefs[1]'],
    },
    {
      name: 'one that an older one keeps away from one of its policies',
      objects: [
        exceptionObject('e', { ...listing, ...both }, younger),
        exceptionObject('older', listing, older),
        ceiling,
        policyObject('p', wide),
        policyObject('q', wide),
      ],
      conditions: { Accepted: 'False Conflicted', Active: 'True Active', Ready: 'False Conflicted' },
      usedBy: ['shop/q'],
      issues: ['warning Conflicted spec.policyRefs[0]'],
    },
    {
      name: 'one that has ended',
      objects: [
        exceptionObject('e', { ...listing, expiresAt: '2025-12-01T00:00:00Z' }),
        ceiling,
        policyObject('p', wide),
      ],
      conditions: { Accepted: 'False Invalid', Active: 'False Expired', Ready: 'False Invalid' },
      usedBy: [],
      issues: ['error ExceptionExpiry spec.expiresAt'],
    },
    {
      name: 'one that is not valid',
      objects: [exceptionObject('e', { ...listing, reason: '' }), ceiling, policyObject('p', wide)],
      conditions: { Accepted: 'False Invalid', Active: 'False ExceptionInactive', Ready: 'False Invalid' },
      issues: ['error FieldValue spec.reason'],
    },
  ];

  test.each(cases)('$name', ({ objects, conditions, usedBy, issues: told }) => {
    const { status, issues } = statusOf(objects);
    expect(conditionTexts(status)).toEqual(conditions);
    const used = status['usedBy'] as readonly { namespace: string; name: string }[] | undefined;
    expect(used?.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(usedBy);
    expect(issues.map(({ severity, reason, path }) => `${severity} ${reason} ${path}`)).toEqual(told);
  });

  test('the policy says by which exception it goes beyond the guardrail', () => {
    const [accepted] = conditionsOf(
      statusOf([policyObject('p', wide), exceptionObject('e', listing), ceiling, web]).status,
    );
    expect(accepted).toMatchObject({ status: 'True', reason: 'Accepted' });
    expect(accepted?.message).toContain('spec.allowOrigins[1] https://b.example (guardrail org, exception e)');
  });

  test('the guardrail counts such a policy as within', () => {
    const { status } = statusOf([ceiling, policyObject('p', wide), exceptionObject('e', listing)]);
    expect(status['counts']).toMatchObject({ within: 1, narrowed: 0, refused: 0 });
  });

  test.each([
    ['2025-12-31T23:00:00Z', 'expired'],
    ['2026-01-01T00:30:00Z', 'under 1 hour'],
    ['2026-01-01T20:00:00Z', 'under 1 day'],
    ['2026-01-05T00:00:00Z', 'under 7 days'],
    ['2026-01-20T00:00:00Z', 'under 30 days'],
    ['2026-12-01T00:00:00Z', '30 days or more'],
  ])('expires at %s: %s', (expiresAt, text) => {
    expect(statusOf([exceptionObject('e', { ...listing, expiresAt })]).status['expiresIn']).toBe(text);
  });
});

describe('policyReports: objects of one name', () => {
  test('that contradict each other share one report with all issues', () => {
    const twins: readonly [KubernetesObject, KubernetesObject] = [policyObject('p', webRef), policyObject('p', both)];
    for (const [first, second] of [twins, [twins[1], twins[0]] as const]) {
      const { status, issues } = statusOf([first, second, web, shop]);
      expect(conditionTexts(status)).toMatchObject({ Accepted: 'False Invalid' });
      expect(issues.every(({ reason }) => reason === 'ObjectDuplicate')).toBe(true);
    }
  });
});
