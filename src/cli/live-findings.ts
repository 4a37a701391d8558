import { lowerCaseName } from '../cors/header-name.ts';
import { type BrowserRequest, listOf } from './browser-request.ts';
import {
  isCorsHeader,
  type LiveAnswer,
  type LiveExchange,
  type LiveFields,
  liveFields,
  liveRequests,
} from './live-exchange.ts';
import type { PredictedAnswer, Prediction } from './prediction.ts';

/** Says in words what a server's answers suffer from, and what was left out of the requests. */
export function liveFindings(
  request: BrowserRequest,
  prediction: Prediction,
  { preflight, response, error }: LiveExchange,
): readonly string[] {
  return [
    ...(error === undefined ? [] : [`the server could not be asked: ${error}`]),
    ...(preflight === undefined || !request.needsPreflight ? [] : preflightStatusFindings(liveFields(preflight))),
    ...(preflight === undefined ? [] : answerFindings('preflight', preflight, prediction.preflight)),
    ...(response === undefined ? [] : redirectFindings(liveFields(response))),
    ...(response === undefined ? [] : answerFindings('response', response, prediction.response)),
    ...requestFindings(request),
  ];
}

function preflightStatusFindings({ status, headers }: LiveFields): readonly string[] {
  if (status >= 200 && status <= 299) {
    return [];
  }
  const answered = `preflight: answered with status ${status}`;
  if (isRedirect(status)) {
    return [`${answered}${towards(headers['location'])}: browsers follow no redirect of a preflight`];
  }
  if (status === 401 || status === 403) {
    return [`${answered}: browsers send no credentials with a preflight, so OPTIONS must be answered without a login`];
  }
  return [`${answered}: browsers take a status from 200 to 299 only`];
}

function redirectFindings({ status, headers }: LiveFields): readonly string[] {
  return isRedirect(status)
    ? [`response: a redirect with status ${status}${towards(headers['location'])}; what stands there was not asked`]
    : [];
}

/** @see https://fetch.spec.whatwg.org/#redirect-status */
function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function towards(location: string | undefined): string {
  return location === undefined ? '' : ` to ${location}`;
}

function answerFindings(where: string, answer: LiveAnswer, predicted: PredictedAnswer): readonly string[] {
  return [
    ...ownHeaderFindings(where, answer, predicted),
    ...repeatedLineFindings(where, answer),
    ...varyFindings(where, liveFields(answer)),
  ];
}

function ownHeaderFindings(where: string, answer: LiveAnswer, predicted: PredictedAnswer): readonly string[] {
  const names = new Set(answer.lines.map(({ name }) => name).filter((name) => name !== 'vary' && isCorsHeader(name)));
  const own = [...names].filter((name) => predicted.headers[name] === undefined).sort();
  return own.length === 0
    ? []
    : [`${where}: ${own.join(', ')} not predicted; the application itself seems to send CORS headers`];
}

function repeatedLineFindings(where: string, { lines }: LiveAnswer): readonly string[] {
  const names = new Set(lines.map(({ name }) => name).filter((name) => name !== 'vary' && isCorsHeader(name)));
  return [...names].sort().flatMap((name) => {
    const values = lines.filter((line) => line.name === name).map(({ value }) => value);
    if (values.length < 2) {
      return [];
    }
    const refused = takesOneValue(name) ? '; browsers refuse that' : '';
    const shown = values.map((value) => JSON.stringify(value)).join(', ');
    return [
      `${where}: ${name} comes ${values.length} times (${shown}): the application seems to send it too${refused}`,
    ];
  });
}

function takesOneValue(name: string): boolean {
  return name === 'access-control-allow-origin' || name === 'access-control-allow-credentials';
}

/** @see https://fetch.spec.whatwg.org/#cors-protocol-and-http-caches */
function varyFindings(where: string, { headers }: LiveFields): readonly string[] {
  const allowed = headers['access-control-allow-origin'];
  const vary = listOf(headers['vary']).map(lowerCaseName);
  return allowed === undefined || allowed === '*' || vary.includes('origin') || vary.includes('*')
    ? []
    : [`${where}: names one origin without Vary: Origin, so that a cache may give it to another origin`];
}

function requestFindings(request: BrowserRequest): readonly string[] {
  const { actual } = liveRequests(request);
  if (!actual) {
    const asked = request.needsPreflight ? '' : '; a preflight, which browsers do not need here, was sent in its place';
    return [`the ${request.method} request itself was not sent, since it could change something${asked}`];
  }
  return request.credentials || request.unsafeHeaders.includes('authorization')
    ? ['the request was sent without cookies and Authorization, so that its answer may differ from a browser’s']
    : [];
}
