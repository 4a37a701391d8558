import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { lowerCaseName } from '../cors/header-name.ts';
import { type BrowserRequest, splitHeader } from './browser-request.ts';
import { type LiveAnswer, type LiveExchange, liveRequests } from './live-exchange.ts';
import { programVersion } from './program-version.ts';

/** Where a live request goes, and what it asks for. */
export type LiveTarget = {
  /** Scheme, name and port to connect to; an http or https URL without a path. */
  readonly address: string;
  /** What the Host header says, and what a certificate is verified against. */
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  /** Headers that the page sets: `Name` or `Name: value`. Those without a value are not sent. */
  readonly header: readonly string[];
};

/** Sends what a browser would send, without credentials: the preflight, and the request when it changes nothing. */
export async function sendLive(request: BrowserRequest, target: LiveTarget): Promise<LiveExchange> {
  const sent = liveRequests(request);
  const answers: { preflight?: LiveAnswer; response?: LiveAnswer } = {};
  try {
    if (sent.preflight) {
      answers.preflight = await exchange('OPTIONS', preflightHeaders(request), target);
    }
    if (sent.actual) {
      answers.response = await exchange(request.method, actualHeaders(request, target), target);
    }
    return answers;
  } catch (error) {
    return { ...answers, error: failureText(error) };
  }
}

type SentHeaders = Readonly<Record<string, string>>;

/** Milliseconds from the start of a request to the head of its answer. */
const TIMEOUT = 10_000;

function exchange(method: string, headers: SentHeaders, target: LiveTarget): Promise<LiveAnswer> {
  const url = new URL(`${new URL(target.address).origin}${target.path}`);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const host = hostHeader(url, target.host);
  const options: RequestOptions = {
    method,
    headers: { accept: '*/*', 'user-agent': `cors-operator/${programVersion}`, ...headers, host },
    agent: false,
    servername: serverName(host),
    rejectUnauthorized: true,
    signal: AbortSignal.timeout(TIMEOUT),
  };
  return new Promise((resolve, reject) => {
    const outgoing = send(url, options, (response) => {
      resolve({ status: response.statusCode ?? 0, lines: headerLines(response.rawHeaders) });
      // The head says it all; a body may be endless.
      response.destroy();
    });
    outgoing.on('error', reject).end();
  });
}

function preflightHeaders({ origin, method, unsafeHeaders }: BrowserRequest): SentHeaders {
  const asked = unsafeHeaders.length === 0 ? {} : { 'access-control-request-headers': unsafeHeaders.join(',') };
  return { origin, 'access-control-request-method': method, ...asked };
}

function actualHeaders({ origin }: BrowserRequest, { header }: LiveTarget): SentHeaders {
  const fields = new Map<string, string>();
  for (const { name, value } of header.map(splitHeader)) {
    const lower = lowerCaseName(name);
    if (value !== undefined && lower !== 'authorization') {
      const before = fields.get(lower);
      fields.set(lower, before === undefined ? value : `${before}, ${value}`);
    }
  }
  return { ...Object.fromEntries(fields), origin };
}

/** The port belongs to the name that is connected to; another name is taken as it was given. */
function hostHeader(url: URL, host: string): string {
  return url.hostname === host.toLowerCase() ? url.host : host;
}

/** Addresses are no server names; then the certificate is verified against the address. */
function serverName(host: string): string {
  const name = URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
  return isIP(name.replace(/^\[|\]$/g, '')) === 0 ? name : '';
}

/** @param raw names and values in turn, as they came */
function headerLines(raw: readonly string[]): LiveAnswer['lines'] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 ? [{ name: lowerCaseName(name), value: raw[index + 1] ?? '' }] : [],
  );
}

function failureText(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') {
    return `no answer within ${TIMEOUT / 1000} s`;
  }
  // A name with several addresses fails with one error for each.
  const first = error instanceof AggregateError ? error.errors.find((each) => each instanceof Error) : undefined;
  return error.message === '' && first instanceof Error ? first.message : error.message;
}
