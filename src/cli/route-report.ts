import type { Evaluation, RouteEvaluation } from '../evaluate.ts';
import type { Outcome } from '../model/route-reason.ts';
import { isCosmetic } from '../status/loss-gravity.ts';
import { objectName, targetWords } from './object-words.ts';
import { type OutputStyle, type Tone, toned } from './output-style.ts';
import { governingPolicy } from './route-document.ts';
import { type Cell, formatTable } from './text-table.ts';

/**
 * One line per route for people: which dialect, what became of it, which policy, and why.
 *
 * @param scope what was looked at, in words
 */
export function formatRoutes(evaluation: Evaluation, style: OutputStyle, scope = 'the input'): string {
  if (evaluation.routes.length === 0) {
    return `no routes: ${scope} holds no Ingress and no HTTPRoute\n`;
  }
  const rows = evaluation.routes.map(routeRow);
  return `${formatTable(['route', 'dialect', 'outcome', 'policy', 'reason'], rows, style)}\n${formatOutcomes(evaluation, style)}`;
}

const tones: Readonly<Record<Outcome, Tone>> = {
  Native: 'good',
  Responder: 'good',
  NotExpressible: 'doubtful',
  Refused: 'bad',
  NoPolicy: 'quiet',
};

function routeRow({ resolution, plan }: RouteEvaluation): readonly Cell[] {
  const policy = governingPolicy(resolution.governed);
  const dialect = [plan.dialect, plan.dialectVersion].filter((part) => part !== undefined).join(' ');
  return [
    targetWords(resolution.route.target),
    dialect === '' ? '-' : dialect,
    { text: plan.outcome, tone: tones[plan.outcome] },
    policy === undefined ? '-' : objectName(policy),
    reasonText({ resolution, plan }),
  ];
}

/** Losses that no browser notices are left to `lint`. The reason stands in front, so that it is read also where the message is cut. */
function reasonText({ resolution, plan }: RouteEvaluation): string {
  const losses = plan.losses
    .map(({ code }) => code)
    .filter((code) => !isCosmetic(code))
    .join(', ');
  const isPlain = plan.outcome === 'Native' && resolution.audit === undefined;
  const reason = [plan.reason, isPlain ? undefined : plan.message].filter((part) => part !== undefined && part !== '');
  const parts = [narrowedText({ resolution, plan }), losses === '' ? '' : `with ${losses}`, reason.join(': ')];
  return parts.filter((part) => part !== '').join('; ');
}

/** A route that a guardrail leaves nothing says so in its reason. */
function narrowedText({ resolution: { governed }, plan }: RouteEvaluation): string {
  const cuts = governed.by === 'Policy' && plan.outcome !== 'Refused' ? (governed.effective.cuts ?? []) : [];
  const guardrails = cuts
    .filter(({ guardrail }) => guardrail.enforcement === 'Enforce')
    .map((cut) => cut.guardrail.name);
  return guardrails.length === 0 ? '' : `narrowed by ${[...new Set(guardrails)].join(', ')}`;
}

function formatOutcomes(evaluation: Evaluation, style: OutputStyle): string {
  const outcomes: readonly Outcome[] = ['Native', 'Responder', 'NotExpressible', 'Refused', 'NoPolicy'];
  const counts = outcomes.flatMap((outcome) => {
    const count = evaluation.routes.filter(({ plan }) => plan.outcome === outcome).length;
    return count === 0 ? [] : [toned(`${count} ${outcome}`, tones[outcome], style)];
  });
  const routes = evaluation.routes.length === 1 ? '1 route' : `${evaluation.routes.length} routes`;
  return `${routes}: ${counts.join(', ')}\n`;
}
