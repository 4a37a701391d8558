import { describe, expect, test } from 'vitest';
import { browserRequest } from '../../src/cli/browser-request.ts';
import { compareLive } from '../../src/cli/live-comparison.ts';
import type { LiveAnswer } from '../../src/cli/live-exchange.ts';
import type { Prediction } from '../../src/cli/prediction.ts';

const ORIGIN = 'https://app.example.com';
const nothing: Prediction = { preflight: { headers: {} }, response: { headers: {} }, allowed: false };
const allowOrigin = 'access-control-allow-origin';

function answer(status: number, headers: Readonly<Record<string, string>>): LiveAnswer {
  return { status, lines: Object.entries(headers).map(([name, value]) => ({ name, value })) };
}

function put(header: readonly string[] = [], credentials = false) {
  return browserRequest({ origin: ORIGIN, method: 'PUT', header, credentials });
}

function judge(request: ReturnType<typeof put>, headers: Readonly<Record<string, string>>, status = 204): boolean {
  const exchange = { preflight: answer(status, { 'access-control-allow-methods': 'PUT', ...headers }) };
  return compareLive(request, nothing, { url: 'http://a', exchange }).allowed;
}

describe('allowed, as a browser judges a preflight', () => {
  test.each([
    { name: 'the origin', headers: { [allowOrigin]: ORIGIN }, allowed: true },
    { name: '*', headers: { [allowOrigin]: '*' }, allowed: true },
    { name: 'no origin', headers: {}, allowed: false },
    { name: 'another origin', headers: { [allowOrigin]: `${ORIGIN}:8443` }, allowed: false },
    { name: 'the origin in other case', headers: { [allowOrigin]: ORIGIN.toUpperCase() }, allowed: false },
    { name: 'the origin twice', headers: { [allowOrigin]: `${ORIGIN}, ${ORIGIN}` }, allowed: false },
    { name: 'every method', headers: { [allowOrigin]: '*', 'access-control-allow-methods': '*' }, allowed: true },
    { name: 'another method', headers: { [allowOrigin]: '*', 'access-control-allow-methods': 'GET' }, allowed: false },
    {
      name: 'a broken list',
      headers: { [allowOrigin]: '*', 'access-control-allow-methods': 'PUT, a b' },
      allowed: false,
    },
  ])('$name: $allowed', ({ headers, allowed }) => {
    expect(judge(put(), headers)).toBe(allowed);
  });

  test.each([
    { name: 'the header in any case', header: 'X-A', list: 'x-b, x-a', allowed: true },
    { name: 'every header', header: 'X-A', list: '*', allowed: true },
    { name: 'no header', header: 'X-A', list: '', allowed: false },
    { name: '* for Authorization', header: 'Authorization', list: '*', allowed: false },
  ])('$name: $allowed', ({ header, list, allowed }) => {
    expect(judge(put([header]), { [allowOrigin]: '*', 'access-control-allow-headers': list })).toBe(allowed);
  });

  test.each([
    { name: 'granted', headers: { [allowOrigin]: ORIGIN, 'access-control-allow-credentials': 'true' }, allowed: true },
    { name: '*', headers: { [allowOrigin]: '*', 'access-control-allow-credentials': 'true' }, allowed: false },
    { name: 'True', headers: { [allowOrigin]: ORIGIN, 'access-control-allow-credentials': 'True' }, allowed: false },
    { name: 'not granted', headers: { [allowOrigin]: ORIGIN }, allowed: false },
  ])('with credentials, $name: $allowed', ({ headers, allowed }) => {
    expect(judge(put([], true), headers)).toBe(allowed);
  });

  test.each([
    { status: 200, allowed: true },
    { status: 299, allowed: true },
    { status: 302, allowed: false },
    { status: 401, allowed: false },
    { status: 500, allowed: false },
  ])('status $status: $allowed', ({ status, allowed }) => {
    expect(judge(put(), { [allowOrigin]: '*' }, status)).toBe(allowed);
  });

  test('a preflight in place of a request that needs none is judged by its origin', () => {
    const request = browserRequest({ origin: ORIGIN, method: 'POST', header: [], credentials: false });
    const exchange = { preflight: answer(404, { [allowOrigin]: ORIGIN, vary: 'origin' }) };
    const { allowed, findings } = compareLive(request, { ...nothing }, { url: 'http://a', exchange });
    expect(allowed).toBe(true);
    expect(findings.at(-1)).toContain('was sent in its place');
  });

  test('a granted preflight does not save a response that grants nothing', () => {
    const request = browserRequest({ origin: ORIGIN, method: 'GET', header: ['X-A'], credentials: false });
    const preflight = answer(204, { [allowOrigin]: '*', 'access-control-allow-headers': 'x-a' });
    const exchange = { preflight, response: answer(200, {}) };
    expect(compareLive(request, nothing, { url: 'http://a', exchange }).allowed).toBe(false);
  });
});

describe('differences', () => {
  function differing(
    predicted: Readonly<Record<string, string>>,
    received: Readonly<Record<string, string>>,
  ): string[] {
    const exchange = { preflight: answer(204, received) };
    const prediction = { ...nothing, preflight: { headers: predicted } };
    return compareLive(put(), prediction, { url: 'http://a', exchange }).differences.map(({ header }) => header);
  }

  test.each([
    {
      name: 'methods in another order agree',
      header: 'access-control-allow-methods',
      left: 'PUT, GET',
      right: 'GET,PUT',
    },
    {
      name: 'header names agree in any case',
      header: 'access-control-allow-headers',
      left: 'X-A, X-B',
      right: 'x-b,x-a',
    },
    { name: 'Vary may hold more', header: 'vary', left: 'Origin', right: 'accept-encoding, origin' },
    { name: 'Vary: * holds everything', header: 'vary', left: 'Origin', right: '*' },
  ])('$name', ({ header, left, right }) => {
    expect(differing({ [header]: left }, { [header]: right })).toEqual([]);
  });

  test.each([
    { name: 'methods in another case', header: 'access-control-allow-methods', left: 'PUT', right: 'put' },
    { name: 'a header more', header: 'access-control-allow-headers', left: 'X-A', right: 'X-A, X-B' },
    { name: 'another age', header: 'access-control-max-age', left: '5', right: '10' },
    { name: 'Vary without Origin', header: 'vary', left: 'Origin', right: 'Accept' },
  ])('$name differ', ({ header, left, right }) => {
    expect(differing({ [header]: left }, { [header]: right })).toEqual([header]);
  });

  test('headers that are not about CORS are neither compared nor shown', () => {
    const exchange = { preflight: answer(204, { 'set-cookie': 'session=secret', 'content-length': '0' }) };
    const live = compareLive(put(), nothing, { url: 'http://a', exchange });
    expect(live).toMatchObject({ preflight: { headers: {} }, differences: [] });
  });
});
