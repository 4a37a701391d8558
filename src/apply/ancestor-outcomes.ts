import { type Fields, isRecord } from '../model/object-shape.ts';
import type { TargetRef } from '../model/reference.ts';
import { CONTROLLER_NAME, MAX_ANCESTORS } from '../status/ancestors.ts';
import { conditionsOf, type Finding } from '../status/condition.ts';
import { problemReason } from './problem-reason.ts';
import type { WriteOutcome, WriteProblem } from './write-outcome.ts';

/**
 * `status.ancestors` with what became of targets: those on which something does not stand come first.
 *
 * @param troubled the gravest first
 * @returns nothing for a status that has no ancestors
 */
export function withAncestorOutcomes(status: Fields, troubled: readonly WriteOutcome[]): Fields {
  const ancestors: unknown = status['ancestors'];
  if (!Array.isArray(ancestors)) return {};
  const generation = typeof status['observedGeneration'] === 'number' ? status['observedGeneration'] : 0;
  const problems = troubled.flatMap(({ target, problem }) => (problem === undefined ? [] : [{ target, problem }]));
  const worst = problems.slice(0, MAX_ANCESTORS).flatMap(({ target, problem }) => {
    const known = ancestors.filter((ancestor) => isOfTarget(ancestor, target));
    const affected: readonly unknown[] = known.length > 0 ? known : [{ ancestorRef: target }];
    return affected.map((ancestor) => troubledAncestor(ancestor, problem, generation));
  });
  const others = ancestors.filter((ancestor) => !problems.some(({ target }) => isOfTarget(ancestor, target)));
  return { ancestors: [...worst, ...others].slice(0, MAX_ANCESTORS) };
}

function isOfTarget(ancestor: unknown, { group, kind, namespace, name }: TargetRef): boolean {
  const ref = isRecord(ancestor) ? ancestor['ancestorRef'] : undefined;
  if (!isRecord(ref)) return false;
  return ref['group'] === group && ref['kind'] === kind && ref['namespace'] === namespace && ref['name'] === name;
}

const ACCEPTED: Finding = { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'governs this route' };

function troubledAncestor(ancestor: unknown, problem: WriteProblem, generation: number): Fields {
  const { ancestorRef, conditions }: Fields = isRecord(ancestor) ? ancestor : {};
  const standing: readonly unknown[] = Array.isArray(conditions) ? conditions : conditionsOf(generation, [ACCEPTED]);
  const kept = standing.filter((condition) => !(isRecord(condition) && condition['type'] === 'Programmed'));
  const message = `${problem.reason}: ${problem.message}`;
  const programmed: Finding = { type: 'Programmed', status: 'False', reason: problemReason(problem), message };
  return {
    ancestorRef,
    controllerName: CONTROLLER_NAME,
    conditions: [...kept, ...conditionsOf(generation, [programmed])],
  };
}
