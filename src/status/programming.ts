import type { Outcome } from '../model/route-reason.ts';
import { countOf, type Finding, nameSome, tellSome } from './condition.ts';
import { isCosmetic } from './loss-gravity.ts';
import { targetText } from './planned-route.ts';
import { isOff, type PolicyTally, type TalliedRoute } from './policy-tally.ts';

/** Numbers of routes for the printer columns. */
export type RouteCounts = {
  readonly routes: number;
  readonly native: number;
  readonly responder: number;
  readonly notExpressible: number;
  readonly refused: number;
};

/** Counts routes by their outcome. */
export function countRoutes(routes: readonly TalliedRoute[]): RouteCounts {
  const count = (wanted: Outcome): number => routes.filter(({ plan }) => plan.outcome === wanted).length;
  return {
    routes: routes.length,
    native: count('Native'),
    responder: count('Responder'),
    notExpressible: count('NotExpressible'),
    refused: count('Refused'),
  };
}

/** The `Programmed` condition of a policy, if all that is planned is written. */
export function programming(tally: PolicyTally, mode: 'Enforce' | 'Audit'): Finding {
  const { routes } = tally;
  const counts = countRoutes(routes);
  if (mode === 'Audit') return unprogrammed('AuditMode', auditMessage(tally));
  if (routes.length === 0) return unprogrammed('Pending', 'the policy governs no route');
  const inexact = routes.filter(({ plan }) => plan.outcome !== 'Native' && plan.outcome !== 'Responder');
  const reasons = tellSome(inexact, routeText);
  if (counts.refused === routes.length) return unprogrammed('Pending', `${offWords(routes)}: ${reasons}`);
  if (inexact.length === routes.length) return unprogrammed('NotExpressible', reasons);
  if (inexact.length > 0) return unprogrammed('PartiallyProgrammed', `${summary(counts)}; ${reasons}`);
  const lossy = routes.filter(({ plan }) => plan.losses.some(({ code }) => !isCosmetic(code)));
  if (lossy.length === 0) return programmed('Programmed', summary(counts));
  return programmed('ProgrammedWithLosses', `${summary(counts)}; ${tellSome(lossy, lossText)}`);
}

/** A route with its reason, or with its losses. */
export function planText({ plan }: Pick<TalliedRoute, 'plan'>): string {
  const losses = plan.losses.length === 0 ? '' : `; losses: ${plan.losses.map(({ code }) => code).join(', ')}`;
  const by = plan.dialect === undefined ? '' : ` (${plan.dialect})`;
  const reason = plan.reason === undefined ? '' : `: ${plan.reason}`;
  const message = plan.message === '' ? '' : `: ${plan.message}`;
  return `${plan.outcome}${by}${reason}${message}${losses}`;
}

/** What became of routes whose policy only audits by now and left something beyond a guardrail. */
export function withdrawnMessage(withdrawn: PolicyTally['withdrawn']): string {
  return `CORS is off, since what stood there is not proved to lie inside the guardrails any more: ${nameSome(withdrawn, targetText)}`;
}

function auditMessage({ routes, withdrawn }: PolicyTally): string {
  const planned = `enforced it would be: ${summary(countRoutes(routes))}`;
  return withdrawn.length === 0 ? `nothing is written; ${planned}` : `${withdrawnMessage(withdrawn)}; ${planned}`;
}

function offWords(routes: readonly TalliedRoute[]): string {
  const off = routes.filter(isOff).length;
  if (off === routes.length) return 'CORS is off';
  return off === 0 ? 'what stands stays' : `CORS is off on ${countOf(off, 'route')}`;
}

function routeText({ target, plan }: TalliedRoute): string {
  return `${targetText(target)}: ${plan.reason ?? plan.outcome}: ${plan.message}`;
}

function lossText({ target, plan }: TalliedRoute): string {
  const codes = plan.losses.filter(({ code }) => !isCosmetic(code)).map(({ code }) => code);
  return `${targetText(target)}: ${codes.join(', ')}`;
}

function summary(counts: RouteCounts): string {
  const parts = [
    `${counts.native} native`,
    `${counts.responder} by the responder`,
    ...(counts.notExpressible === 0 ? [] : [`${counts.notExpressible} not expressible`]),
    ...(counts.refused === 0 ? [] : [`${counts.refused} refused`]),
  ];
  return `${countOf(counts.routes, 'route')}: ${parts.join(', ')}`;
}

function programmed(reason: Finding['reason'], message: string): Finding {
  return { type: 'Programmed', status: 'True', reason, message };
}

function unprogrammed(reason: Finding['reason'], message: string): Finding {
  return { type: 'Programmed', status: 'False', reason, message };
}
