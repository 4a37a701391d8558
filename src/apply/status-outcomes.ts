import { type Fields, isRecord } from '../model/object-shape.ts';
import {
  type Condition,
  type ConditionReason,
  conditionsOf,
  countOf,
  type Finding,
  tellSome,
} from '../status/condition.ts';
import { targetText } from '../status/planned-route.ts';
import { readiness } from '../status/readiness.ts';
import { withAncestorOutcomes } from './ancestor-outcomes.ts';
import { contentionMessage } from './contention-advice.ts';
import { problemReason } from './problem-reason.ts';
import type { WriteOutcome, WriteProblem, WriteProblemReason } from './write-outcome.ts';

/**
 * A planned status with what became of its targets: `Programmed`, `Contended` and `Ready`, ancestors and counts. A condition
 * `Contended` only stands there while it is true.
 *
 * @param status as the evaluation made it
 * @param outcomes of the targets that the policy governs; a target without one counts as programmed
 */
export function withWriteOutcomes(status: Fields, outcomes: readonly WriteOutcome[]): Fields {
  const troubled = outcomes.filter(isTroubled).sort(compareGravity);
  if (troubled.length === 0) return status;
  const generation = typeof status['observedGeneration'] === 'number' ? status['observedGeneration'] : 0;
  const planned = conditionsIn(status).filter(({ type }) => type !== 'Ready' && type !== 'Contended');
  const findings = [...planned.map((condition) => programmedNow(condition, troubled, status)), ...contended(troubled)];
  const isAudited = planned.some(({ reason }) => reason === 'AuditMode');
  return {
    ...status,
    conditions: conditionsOf(generation, [...findings, readiness(findings)]),
    ...(isAudited ? {} : { ...countsNow(status['counts'], troubled), ...withAncestorOutcomes(status, troubled) }),
  };
}

const GRAVITY: readonly WriteProblemReason[] = [
  'WriteRefused',
  'TargetFull',
  'RestorePending',
  'ForeignCors',
  'NameTaken',
  'Pending',
];

function isTroubled({ problem, contentions }: WriteOutcome): boolean {
  return problem !== undefined || contentions.length > 0;
}

function compareGravity(left: WriteOutcome, right: WriteOutcome): number {
  const [former, later] = [targetText(left.target), targetText(right.target)];
  return rank(left) - rank(right) || (former < later ? -1 : 1);
}

function rank({ problem }: WriteOutcome): number {
  return problem === undefined ? GRAVITY.length : GRAVITY.indexOf(problem.reason);
}

function conditionsIn(status: Fields): readonly Condition[] {
  const conditions = status['conditions'];
  return Array.isArray(conditions) ? conditions.filter(isCondition) : [];
}

function isCondition(value: unknown): value is Condition {
  return isRecord(value) && typeof value['type'] === 'string' && typeof value['reason'] === 'string';
}

function programmedNow(condition: Condition, troubled: readonly WriteOutcome[], status: Fields): Finding {
  const problems = troubled.flatMap(({ target, problem }) => (problem === undefined ? [] : [{ target, problem }]));
  const [gravest] = problems;
  if (condition.type !== 'Programmed' || condition.reason === 'AuditMode' || gravest === undefined) return condition;
  const told = tellSome(
    problems,
    ({ target, problem }) => `${targetText(target)}: ${problem.reason}: ${problem.message}`,
  );
  const routes = countIn(status['counts'], 'routes');
  const message = `${problems.length} of ${countOf(routes, 'route')} not written: ${told}`;
  const rest = condition.status === 'False' ? `; ${condition.message}` : '';
  const reason = reasonOf(condition, gravest.problem, problems.length < routes);
  return { type: 'Programmed', status: 'False', reason, message: message + rest };
}

/** What is planned and cannot stand weighs as much as what cannot be planned. */
function reasonOf(planned: Condition, gravest: WriteProblem, isPartial: boolean): ConditionReason {
  const reason = problemReason(gravest);
  if (reason === 'NotExpressible')
    return isPartial || planned.reason === 'PartiallyProgrammed' ? 'PartiallyProgrammed' : reason;
  return reason === 'Pending' && planned.status === 'False' ? planned.reason : reason;
}

function contended(troubled: readonly WriteOutcome[]): readonly Finding[] {
  const quarrels = troubled.filter(({ contentions }) => contentions.length > 0);
  if (quarrels.length === 0) return [];
  const message = tellSome(quarrels, ({ target, contentions }) => contentionMessage(target, contentions));
  return [{ type: 'Contended', status: 'True', reason: 'Contended', message }];
}

/** Routes that somebody else's keys keep from being written are not native. */
function countsNow(counts: unknown, troubled: readonly WriteOutcome[]): Fields {
  if (!isRecord(counts) || counts['native'] === undefined) return {};
  const blocked = troubled.filter(
    ({ problem }) => problem !== undefined && problemReason(problem) === 'NotExpressible',
  );
  const native = countIn(counts, 'native');
  const moved = Math.min(native, blocked.length);
  const notExpressible = countIn(counts, 'notExpressible') + moved;
  return { counts: { ...counts, native: native - moved, notExpressible } };
}

function countIn(counts: unknown, name: string): number {
  const count = isRecord(counts) ? counts[name] : undefined;
  return typeof count === 'number' ? count : 0;
}
