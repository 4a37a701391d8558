import { compilePolicy } from '../cors/compiled-policy.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import type { Policy } from '../cors/policy.ts';
import { explainDecision, type Verdict } from '../cors/verdict.ts';
import type { RouteEvaluation } from '../evaluate.ts';
import type { ObjectRef } from '../model/reference.ts';
import { originEntryPath } from '../resolve/provenance.ts';
import type { Cut } from '../resolve/resolution.ts';
import type { BrowserRequest } from './browser-request.ts';
import type { GuardrailJudge, GuardrailVerdict } from './guardrail-verdict.ts';
import { objectWords } from './object-words.ts';
import { decidingRequest, type Prediction } from './prediction.ts';

/** Why a request is granted or refused. */
export type Explanation = {
  readonly decidedBy?: ObjectRef & { readonly path: string };
  readonly reason: string;
  readonly message: string;
  readonly nearest?: string;
};

/** What guardrails are asked with. */
export type GuardrailContext = {
  readonly judge: GuardrailJudge;
  /** The field that makes a policy invalid. */
  readonly faultOf: (policy: ObjectRef) => string | undefined;
  readonly deciding: RouteEvaluation;
  readonly prediction: Prediction;
};

/**
 * Says of a guardrail or an exception that it decides, where one does: without the guardrail the request would be granted, or
 * without the exception refused. One that is not enforced only gets a word in the message.
 */
export function withGuardrails(
  explanation: Explanation,
  request: BrowserRequest,
  { judge, faultOf, deciding, prediction }: GuardrailContext,
): Explanation {
  const { outcome } = deciding.plan;
  if (outcome !== 'Native' && outcome !== 'Responder' && outcome !== 'Refused') {
    return explanation;
  }
  const found = judge(deciding, (policy) => isGrantedBy(policy, request));
  if (found === undefined || (found.kind === 'Cut') === prediction.allowed) {
    return explanation;
  }
  switch (found.kind) {
    case 'Cut':
      return cutBy(explanation, request, { found, faultOf });
    case 'Permitted':
      return permittedBy(explanation, request, found);
    case 'Reported':
      return { ...explanation, message: `${explanation.message}; ${reportWords(found)}` };
  }
}

function isGrantedBy(policy: Policy, request: BrowserRequest): boolean {
  return verdictOf(policy, request).allowed && (!request.credentials || policy.allowCredentials);
}

function verdictOf(policy: Policy, request: BrowserRequest): Verdict {
  return explainDecision(policy, compilePolicy(policy), decidingRequest(request));
}

type DecidingField = Exclude<Cut['field'], 'allowOriginRegexes' | 'exposeHeaders' | 'maxAge'>;

/** The field by which a policy refuses a request that another one grants. */
function decidingField(policy: Policy, request: BrowserRequest): DecidingField {
  const { allowed, reason } = verdictOf(policy, request);
  if (allowed) {
    return 'allowCredentials';
  }
  return deniedField(reason) ?? 'allowOrigins';
}

/** The field that a reason is about; undefined for reasons about origins. */
export function deniedField(reason: string): 'allowMethods' | 'allowHeaders' | 'allowCredentials' | undefined {
  if (reason.startsWith('Method')) {
    return 'allowMethods';
  }
  if (reason.startsWith('Header') || reason === 'RequestHeadersTooLarge') {
    return 'allowHeaders';
  }
  return reason === 'CredentialsNotAllowed' ? 'allowCredentials' : undefined;
}

type Cutting = { readonly found: GuardrailVerdict; readonly faultOf: GuardrailContext['faultOf'] };

function cutBy({ nearest }: Explanation, request: BrowserRequest, { found, faultOf }: Cutting): Explanation {
  const { guardrail, confined } = found;
  const isBroken = guardrail.origins.kind === 'Nothing';
  const field = decidingField(confined, request);
  const path = isBroken ? (faultOf(guardrail.policy) ?? 'spec.guardrail') : `spec.guardrail.${field}`;
  const why = isBroken ? 'is not valid, so that nothing new is allowed below it' : 'does not';
  return {
    decidedBy: { ...guardrail.policy, path },
    reason: 'ExceedsGuardrail',
    message: `${askedWords(found, field, request)}, but the guardrail ${guardrail.policy.name} ${why}`,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** Who asks for what: `ConfigMap shop/partners data.origins line 2 allows the origin`. */
function askedWords({ asked }: GuardrailVerdict, field: DecidingField, request: BrowserRequest): string {
  const { entry } = verdictOf(asked.cors, request);
  const place = entry && originEntryPath(asked.provenance, entry.list, entry.index);
  const what: Readonly<Record<DecidingField, string>> = {
    allowOrigins: 'the origin',
    allowMethods: `the method ${request.method}`,
    allowHeaders: 'the requested headers',
    allowCredentials: 'credentials',
  };
  return field === 'allowOrigins' && place !== undefined
    ? `${objectWords(place.from)} ${place.path} allows ${what[field]}`
    : `${objectWords(asked.policy)} allows ${what[field]}`;
}

function permittedBy(explanation: Explanation, request: BrowserRequest, found: GuardrailVerdict): Explanation {
  const { exception, guardrail, confined } = found;
  if (exception === undefined) {
    return explanation;
  }
  const { ref, expiresAt } = exception;
  const until = `the exception ${ref.name} allows it until ${expiresAt}`;
  return {
    ...explanation,
    decidedBy: { ...ref, path: `spec.${exceptionField(decidingField(confined, request), request, exception)}` },
    message: `${explanation.message}; beyond the guardrail ${guardrail.policy.name}, ${until}`,
  };
}

/** An origin is listed by an exception, or described by a regex of it. */
function exceptionField(
  field: DecidingField,
  { origin }: BrowserRequest,
  { origins }: NonNullable<GuardrailVerdict['exception']>,
): string {
  const isListed = field !== 'allowOrigins' || matchOrigin(compileMatcher({ ...origins, regexes: [] }), origin);
  return isListed ? field : 'allowOriginRegexes';
}

function reportWords({ guardrail: { policy, enforcement } }: GuardrailVerdict): string {
  return `the guardrail ${policy.name} would refuse it, but says ${enforcement}`;
}
