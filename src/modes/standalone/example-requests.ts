import { memberOrigins } from '../../analysis/regex-probe.ts';
import { regexSampler } from '../../analysis/regex-sample.ts';
import { parseRegex } from '../../analysis/regex-syntax.ts';
import { isSafelistedMethod } from '../../cors/method.ts';
import type { OriginSet, Policy } from '../../cors/policy.ts';
import { compileRegex, matchesRegex } from '../../cors/regex.ts';
import type { Evaluation, RouteEvaluation } from '../../evaluate.ts';
import type { RouteMatch } from '../../model/route.ts';
import type { ExampleRequest } from './evaluation-task.ts';

/**
 * Preflights to try, those first that only the responder can answer. Whether each is really granted is for the responder to
 * say: another route may stand before this one.
 */
export function exampleRequests(evaluation: Evaluation): readonly ExampleRequest[] {
  const routes = [
    ...evaluation.routes.filter(({ plan }) => plan.outcome === 'Responder'),
    ...evaluation.routes.filter(({ plan }) => plan.outcome === 'Native'),
    ...evaluation.routes.filter(({ plan }) => plan.outcome === 'NotExpressible'),
  ];
  return routes.slice(0, MAXIMUM_ROUTES).flatMap(routeExamples);
}

/** Nobody reads more, and one of the first nearly always works. */
const MAXIMUM_ROUTES = 20;

function routeExamples({ resolution: { route, governed } }: RouteEvaluation): readonly ExampleRequest[] {
  const match = route.matches.find(({ conditional }) => conditional !== true);
  if (match === undefined || governed.by !== 'Policy') {
    return [];
  }
  const { cors } = governed.effective;
  return exampleOrigins(cors.origins).map((origin) => ({
    host: exampleHost(match),
    path: match.path,
    origin,
    method: match.method ?? exampleMethod(cors),
    header: cors.allowHeaders.find((name) => name !== '*'),
  }));
}

function exampleHost({ host, hostWildcard }: RouteMatch): string {
  return hostWildcard === 'None' ? host : host.replace('*', 'www');
}

/** A method for which browsers send a preflight, if there is one. */
function exampleMethod({ allowMethods }: Policy): string {
  return allowMethods.find((method) => method !== '*' && !isSafelistedMethod(method)) ?? 'GET';
}

function exampleOrigins({ any, exact, wildcards, regexes }: OriginSet): readonly string[] {
  return [
    ...wildcards.slice(0, 1).map(({ scheme, base, port }) => `${scheme}://www.${base}${port === '' ? '' : `:${port}`}`),
    ...regexes.slice(0, MAXIMUM_REGEXES).flatMap(regexExamples).slice(0, 1),
    ...exact.slice(0, 1),
    ...(any ? ['https://www.example.com'] : []),
  ];
}

const MAXIMUM_REGEXES = 8;

function regexExamples(source: string): readonly string[] {
  const syntax = parseRegex(source);
  const compilation = compileRegex(source);
  if (syntax === undefined || !compilation.ok) {
    return [];
  }
  const isMatch = (origin: string): boolean => matchesRegex(compilation.regex, origin);
  return memberOrigins(regexSampler(syntax), isMatch).map(({ text }) => text);
}
