import { describe, expect, test } from 'vitest';
import { installationOf } from '../../src/apply/installation.ts';
import type { TargetGoal } from '../../src/apply/target-goal.ts';
import { planSteps, type Step, type TargetPlan } from '../../src/apply/target-steps.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import { recordText, valueHash } from '../../src/plan/record.ts';
import { ingressObject } from '../support/cluster-objects.ts';

const LIST = 'traefik.ingress.kubernetes.io/router.middlewares';
const OURS = 'shop-cors-operator-ingress-web@kubernetescrd';
const SAFE = 'shop_cors-operator-ingress-web@kubernetescrd';
const ENABLE = 'nginx.ingress.kubernetes.io/enable-cors';
const TARGET = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: 'web' };
const POLICY = { uid: 'p', generation: 1 };

function middleware(name = 'cors-operator-ingress-web', spec: object = { headers: {} }): KubernetesObject {
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: {
      name,
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'cors-operator' },
      ownerReferences: [{ uid: 'u' }],
    },
    spec,
  };
}

function entry(name: string, presence: 'First' | 'Absent') {
  return { annotation: LIST, entry: name, presence };
}

const ATTACHED: TargetGoal = {
  kind: 'Hold',
  annotations: {},
  listEntries: [entry(OURS, 'First'), entry(SAFE, 'Absent')],
  owned: [middleware()],
  policy: POLICY,
  adoption: 'Additive',
};
const DETACHED: TargetGoal = { ...ATTACHED, listEntries: [entry(OURS, 'Absent'), entry(SAFE, 'Absent')], owned: [] };
const NGINX: TargetGoal = { ...ATTACHED, annotations: { [ENABLE]: 'true' }, listEntries: [], owned: [] };

function record(keys: Parameters<typeof recordText>[0]['keys']): string {
  return recordText({ instance: '', uid: 'u', policy: POLICY, keys });
}

const LISTED = { [LIST]: OURS, [RECORD_ANNOTATION]: record({ [LIST]: { entries: [OURS] } }) };
const ENABLED = { [ENABLE]: 'true', [RECORD_ANNOTATION]: record({ [ENABLE]: { hash: valueHash('true') } }) };

type Case = {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly owned?: readonly KubernetesObject[];
  readonly settling?: { readonly owned: number; readonly detached: number };
};

function plan(
  goal: TargetGoal,
  { annotations = {}, owned = [], settling = { owned: 0, detached: 0 } }: Case,
): TargetPlan {
  const managedFields = [
    { manager: 'kubectl', operation: 'Update', fieldsV1: { 'f:spec': {} } },
    {
      manager: 'cors-operator',
      operation: 'Apply',
      fieldsV1: {
        'f:metadata': { 'f:annotations': Object.fromEntries(Object.keys(annotations).map((key) => [`f:${key}`, {}])) },
      },
    },
  ];
  const held = Object.keys(annotations).length === 0 ? {} : { annotations, managedFields };
  return planSteps({ target: TARGET, object: ingressObject('web', { uid: 'u', ...held }), owned, settling }, goal, {
    installation: installationOf(''),
    settleSeconds: 5,
    reader: undefined,
    isBeyondCeiling: () => false,
  });
}

function words(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => {
    switch (step.kind) {
      case 'Write':
        return step.write.kind;
      case 'Wait':
        return `Wait ${step.seconds}`;
      case 'Create':
      case 'Delete':
        return `${step.kind} ${step.object.metadata.name.replace('cors-operator-ingress-', '')}`;
      default:
        return step.kind;
    }
  });
}

describe('planSteps', () => {
  test.each([
    { name: 'makes, waits, names', goal: ATTACHED, at: {}, expected: ['Create web', 'Wait 5', 'Apply'] },
    {
      name: 'waits for what is left of the time',
      goal: ATTACHED,
      at: { owned: [middleware()], settling: { owned: 2, detached: 0 } },
      expected: ['Wait 2', 'Apply'],
    },
    { name: 'names what has long been there', goal: ATTACHED, at: { owned: [middleware()] }, expected: ['Apply'] },
    {
      name: 'changes what is there before it is named, and waits',
      goal: ATTACHED,
      at: { owned: [middleware(undefined, { headers: { a: 1 } })] },
      expected: ['Update', 'Wait 5', 'Apply'],
    },
    {
      name: 'changes what is named in place',
      goal: ATTACHED,
      at: { annotations: LISTED, owned: [middleware(undefined, { headers: { a: 1 } })] },
      expected: ['Update'],
    },
    {
      name: 'makes anew what somebody deleted, at once',
      goal: ATTACHED,
      at: { annotations: LISTED },
      expected: ['Create web'],
    },
    {
      name: 'does nothing when all is there',
      goal: ATTACHED,
      at: { annotations: LISTED, owned: [middleware()] },
      expected: [],
    },
    {
      name: 'un-names, waits, deletes',
      goal: DETACHED,
      at: { annotations: LISTED, owned: [middleware()] },
      expected: ['Apply', 'Wait 5', 'Delete web'],
    },
    {
      name: 'deletes what is not named any more once that is known',
      goal: { kind: 'Restore' },
      at: { owned: [middleware()], settling: { owned: 0, detached: 3 } },
      expected: ['Wait 3', 'Delete web'],
    },
    {
      name: 'restores, waits, deletes',
      goal: { kind: 'Restore' },
      at: { annotations: LISTED, owned: [middleware()] },
      expected: ['Restore', 'Wait 5', 'Delete web'],
    },
    {
      name: 'goes over to annotations at once, and deletes in its own time',
      goal: NGINX,
      at: { annotations: LISTED, owned: [middleware()] },
      expected: ['Apply', 'Wait 5', 'Delete web'],
    },
    {
      name: 'comes from annotations: what stood there first',
      goal: ATTACHED,
      at: { annotations: ENABLED },
      expected: ['Restore', 'Create web', 'Wait 5', 'Apply'],
    },
    {
      name: 'keeps what the target still names by another entry',
      goal: { kind: 'Stay' },
      at: { annotations: LISTED, owned: [middleware(), middleware('cors-operator-old')] },
      expected: [],
    },
    {
      name: 'deletes what nothing plans and nothing names',
      goal: ATTACHED,
      at: { annotations: LISTED, owned: [middleware(), middleware('cors-operator-old')] },
      expected: ['Delete cors-operator-old'],
    },
  ] as const)('$name', ({ goal, at, expected }) => {
    expect(words(plan(goal, at).steps)).toEqual(expected);
  });

  test('the name of the other naming is replaced in the same request', () => {
    const annotations = { [LIST]: SAFE, [RECORD_ANNOTATION]: record({ [LIST]: { entries: [SAFE] } }) };
    const [step] = plan(ATTACHED, { annotations, owned: [middleware()] }).steps;
    expect(step?.kind === 'Write' && step.write.after.metadata.annotations?.[LIST]).toBe(OURS);
  });

  test('a name that is taken: nothing is done but to withdraw', () => {
    const foreign = { ...middleware(), metadata: { ...middleware().metadata, labels: {} } };
    const planned = plan(ATTACHED, { annotations: LISTED, owned: [foreign] });
    expect(words(planned.steps)).toEqual(['Restore']);
    expect(planned.problem?.reason).toBe('NameTaken');
    expect(words(plan(ATTACHED, { owned: [foreign] }).steps)).toEqual([]);
  });

  test('entries of ours that a restore left behind are released', () => {
    expect(words(plan({ kind: 'Restore' }, { annotations: { kept: 'yes' } }).steps)).toEqual(['Release']);
    expect(words(plan({ kind: 'Stay' }, { annotations: { kept: 'yes' } }).steps)).toEqual([]);
  });
});
