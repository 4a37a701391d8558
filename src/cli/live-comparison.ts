import { type BrowserRequest, listOf, passesCorsCheck, preflightRefusal } from './browser-request.ts';
import { isCorsHeader, type LiveExchange, type LiveFields, liveFields } from './live-exchange.ts';
import { liveFindings } from './live-findings.ts';
import type { PredictedAnswer, Prediction } from './prediction.ts';

/** Where prediction and reality disagree; a side that has nothing is absent. */
export type LiveDifference = {
  readonly where: 'preflight' | 'response';
  /** A header's name, or `status`. */
  readonly header: string;
  readonly predicted?: string;
  readonly received?: string;
};

/** What `check --live` adds to its document: a stable contract. */
export type LiveReport = {
  readonly url: string;
  readonly preflight?: LiveFields;
  readonly response?: LiveFields;
  /** Whether a browser would give the page the answer, as far as it was asked for. */
  readonly allowed: boolean;
  readonly differences: readonly LiveDifference[];
  readonly findings: readonly string[];
  readonly error?: string;
};

/** Holds what came back against what was predicted. */
export function compareLive(
  request: BrowserRequest,
  prediction: Prediction,
  { url, exchange }: { readonly url: string; readonly exchange: LiveExchange },
): LiveReport {
  const preflight = exchange.preflight && liveFields(exchange.preflight);
  const response = exchange.response && liveFields(exchange.response);
  return {
    url,
    ...(preflight === undefined ? {} : { preflight }),
    ...(response === undefined ? {} : { response }),
    allowed: exchange.error === undefined && isAllowed(request, { preflight, response }),
    differences: [
      ...(preflight === undefined ? [] : differencesOf('preflight', prediction.preflight, preflight)),
      ...(response === undefined ? [] : differencesOf('response', prediction.response, response)),
    ],
    findings: liveFindings(request, prediction, exchange),
    ...(exchange.error === undefined ? {} : { error: exchange.error }),
  };
}

type Received = { readonly preflight: LiveFields | undefined; readonly response: LiveFields | undefined };

function isAllowed(request: BrowserRequest, { preflight, response }: Received): boolean {
  return (
    (preflight === undefined || passesPreflight(request, preflight)) &&
    (response === undefined || passesCorsCheck(request, response.headers))
  );
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-fetch */
function passesPreflight(request: BrowserRequest, { status, headers }: LiveFields): boolean {
  if (!request.needsPreflight) {
    // It stands for the request that is not sent, and that is judged by its origin only.
    return passesCorsCheck(request, headers);
  }
  return (
    status >= 200 &&
    status <= 299 &&
    passesCorsCheck(request, headers) &&
    preflightRefusal(request, headers) === undefined
  );
}

function differencesOf(
  where: LiveDifference['where'],
  predicted: PredictedAnswer,
  received: LiveFields,
): readonly LiveDifference[] {
  const names = new Set([...Object.keys(predicted.headers), ...Object.keys(received.headers)].filter(isCorsHeader));
  const headers = [...names]
    .sort()
    .filter((name) => !agrees(name, predicted.headers[name], received.headers[name]))
    .map((header) => ({ where, header, ...sides(predicted.headers[header], received.headers[header]) }));
  return predicted.status === undefined || predicted.status === received.status
    ? headers
    : [{ where, header: 'status', ...sides(String(predicted.status), String(received.status)) }, ...headers];
}

function sides(
  predicted: string | undefined,
  received: string | undefined,
): Pick<LiveDifference, 'predicted' | 'received'> {
  return { ...(predicted === undefined ? {} : { predicted }), ...(received === undefined ? {} : { received }) };
}

/** Lists agree in any order; an application may vary by more than CORS does. */
function agrees(name: string, predicted: string | undefined, received: string | undefined): boolean {
  if (name === 'vary') {
    const found = namesIn(received);
    return found.has('*') || [...namesIn(predicted)].every((each) => found.has(each));
  }
  if (predicted === undefined || received === undefined) {
    return predicted === received;
  }
  switch (name) {
    case 'access-control-allow-methods':
      return equalSets(new Set(listOf(predicted)), new Set(listOf(received)));
    case 'access-control-allow-headers':
    case 'access-control-expose-headers':
      return equalSets(namesIn(predicted), namesIn(received));
    default:
      return predicted === received;
  }
}

function namesIn(value: string | undefined): ReadonlySet<string> {
  return new Set(listOf(value).map((each) => each.toLowerCase()));
}

function equalSets(left: ReadonlySet<string>, right: ReadonlySet<string>): boolean {
  return left.size === right.size && [...left].every((each) => right.has(each));
}
