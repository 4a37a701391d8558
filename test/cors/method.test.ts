import { describe, expect, test } from 'vitest';
import { isForbiddenMethod, isSafelistedMethod, isToken, normalizeMethod } from '../../src/cors/method.ts';

describe('isSafelistedMethod', () => {
  test.each([
    { name: 'GET', expected: true },
    { name: 'HEAD', expected: true },
    { name: 'POST', expected: true },
    { name: 'get', expected: false },
    { name: 'Post', expected: false },
    { name: 'PUT', expected: false },
    { name: 'OPTIONS', expected: false },
    { name: '', expected: false },
  ])('isSafelistedMethod: bytes are compared: "$name"', ({ name, expected }) => {
    expect(isSafelistedMethod(name)).toBe(expected);
  });
});

describe('isForbiddenMethod', () => {
  test.each([
    { name: 'CONNECT', expected: true },
    { name: 'trace', expected: true },
    { name: 'TrAcK', expected: true },
    { name: 'TRAC', expected: false },
    { name: 'DELETE', expected: false },
    { name: 'trac\u212a', expected: false },
  ])('isForbiddenMethod: in any case of ASCII: "$name"', ({ name, expected }) => {
    expect(isForbiddenMethod(name)).toBe(expected);
  });
});

describe('normalizeMethod', () => {
  test.each([
    { name: 'delete', expected: 'DELETE' },
    { name: 'Get', expected: 'GET' },
    { name: 'hEAD', expected: 'HEAD' },
    { name: 'options', expected: 'OPTIONS' },
    { name: 'post', expected: 'POST' },
    { name: 'put', expected: 'PUT' },
    { name: 'patch', expected: 'patch' },
    { name: 'Chicken', expected: 'Chicken' },
    { name: 'opt\u0131ons', expected: 'opt\u0131ons' },
    { name: 'po\u017ft', expected: 'po\u017ft' },
  ])('normalizeMethod: six names go to upper case, others stay: "$name"', ({ name, expected }) => {
    expect(normalizeMethod(name)).toBe(expected);
  });
});

test('method.ts: offers isToken to those who check methods', () => {
  expect(isToken('PUT')).toBe(true);
});
