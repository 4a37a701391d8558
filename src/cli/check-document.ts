import { compilePolicy } from '../cors/compiled-policy.ts';
import { explainDecision, type Verdict } from '../cors/verdict.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Outcome } from '../model/route-reason.ts';
import { originEntryPath } from '../resolve/provenance.ts';
import type { GovernedByPolicy } from '../resolve/resolution.ts';
import type { BrowserRequest, HeaderFields } from './browser-request.ts';
import { deniedField, type Explanation, withGuardrails } from './check-guardrails.ts';
import type { GuardrailJudge } from './guardrail-verdict.ts';
import { targetRefOf } from './object-words.ts';
import { type AnsweringRoutes, decidingRequest, type PredictedAnswer, type Prediction } from './prediction.ts';

/** What `check` says: a stable contract. */
export type CheckDocument = {
  readonly allowed: boolean;
  /** What became of the route; absent where no route answers. */
  readonly outcome?: Outcome;
  readonly preflight: { readonly needed: boolean; readonly status?: number; readonly headers: HeaderFields };
  readonly response: { readonly headers: HeaderFields };
  /** The object and field that decided; absent where there is none. */
  readonly decidedBy?: ObjectRef & { readonly path: string };
  readonly reason: string;
  readonly message: string;
  /** The entry that nearly fits, and what it differs in. */
  readonly nearest?: string;
};

/** Puts a prediction into words, and finds what decided. */
export function checkDocument(
  request: BrowserRequest,
  { routes, ...context }: CheckContext,
  prediction: Prediction,
): CheckDocument {
  const deciding = request.needsPreflight ? routes.preflight : routes.actual;
  const { allowed, preflight, response } = prediction;
  return {
    allowed,
    ...(deciding === undefined ? {} : { outcome: deciding.plan.outcome }),
    preflight: { needed: request.needsPreflight, ...statusOf(preflight), headers: preflight.headers },
    response: { headers: response.headers },
    ...explain(request, { deciding, ...context }, prediction),
  };
}

/** What a prediction is explained with. */
export type CheckContext = {
  readonly routes: AnsweringRoutes;
  /** The field that makes a policy invalid. */
  readonly faultOf: (policy: ObjectRef) => string | undefined;
  /** What was searched for a route, in words. */
  readonly searched: string;
  readonly judge: GuardrailJudge;
};

type Deciding = Omit<CheckContext, 'routes'> & { readonly deciding: RouteEvaluation | undefined };

function statusOf({ status }: PredictedAnswer): { readonly status?: number } {
  return status === undefined ? {} : { status };
}

function explain(request: BrowserRequest, context: Deciding, prediction: Prediction): Explanation {
  const { deciding, faultOf, judge, searched } = context;
  if (deciding === undefined) {
    return { reason: 'NoRoute', message: `no route of ${searched} answers this host and path` };
  }
  const explanation = explainRoute(request, { deciding, faultOf }, prediction);
  return withGuardrails(explanation, request, { judge, faultOf, deciding, prediction });
}

type Answering = { readonly deciding: RouteEvaluation; readonly faultOf: CheckContext['faultOf'] };

function explainRoute(request: BrowserRequest, { deciding, faultOf }: Answering, prediction: Prediction): Explanation {
  const verdict = request.needsPreflight ? prediction.preflight.verdict : prediction.response.verdict;
  if (verdict === undefined) {
    return silentRoute(deciding, faultOf);
  }
  const { governed } = deciding.resolution;
  const ours = deciding.plan.outcome === 'Native' || deciding.plan.outcome === 'Responder';
  if (governed.by !== 'Policy' || !ours) {
    return foreignConfiguration(deciding, verdict, prediction);
  }
  return byPolicy(request, governed, { verdict, prediction, deciding });
}

/** The controller adds no CORS headers. */
function silentRoute({ plan, resolution }: RouteEvaluation, faultOf: CheckContext['faultOf']): Explanation {
  const { governed } = resolution;
  return {
    ...(governed.by === 'Nothing' ? {} : { decidedBy: { ...governed.policy, path: faultOf(governed.policy) ?? '' } }),
    reason: plan.reason ?? 'NoPolicy',
    message:
      governed.by === 'Nothing' ? 'no policy governs this route, and it has no CORS configuration' : plan.message,
  };
}

/** What stands on the route is not ours: somebody else's annotations or filter answer. */
function foreignConfiguration(
  { resolution, plan }: RouteEvaluation,
  verdict: Verdict,
  prediction: Prediction,
): Explanation {
  const path = resolution.route.target.kind === 'HTTPRoute' ? 'spec.rules' : 'metadata.annotations';
  const why = plan.outcome === 'NoPolicy' ? 'no policy governs this route' : `${plan.outcome}: ${plan.message}`;
  const { reason, message } = refusalWords(verdict, prediction);
  return {
    decidedBy: { ...targetRefOf(resolution.route.target), path },
    reason,
    message: `${message}, by the CORS configuration of the route itself; ${why}`,
    ...nearestOf(verdict),
  };
}

type Decided = { readonly verdict: Verdict; readonly prediction: Prediction; readonly deciding: RouteEvaluation };

function byPolicy(request: BrowserRequest, governed: GovernedByPolicy, decided: Decided): Explanation {
  const { effective } = governed;
  const intended = explainDecision(effective.cors, compilePolicy(effective.cors), decidingRequest(request));
  const { reason, message } = refusalWords(intended.allowed ? decided.verdict : intended, decided.prediction);
  const narrower =
    intended.allowed && !decided.prediction.allowed && decided.prediction.refusedByBrowser?.what !== 'credentials';
  const losses = decided.deciding.plan.losses.map((loss) => loss.code).join(', ');
  return {
    decidedBy: deciderOf(governed, reason, intended),
    reason,
    message: narrower && losses !== '' ? `${message}, although the policy allows it (${losses})` : message,
    ...nearestOf(intended),
  };
}

function nearestOf({ nearest }: Verdict): { readonly nearest?: string } {
  return nearest === undefined ? {} : { nearest: `${nearest.text} ${nearest.difference}` };
}

/** The server's reason, unless the browser has one of its own. */
function refusalWords(
  verdict: Verdict,
  { refusedByBrowser }: Prediction,
): { readonly reason: string; readonly message: string } {
  switch (refusedByBrowser?.what) {
    case undefined:
      return verdict;
    case 'credentials':
      return { reason: 'CredentialsNotAllowed', message: 'the origin is allowed, but not with credentials' };
    case 'method':
      return {
        reason: 'MethodNotAllowed',
        message: `the method ${refusedByBrowser.name} is not among the allowed methods`,
      };
    case 'header':
      return {
        reason: 'HeaderNotAllowed',
        message: `the header ${refusedByBrowser.name} is not among the allowed headers`,
      };
    case 'malformedMethods':
      return { reason: 'MethodMalformed', message: malformed('Methods', refusedByBrowser.name) };
    case 'malformedHeaders':
      return { reason: 'HeaderMalformed', message: malformed('Headers', refusedByBrowser.name) };
  }
}

function malformed(list: 'Methods' | 'Headers', part: string): string {
  return `the controller sends ${JSON.stringify(part)} in Access-Control-Allow-${list}, so that browsers refuse every preflight`;
}

/** The entry that lets the origin in, or the field that would have to hold what is asked for. */
function deciderOf(
  governed: GovernedByPolicy,
  reason: string,
  { entry }: Verdict,
): ObjectRef & { readonly path: string } {
  const { effective } = governed;
  const spec = governed.level === 'Default' ? 'spec.default' : 'spec';
  const field = deniedField(reason);
  if (field === undefined && entry !== undefined) {
    const place = originEntryPath(effective.provenance, entry.list, entry.index);
    if (place !== undefined) {
      return { ...place.from, path: place.path };
    }
  }
  return { ...effective.policy, path: `${spec}.${field ?? 'allowOrigins'}` };
}
