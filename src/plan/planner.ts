import type { Policy } from '../cors/policy.ts';
import type { ObjectRef } from '../model/reference.ts';
import { remembered } from '../model/remembered.ts';
import type { Route } from '../model/route.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type {
  EffectivePolicy,
  Governed,
  GovernedByInvalid,
  GovernedByPolicy,
  RouteResolution,
} from '../resolve/resolution.ts';
import { type ClassSpeech, classSpeeches } from './class-speech.ts';
import type { Inexpressible } from './dialect.ts';
import { createNativePlanner, type NativePlanner } from './native-plan.ts';
import { isBeyondWriting, MOST_WRITTEN_ORIGINS, plainPolicy } from './plain-policy.ts';
import { noChanges, type Plan, type TargetChanges } from './plan.ts';
import { createPolicyNaming, type PolicyNaming } from './policy-naming.ts';
import { createResponderPlanner, isForResponder, type ResponderPlanner } from './responder-plan.ts';
import { type Retreat, retreat } from './retreat.ts';

/**
 * Makes the planner of a snapshot: what each route should hold, and what became of it.
 *
 * Every policy is said once per class of controllers, whatever the number of its routes.
 */
export function createPlanner(snapshot: Snapshot): (resolution: RouteResolution) => Plan {
  const speechOf = classSpeeches(snapshot);
  const tools: Tools = {
    planNative: createNativePlanner(snapshot.dialectObjects),
    planResponder: createResponderPlanner(snapshot),
    plainOf: remembered(plainPolicy),
    named: createPolicyNaming(),
    praise: remembered((policy) => `${words(policy)} is said exactly`),
  };
  return ({ route, governed, audit }) => {
    const spoken = { route, speeches: route.parents.map((parent) => speechOf(parent, route.target.kind)) };
    const plan = planGoverned(spoken, governed, tools);
    return audit === undefined ? plan : withPreview(plan, planGoverned(spoken, audit, tools), audit.policy);
  };
}

type Tools = {
  readonly planNative: NativePlanner;
  readonly planResponder: ResponderPlanner;
  readonly plainOf: (policy: Policy) => Policy;
  readonly named: PolicyNaming;
  /** One text for all routes of a policy. */
  readonly praise: (policy: ObjectRef) => string;
};

/** A route with what its controllers understand. */
type Spoken = { readonly route: Route; readonly speeches: readonly ClassSpeech[] };

/** A route with what governs it. */
type Governance = Spoken & {
  readonly policy: ObjectRef;
  readonly adoption: EffectivePolicy['adoption'];
  readonly tools: Tools;
};

function withPreview(plan: Plan, preview: Plan, policy: ObjectRef): Plan {
  const reason = preview.reason === undefined ? '' : ` (${preview.reason})`;
  const note = `${words(policy)} in audit mode would make it ${preview.outcome}${reason}`;
  return { ...plan, message: plan.message === '' ? note : `${plan.message}; ${note}` };
}

function planGoverned(spoken: Spoken, governed: Governed, tools: Tools): Plan {
  switch (governed.by) {
    case 'Nothing':
      return finishedPlan(spoken, { outcome: 'NoPolicy', message: '' });
    case 'Invalid':
      return refused({ ...spoken, policy: governed.policy, adoption: 'Additive', tools }, invalid(governed));
    case 'Policy':
      return planPolicy(spoken, governed, tools);
  }
}

function invalid(governed: GovernedByInvalid): Inexpressible {
  const why = governed.message ?? 'it is not valid';
  return {
    ok: false,
    reason: 'PolicyInvalid',
    message: `${words(governed.policy)} grants nothing, since ${why}: correct it`,
  };
}

function planPolicy(spoken: Spoken, { policy, effective }: GovernedByPolicy, tools: Tools): Plan {
  const { adoption, strategy } = effective;
  const governance: Governance = { ...spoken, policy, adoption, tools };
  const plain = tools.plainOf(effective.cors);
  const refusal = refusalOf(effective, plain);
  if (refusal !== undefined) return refused(governance, refusal);
  const foreign = foreignCors(spoken);
  if (foreign !== undefined) return notExpressible(governance, foreign, plain);
  if (strategy === 'Responder') return byResponder(governance, undefined, plain);
  const native = isBeyondWriting(effective.cors)
    ? tooManyOrigins(effective.cors)
    : tools.planNative({ ...spoken, policy: plain, adoption });
  if (!native.ok) {
    const isNative = strategy === 'Native' || !isForResponder(native.reason);
    return isNative ? notExpressible(governance, native, plain) : byResponder(governance, native, plain);
  }
  const { losses, owned } = native;
  const message = tools.praise(policy);
  return finishedPlan(spoken, {
    outcome: 'Native',
    message,
    losses,
    changes: tools.named(native.changes, policy),
    owned,
  });
}

function refusalOf(effective: EffectivePolicy, plain: Policy): Inexpressible | undefined {
  const { any, exact, wildcards, regexes } = plain.origins;
  if (effective.refusal !== undefined) return { ok: false, ...effective.refusal };
  const isSome = any || exact.length + wildcards.length + regexes.length > 0 || isBeyondWriting(effective.cors);
  if (isSome) return undefined;
  const message = `${words(effective.policy)} comes to no origin that a browser could have: name one`;
  return { ok: false, reason: 'NoOrigins', message };
}

function tooManyOrigins({ origins }: Policy): Inexpressible {
  const count = origins.exact.length + origins.wildcards.length;
  const message = `${count} origins are more than any controller holds (${MOST_WRITTEN_ORIGINS}): let the responder answer, or cover them by wildcards`;
  return { ok: false, reason: 'TooManyOrigins', message };
}

function foreignCors(spoken: Spoken): Inexpressible | undefined {
  for (const speech of spoken.speeches) {
    const foreign = speech.ok ? speech.speaker.foreignCors(spoken.route) : undefined;
    if (foreign === undefined) continue;
    const message = `${foreign}, which would answer beside the policy: remove them there`;
    return { ok: false, reason: 'ForeignCors', message };
  }
  return undefined;
}

/** A policy governs and grants nothing: CORS is off. */
function refused(governance: Governance, refusal: Inexpressible): Plan {
  const step = retreat({ ...governance, policy: undefined });
  const { reason, message } = refusal;
  return afterRetreat(governance, { outcome: 'Refused', reason, message }, step);
}

/** What stands stays while it lies inside the policy; nothing new is written. */
function notExpressible(governance: Governance, problem: Inexpressible, plain: Policy): Plan {
  const step = retreat({ ...governance, policy: plain });
  const { reason, message } = problem;
  return afterRetreat(governance, { outcome: 'NotExpressible', reason, message }, step);
}

/** @param problem why there is no native way; undefined when the policy asks for the responder */
function byResponder(governance: Governance, problem: Inexpressible | undefined, plain: Policy): Plan {
  const answer = governance.tools.planResponder(governance.route, problem);
  if (!answer.ok) return notExpressible(governance, answer, plain);
  const step = retreat({ ...governance, policy: undefined });
  return afterRetreat(governance, { outcome: 'Responder', reason: problem?.reason, message: answer.message }, step);
}

type Verdict = Pick<Plan, 'outcome' | 'message'> & Partial<Plan>;

function afterRetreat(governance: Governance, verdict: Verdict, step: Retreat): Plan {
  switch (step.kind) {
    case 'Stay':
      return finishedPlan(governance, { ...verdict, owned: step.owned });
    case 'Off':
      return finishedPlan(governance, { ...verdict, changes: governance.tools.named(step.changes, governance.policy) });
    case 'Foreign':
      return finishedPlan(governance, beside(verdict, step.problem));
  }
}

/** Somebody else's keys keep CORS on, whatever the policy says: that is what people have to know first. */
function beside(verdict: Verdict, foreign: Inexpressible): Verdict {
  if (verdict.reason === 'ForeignCors') return verdict;
  const message = `${verdict.message}; ${foreign.message}`;
  if (verdict.reason === 'PolicyInvalid') return { ...verdict, message };
  return { ...verdict, outcome: 'NotExpressible', reason: 'ForeignCors', message };
}

function finishedPlan({ speeches }: Spoken, verdict: Verdict): Plan {
  const [speech] = speeches;
  const isKnown = speech?.ok === true && speeches.every((each) => each.ok && each.dialect === speech.dialect);
  const changes: TargetChanges = verdict.changes ?? noChanges;
  return {
    dialect: isKnown ? speech.dialect.name : undefined,
    dialectVersion: isKnown ? speech.version : undefined,
    outcome: verdict.outcome,
    reason: verdict.reason,
    message: verdict.message,
    losses: verdict.losses ?? [],
    changes,
    owned: verdict.owned ?? [],
  };
}

function words(policy: ObjectRef): string {
  return `${policy.kind} ${policy.namespace === undefined ? '' : `${policy.namespace}/`}${policy.name}`;
}
