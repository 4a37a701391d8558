import { describe, expect, test } from 'vitest';
import { withWriteOutcomes } from '../../src/apply/status-outcomes.ts';
import type { WriteOutcome, WriteProblem } from '../../src/apply/write-outcome.ts';
import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import {
  clusterPolicyObject,
  ingressClassObject,
  ingressObject,
  ingressTarget,
  policyObject,
} from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

type Fields = Readonly<Record<string, unknown>>;
type Condition = { readonly type: string; readonly status: string; readonly reason: string; readonly message: string };

function planned(objects: readonly KubernetesObject[] = [], spec: Fields = {}): Fields {
  const policy = policyObject(
    'storefront',
    { targetRefs: ['web', 'api'].map(ingressTarget), ...spec },
    { generation: 5 },
  );
  const routes = [ingressObject('web'), ingressObject('api')];
  const snapshot = assembleSnapshot([ingressClassObject(), ...routes, policy, ...objects], testSettings);
  return evaluate(snapshot, 0).statuses.find(({ object }) => object.kind === 'CorsPolicy')?.status ?? {};
}

function outcome(name: string, problem?: WriteProblem, contentions: WriteOutcome['contentions'] = []): WriteOutcome {
  const target = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name };
  return { target, contentions, ...(problem === undefined ? {} : { problem }) };
}

function problem(reason: WriteProblem['reason'], message = 'why'): WriteProblem {
  return { reason, message };
}

function conditionOf(status: Fields, type: string): Condition | undefined {
  return (status['conditions'] as readonly Condition[]).find((condition) => condition.type === type);
}

function words(status: Fields, type: string): string {
  const { status: state = '', reason = '' } = conditionOf(status, type) ?? {};
  return `${state} ${reason}`;
}

describe('withWriteOutcomes', () => {
  test('what stands changes nothing', () => {
    const status = planned();
    expect(withWriteOutcomes(status, [outcome('web'), outcome('api')])).toBe(status);
    expect(words(status, 'Programmed')).toBe('True ProgrammedWithLosses');
  });

  test.each([
    { name: 'refused', problems: [problem('WriteRefused')], expected: 'False WriteRefused' },
    { name: 'full', problems: [problem('TargetFull')], expected: 'False TargetFull' },
    { name: 'not taken back', problems: [problem('RestorePending')], expected: 'False RestorePending' },
    { name: 'not yet', problems: [problem('Pending')], expected: 'False Pending' },
    { name: 'held by others, one of two', problems: [problem('ForeignCors')], expected: 'False PartiallyProgrammed' },
    { name: 'a name taken, one of two', problems: [problem('NameTaken')], expected: 'False PartiallyProgrammed' },
    {
      name: 'held by others, all of them',
      problems: [problem('ForeignCors'), problem('NameTaken')],
      expected: 'False NotExpressible',
    },
    {
      name: 'the gravest counts',
      problems: [problem('Pending'), problem('WriteRefused')],
      expected: 'False WriteRefused',
    },
  ])('$name: $expected, and Ready says the same', ({ problems, expected }) => {
    const outcomes = problems.map((each, index) => outcome(['web', 'api'][index] ?? '', each));
    const status = withWriteOutcomes(planned(), outcomes);
    expect(words(status, 'Programmed')).toBe(expected);
    expect(words(status, 'Ready')).toBe(expected);
    expect(words(status, 'Accepted')).toBe('True Accepted');
  });

  test('says how many, which and why, the gravest first', () => {
    const outcomes = [outcome('web', problem('Pending', 'soon')), outcome('api', problem('WriteRefused', 'no'))];
    const status = withWriteOutcomes(planned(), outcomes);
    expect(conditionOf(status, 'Programmed')?.message).toBe(
      '2 of 2 routes not written: Ingress shop/api: WriteRefused: no; Ingress shop/web: Pending: soon',
    );
    expect(conditionOf(status, 'Programmed')).toMatchObject({ observedGeneration: 5 });
  });

  test('the order of outcomes means nothing', () => {
    const outcomes = [outcome('web', problem('Pending')), outcome('api', problem('Pending'))];
    expect(withWriteOutcomes(planned(), outcomes)).toEqual(withWriteOutcomes(planned(), outcomes.toReversed()));
  });

  test('routes that others hold are not counted as native', () => {
    const status = withWriteOutcomes(planned(), [outcome('web', problem('ForeignCors'))]);
    expect(status['counts']).toEqual({ routes: 2, native: 1, responder: 0, notExpressible: 1, refused: 0 });
    const pending = withWriteOutcomes(planned(), [outcome('web', problem('Pending'))]);
    expect(pending['counts']).toMatchObject({ native: 2, notExpressible: 0 });
  });

  test('their ancestors come first and say why', () => {
    const status = withWriteOutcomes(planned(), [outcome('web', problem('WriteRefused', 'no'))]);
    const ancestors = status['ancestors'] as readonly Fields[];
    expect(ancestors.map(({ ancestorRef }) => (ancestorRef as Fields)['name'])).toEqual(['web', 'api']);
    expect(ancestors[0]).toMatchObject({
      controllerName: 'cors-operator.dev/controller',
      conditions: [
        { type: 'Accepted', status: 'True' },
        {
          type: 'Programmed',
          status: 'False',
          reason: 'WriteRefused',
          message: 'WriteRefused: no',
          observedGeneration: 5,
        },
      ],
    });
    expect(ancestors[1]).toMatchObject({ conditions: [{ type: 'Accepted' }, { type: 'Programmed', status: 'True' }] });
  });

  test('of many targets sixteen are shown, the troubled ones among them', () => {
    const outcomes = Array.from({ length: 20 }, (_, index) => outcome(`route-${index}`, problem('Pending')));
    const ancestors = withWriteOutcomes(planned(), outcomes)['ancestors'] as readonly Fields[];
    expect(ancestors).toHaveLength(16);
    expect(new Set(ancestors.map(({ ancestorRef }) => (ancestorRef as Fields)['name'])).has('web')).toBe(false);
  });

  test('what is refused by plan stays refused, with what could not be written besides', () => {
    const guardrail = clusterPolicyObject('org', { guardrail: { allowOrigins: [] } });
    const status = withWriteOutcomes(planned([guardrail]), [outcome('web', problem('Pending', 'soon'))]);
    expect(words(status, 'Programmed')).toBe('False Pending');
    expect(conditionOf(status, 'Programmed')?.message).toMatch(/Pending: soon; CORS is off/);
  });

  test('a quarrel stands there as long as it lasts, with what would end it', () => {
    const contentions = [{ annotation: 'nginx.ingress.kubernetes.io/enable-cors', manager: 'argocd', until: 0 }];
    const status = withWriteOutcomes(planned(), [outcome('web', problem('Pending'), contentions)]);
    expect(words(status, 'Contended')).toBe('True Contended');
    expect(conditionOf(status, 'Contended')?.message).toMatch(/argocd.*ignoreDifferences.*ignore:/s);
    expect(words(status, 'Ready')).toBe('False Pending');
    expect(conditionOf(planned(), 'Contended')).toBeUndefined();
  });

  test('a policy in Audit mode is as ready as before', () => {
    const status = planned([], { mode: 'Audit' });
    const after = withWriteOutcomes(status, [outcome('web', problem('Pending'))]);
    expect(words(after, 'Programmed')).toBe('False AuditMode');
    expect(words(after, 'Ready')).toBe('True AuditMode');
    expect(after['counts']).toEqual(status['counts']);
  });

  test('a status without these conditions is left as far as it goes', () => {
    const status = withWriteOutcomes({ observedGeneration: 1 }, [outcome('web', problem('Pending'))]);
    expect(words(status, 'Ready')).toBe('True Ready');
  });
});
