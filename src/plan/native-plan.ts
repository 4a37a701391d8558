import type { Policy } from '../cors/policy.ts';
import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { annotationOwners } from '../model/managed-fields.ts';
import type { Route } from '../model/route.ts';
import { isAnnotationsFitting } from './annotation-size.ts';
import type { ClassSpeech } from './class-speech.ts';
import type { Expression, Inexpressible } from './dialect.ts';
import { foreignKeys } from './foreign-cors.ts';
import { sortedLosses } from './loss-order.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from './plan.ts';
import { createProver, type Prover } from './proof.ts';
import type { ProofMemory } from './proof-memory.ts';
import { labelOf } from './target-keys.ts';

/** A route and the policy that is to be said on it. */
export type NativeRequest = {
  readonly route: Route;
  /** A plain one. */
  readonly policy: Policy;
  /** One per parent of the route, never empty. */
  readonly speeches: readonly ClassSpeech[];
  readonly adoption: 'Additive' | 'Own';
};

/** Says policies in the dialect of each route's controller, the same policy only once per class. */
export type NativePlanner = (request: NativeRequest) => Expression;

/**
 * Makes a planner that says a policy exactly on every parent of a route, proved and free of conflicts, or tells what stands
 * in the way.
 *
 * @param objects objects of other kinds on the input, by `kind/namespace/name`
 * @param proofs of earlier evaluations
 */
export function createNativePlanner(
  objects: ReadonlyMap<string, KubernetesObject>,
  proofs: ProofMemory,
): NativePlanner {
  const prove = createProver(proofs);
  const expressionOf = expressionCache();
  return (request) => {
    const expression = sayOnEveryParent(request, expressionOf);
    if (!expression.ok) return expression;
    const obstacle = conflict(request, expression) ?? takenName(expression.owned, objects);
    if (obstacle !== undefined) return obstacle;
    if (!isAnnotationsFitting(request.route.object, expression.changes)) return tooLarge();
    return unproved(request, expression, prove) ?? expression;
  };
}

type OpenSpeech = Extract<ClassSpeech, { ok: true }>;
type Said = Extract<Expression, { ok: true }>;
type ExpressionOf = (speech: OpenSpeech, policy: Policy) => (route: Route) => Expression;

/** What depends on the policy and the class alone is done once, however many routes they have. */
function expressionCache(): ExpressionOf {
  const byPolicy = new WeakMap<Policy, Map<OpenSpeech['speaker'], (route: Route) => Expression>>();
  return (speech, policy) => {
    let bySpeaker = byPolicy.get(policy);
    if (bySpeaker === undefined) {
      bySpeaker = new Map();
      byPolicy.set(policy, bySpeaker);
    }
    const known = bySpeaker.get(speech.speaker);
    if (known !== undefined) return known;
    const express = speech.speaker.express(policy);
    bySpeaker.set(speech.speaker, express);
    return express;
  };
}

function sayOnEveryParent(request: NativeRequest, expressionOf: ExpressionOf): Expression {
  let all: Expression | undefined;
  for (const [index, speech] of request.speeches.entries()) {
    const answer = sayOnParent(speech, request, expressionOf);
    if (!answer.ok) return onParent(answer, index, request.route);
    all = all === undefined ? answer : mergeAnswers(all, answer);
  }
  return all ?? notProven('it has no parent');
}

function sayOnParent(speech: ClassSpeech, request: NativeRequest, expressionOf: ExpressionOf): Expression {
  return speech.ok ? expressionOf(speech, request.policy)(request.route) : speech;
}

/** The same values have to do for every parent; what is lost on any of them is lost. */
function mergeAnswers(all: Expression, next: Said): Expression {
  if (!all.ok) return all;
  const isSame = isSameJson(all.changes, next.changes) && isSameJson(all.owned, next.owned);
  if (!isSame) return notProven('its parents would need different values');
  return { ...all, losses: sortedLosses([...all.losses, ...next.losses]) };
}

/** Each parent may make something else of the same values. */
function unproved(
  { route, policy, speeches }: NativeRequest,
  expression: Said,
  prove: Prover,
): Inexpressible | undefined {
  for (const [index, speech] of speeches.entries()) {
    const problem = speech.ok ? prove({ speech, route, policy, expression }) : undefined;
    if (problem !== undefined) return onParent(notProven(problem), index, route);
  }
  return undefined;
}

function onParent(problem: Inexpressible, index: number, route: Route): Inexpressible {
  if (route.parents.length === 1) return problem;
  return { ...problem, message: `on ${route.parents[index]?.description}: ${problem.message}` };
}

function conflict(request: NativeRequest, expression: Said): Inexpressible | undefined {
  if (request.adoption === 'Own') return undefined;
  const keys = foreignKeys(request.route.object, expression.changes);
  return keys.length === 0 ? undefined : foreignConflict(request.route.object, keys);
}

/** Keys that somebody else wrote, as the reason why nothing is written. */
export function foreignConflict(object: KubernetesObject, keys: readonly string[]): Inexpressible {
  const managers = new Set(keys.flatMap((key) => annotationOwners(object, key)).map(({ manager }) => manager));
  const who = managers.size === 0 ? 'somebody else' : [...managers].sort().join(', ');
  const message = `${who} wrote ${keys.join(', ')}: remove ${keys.length === 1 ? 'it' : 'them'}, or set adoption: Own to take over`;
  return { ok: false, reason: 'ForeignCors', message };
}

function takenName(
  owned: readonly KubernetesObject[],
  objects: ReadonlyMap<string, KubernetesObject>,
): Inexpressible | undefined {
  for (const { kind, metadata } of owned) {
    const words = `${kind} ${metadata.namespace}/${metadata.name}`;
    const standing = objects.get(`${kind}/${metadata.namespace}/${metadata.name}`);
    if (standing === undefined || labelOf(standing, MANAGED_BY_LABEL) === MANAGED_BY) continue;
    const message = `${words} exists and is not ours, as its label ${MANAGED_BY_LABEL} would tell: rename or remove it`;
    return { ok: false, reason: 'NameTaken', message };
  }
  return undefined;
}

function tooLarge(): Inexpressible {
  const message = 'the annotations of the route would exceed 256 KiB, the most that Kubernetes stores: remove some';
  return { ok: false, reason: 'AnnotationSize', message };
}

function notProven(problem: string): Inexpressible {
  const message = `what would be written could not be proved to say the policy, so nothing is: ${problem}; please report this`;
  return { ok: false, reason: 'NotProven', message };
}
