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
import type { StandingGuard } from '../resolve/snapshot-resolution.ts';
import type { ClassSpeech, classSpeeches } from './class-speech.ts';
import { firstExcess, grantOf } from './containment.ts';
import type { Inexpressible, Reading } from './dialect.ts';
import { createNativePlanner, type NativePlanner } from './native-plan.ts';
import { isBeyondWriting, MOST_WRITTEN_ORIGINS, plainPolicy } from './plain-policy.ts';
import { noChanges, type Plan, type TargetChanges } from './plan.ts';
import { createPolicyNaming, type PolicyNaming } from './policy-naming.ts';
import type { ProofMemory } from './proof-memory.ts';
import { isStandingAsWritten, recordedKeys } from './record.ts';
import { createResponderPlanner, isForResponder, type ResponderPlanner } from './responder-plan.ts';
import { grantsInside, isOn, nothingStays, type Retreat, retreat, standingReadings, staysInside } from './retreat.ts';

/** What plans depend on besides the objects of the snapshot. */
export type PlannerContext = {
  readonly speechOf: ReturnType<typeof classSpeeches>;
  /** Whether what a policy left on a route lies inside the guardrails. */
  readonly mayStand: StandingGuard['mayStand'];
  /** Of earlier snapshots. */
  readonly proofs: ProofMemory;
};

/**
 * Makes the planner of a snapshot: what each route should hold, and what became of it.
 *
 * Every policy is said once per class of controllers, whatever the number of its routes.
 */
export function createPlanner(
  snapshot: Snapshot,
  { speechOf, mayStand, proofs }: PlannerContext,
): (resolution: RouteResolution) => Plan {
  const tools: Tools = {
    mayStand,
    planNative: createNativePlanner(snapshot.dialectObjects, proofs),
    planResponder: createResponderPlanner(snapshot),
    plainOf: remembered(plainPolicy),
    named: createPolicyNaming(),
    praise: remembered((policy) => `${words(policy)} is said exactly`),
  };
  return ({ route, governed, audit }) => {
    const spoken = { route, speeches: route.parents.map((parent) => speechOf(parent, route.target.kind)) };
    if (audit === undefined) return planGoverned(spoken, governed, tools);
    const plan = governed.by === 'Nothing' ? planAudited(spoken, audit, tools) : planGoverned(spoken, governed, tools);
    return withPreview(plan, planGoverned(spoken, audit, tools), audit.policy);
  };
}

type Tools = {
  readonly mayStand: PlannerContext['mayStand'];
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
      return planInvalid({ ...spoken, policy: governed.policy, adoption: 'Additive', tools }, invalid(governed));
    case 'Policy':
      return planPolicy(spoken, governed, tools);
  }
}

/**
 * A policy in Audit mode takes no routes; one that it governed before stays exactly as it is, as long as that lies inside the
 * guardrails.
 */
function planAudited(spoken: Spoken, { policy }: GovernedByPolicy | GovernedByInvalid, tools: Tools): Plan {
  const untouched = finishedPlan(spoken, { outcome: 'NoPolicy', message: '' });
  const { route } = spoken;
  if (recordedKeys(route.object).size === 0) return untouched;
  const mayStay = staysInside((grant) => tools.mayStand(policy, route.target.namespace, grant));
  const step = retreat({ ...spoken, adoption: 'Additive', mayStay });
  if (step.kind !== 'Off') return untouched;
  const message = `what ${words(policy)} programmed before its audit mode is not proved to lie inside the guardrails any more: CORS is off`;
  const changes = tools.named(step.changes, policy);
  return finishedPlan(spoken, { outcome: 'Refused', reason: 'ExceedsGuardrail', message, changes });
}

function invalid(governed: GovernedByInvalid): Inexpressible {
  const why = governed.message ?? 'it is not valid';
  return {
    ok: false,
    reason: 'PolicyInvalid',
    message: `${words(governed.policy)} grants nothing, since ${why}: correct it`,
  };
}

type GoverningPolicy = Pick<GovernedByPolicy, 'policy' | 'effective'>;

function planPolicy(spoken: Spoken, { policy, effective }: GoverningPolicy, tools: Tools): Plan {
  const { adoption, strategy } = effective;
  const governance: Governance = { ...spoken, policy, adoption, tools };
  const plain = tools.plainOf(effective.cors);
  const refusal = refusalOf(effective, plain);
  if (refusal !== undefined && effective.retained !== undefined) {
    return planRetained({ ...governance, effective }, refusal, effective.retained);
  }
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
function refused(governance: Governance, { reason, message }: Inexpressible): Plan {
  const step = retreat({ ...governance, mayStay: nothingStays });
  return afterRetreat(governance, { outcome: 'Refused', reason, message }, step);
}

/** What is programmed stays while it lies inside the guardrails, else CORS is off. */
function planInvalid(governance: Governance, problem: Inexpressible): Plan {
  const { policy, route, tools } = governance;
  return keptOrOff(governance, problem, (grant) => tools.mayStand(policy, route.target.namespace, grant));
}

/** What we wrote stays while it lies inside of something; what others wrote is theirs, and named. */
function keptOrOff(governance: Governance, problem: Inexpressible, isInside: Parameters<typeof grantsInside>[0]): Plan {
  if (!isStandingAsWritten(governance.route.object)) return refused(governance, problem);
  const { reason, message } = problem;
  const step = retreat({ ...governance, mayStay: grantsInside(isInside) });
  return afterRetreat(governance, { outcome: 'Refused', reason, message }, step);
}

/**
 * Below a guardrail that is not valid nothing is allowed beyond what is programmed: a policy that asks for no more than that is
 * written, and what lies inside the policy stays; else CORS is off.
 *
 * @param retained what the policy is allowed by all other guardrails
 */
function planRetained(
  governance: Governance & { readonly effective: EffectivePolicy },
  problem: Inexpressible,
  retained: Policy,
): Plan {
  const { policy, effective, tools } = governance;
  const plain = tools.plainOf(retained);
  if (effective.strategy !== 'Responder' && isProgrammed(governance, plain)) {
    const { refusal: _, retained: __, ...allowed } = effective;
    return planPolicy(governance, { policy, effective: { ...allowed, cors: retained } }, tools);
  }
  return keptOrOff(governance, problem, (grant) => firstExcess(grant, plain) === undefined);
}

/** Whether all that a policy grants stands on a route, written by us. */
function isProgrammed(spoken: Spoken, plain: Policy): boolean {
  if (!isStandingAsWritten(spoken.route.object)) return false;
  const readings = standingReadings(spoken);
  const isStanding = (reading: Reading) => isOn(reading) && firstExcess(grantOf(plain), reading.policy) === undefined;
  return readings.length > 0 && readings.every(isStanding);
}

/** What stands stays while it lies inside the policy; nothing new is written. */
function notExpressible(governance: Governance, problem: Inexpressible, plain: Policy): Plan {
  const step = retreat({ ...governance, mayStay: staysInside((grant) => firstExcess(grant, plain) === undefined) });
  const { reason, message } = problem;
  return afterRetreat(governance, { outcome: 'NotExpressible', reason, message }, step);
}

/** @param problem why there is no native way; undefined when the policy asks for the responder */
function byResponder(governance: Governance, problem: Inexpressible | undefined, plain: Policy): Plan {
  const answer = governance.tools.planResponder(governance.route, problem);
  if (!answer.ok) return notExpressible(governance, answer, plain);
  const step = retreat({ ...governance, mayStay: nothingStays });
  return afterRetreat(governance, { outcome: 'Responder', reason: problem?.reason, message: answer.message }, step);
}

type Verdict = Pick<Plan, 'outcome' | 'message'> & Partial<Plan>;

function afterRetreat(governance: Governance, verdict: Verdict, step: Retreat): Plan {
  switch (step.kind) {
    case 'Stay':
      return finishedPlan(governance, { ...staying(verdict, step.grants), owned: step.owned });
    case 'Off':
      return finishedPlan(governance, { ...verdict, changes: governance.tools.named(step.changes, governance.policy) });
    case 'Foreign':
      return finishedPlan(governance, beside(verdict, step.problem));
  }
}

function staying(verdict: Verdict, grants: 'Something' | 'Nothing'): Verdict {
  if (verdict.outcome !== 'Refused' || grants === 'Nothing') return verdict;
  const message = `${verdict.message}; what stands stays meanwhile, since it lies inside what is allowed`;
  return { ...verdict, message, kept: true };
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
    ...(verdict.kept === undefined ? {} : { kept: verdict.kept }),
  };
}

function words(policy: ObjectRef): string {
  return `${policy.kind} ${policy.namespace === undefined ? '' : `${policy.namespace}/`}${policy.name}`;
}
