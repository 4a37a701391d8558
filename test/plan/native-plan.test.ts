import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/evaluate.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { ClassSpeech } from '../../src/plan/class-speech.ts';
import type { Dialect, Speaker } from '../../src/plan/dialect.ts';
import { dialectByName } from '../../src/plan/dialects/index.ts';
import { createNativePlanner } from '../../src/plan/native-plan.ts';
import { plainPolicy } from '../../src/plan/plain-policy.ts';
import { createProofMemory } from '../../src/plan/proof-memory.ts';
import { EMPTY_TALLY } from '../../src/status/policy-tally.ts';
import { planText, programming } from '../../src/status/programming.ts';
import { routeIssues } from '../../src/status/route-issues.ts';
import { fixtures } from '../contract/dialect-fixtures.ts';
import { ingressClassObject, ingressObject, policyObject } from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const POLICY = plainPolicy({
  origins: { any: false, exact: ['https://a.com'], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
});

/** A class of controllers, spoken to with some mistake. */
function speech(name: 'ingress-nginx' | 'gateway-api', mistake: (speaker: Speaker) => Partial<Speaker>): ClassSpeech {
  const dialect: Dialect = dialectByName(name) ?? expect.fail(`no dialect ${name}`);
  const [controller] = fixtures[name].controllers;
  const speaker = dialect.open(controller?.context ?? expect.fail('no controller'));
  return { ok: true, dialect, version: undefined, speaker: { ...speaker, ...mistake(speaker) } };
}

/** Says two origins where the policy has one. */
const generous = ({ express }: Speaker): Partial<Speaker> => ({
  express: (policy) =>
    express({ ...policy, origins: { ...policy.origins, exact: ['https://a.com', 'https://evil.example'] } }),
});

function planOf(name: 'ingress-nginx' | 'gateway-api', speeches: readonly ClassSpeech[]) {
  const { parents, ...route } = fixtures[name].route();
  const request = { route: { ...route, parents: speeches.flatMap(() => parents) }, policy: POLICY, speeches };
  return createNativePlanner(new Map(), createProofMemory())({ ...request, adoption: 'Own' });
}

describe('createNativePlanner: what cannot be proved', () => {
  test('is NotProven, with an origin that shows it', () => {
    expect(planOf('ingress-nginx', [speech('ingress-nginx', generous)])).toMatchObject({
      ok: false,
      reason: 'NotProven',
      message: expect.stringContaining('more origins than the policy, as in https://evil.example'),
    });
  });

  test('on any of several parents is not written', () => {
    const right = speech('gateway-api', () => ({}));
    const deaf = speech('gateway-api', () => ({ read: () => ({ kind: 'Off' }) }));
    expect(planOf('gateway-api', [right, right]).ok).toBe(true);
    expect(planOf('gateway-api', [right, deaf])).toMatchObject({
      reason: 'NotProven',
      message: expect.stringMatching(/^on Gateway infra\/public: .*grants nothing/),
    });
  });

  test('is shown by lint and by the status of the policy', () => {
    const objects = [policyObject('p', { targetSelector: {} }), ingressObject('web'), ingressClassObject()];
    const [route] = evaluate(assembleSnapshot(objects, testSettings), 0).routes;
    const said = planOf('ingress-nginx', [speech('ingress-nginx', generous)]);
    if (route === undefined || said.ok) expect.fail('there is nothing to show');
    const { reason, message } = said;
    const plan = { ...route.plan, outcome: 'NotExpressible' as const, reason, message, losses: [] };
    expect(routeIssues({ ...route, plan })).toMatchObject([
      { severity: 'warning', reason: 'NotProven', message: expect.stringContaining('https://evil.example') },
    ]);
    expect(planText({ plan })).toContain('https://evil.example');
    const { target } = route.resolution.route;
    const tally = { ...EMPTY_TALLY, routes: [{ target, plan }] };
    expect(programming(tally, 'Enforce').message).toContain('https://evil.example');
  });
});
