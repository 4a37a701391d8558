import { describe, expect, test } from 'vitest';
import { fillTemplate, isForEveryone, prepareAnswers, REFUSALS } from '../../src/cors/answer.ts';
import type { Policy } from '../../src/cors/policy.ts';

const POLICY: Policy = {
  origins: { any: false, exact: ['https://a.com'], wildcards: [], regexes: [] },
  allowMethods: ['*'],
  allowHeaders: ['*'],
  exposeHeaders: [],
  allowCredentials: true,
};

describe('fillTemplate', () => {
  test('fillTemplate: fills each place, in a new list', () => {
    const { preflight } = prepareAnswers(POLICY);
    const headers = fillTemplate(preflight, 'https://a.com', 'PUT', 'x-a');
    expect(headers[preflight.origin]).toBe('https://a.com');
    expect(headers[preflight.method]).toBe('PUT');
    expect(headers[preflight.names]).toBe('x-a');
    expect(preflight.headers[preflight.origin]).toBe('');
    expect(fillTemplate(preflight, 'https://b.com', 'PUT', 'x-a')[preflight.origin]).toBe('https://b.com');
  });

  test('fillTemplate: a template without places stays as it is', () => {
    const { actual } = prepareAnswers({
      ...POLICY,
      origins: { ...POLICY.origins, any: true },
      allowCredentials: false,
    });
    expect(fillTemplate(actual, 'https://a.com', 'PUT', 'x-a')).toEqual(actual.headers);
  });
});

describe('prepareAnswers', () => {
  test('prepareAnswers: only a policy for everyone has answers that no request changes', () => {
    const everyone = { ...POLICY, origins: { ...POLICY.origins, any: true }, allowCredentials: false };
    expect(prepareAnswers(everyone).constant?.preflight.granted).toBe(true);
    expect(prepareAnswers(POLICY).constant).toBeUndefined();
    expect(prepareAnswers({ ...everyone, allowCredentials: true }).constant).toBeUndefined();
    expect(prepareAnswers(POLICY).refusals).toBe(REFUSALS);
    expect(prepareAnswers(everyone).refusals.actual.headers).toEqual([]);
  });
});

test.each([
  { any: true, credentials: false, expected: true },
  { any: true, credentials: true, expected: false },
  { any: false, credentials: false, expected: false },
])('isForEveryone: * without credentials only: $any $credentials', ({ any, credentials, expected }) => {
  expect(isForEveryone({ ...POLICY, origins: { ...POLICY.origins, any }, allowCredentials: credentials })).toBe(
    expected,
  );
});
