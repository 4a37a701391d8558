import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileHeaderRule,
  type HeaderRule,
  judgeHeaders,
  nameAtFault,
  requestedNames,
} from '../../src/cors/requested-headers.ts';
import { requestHeaders } from '../support/cors-policies.ts';

function rule(kind: HeaderRule['kind'], ...names: readonly string[]): HeaderRule {
  return compileHeaderRule(kind, names);
}

const LISTED = rule('Listed', 'X-A', 'Content-Type');

describe('judgeHeaders', () => {
  test.each([
    { name: 'no name', value: '', expected: 'Covered' },
    { name: 'a listed name', value: 'x-a', expected: 'Covered' },
    { name: 'any case', value: 'X-a,CONTENT-TYPE', expected: 'Covered' },
    { name: 'any order', value: 'x-a,content-type', expected: 'Covered' },
    { name: 'duplicates', value: 'x-a,x-a,X-A', expected: 'Covered' },
    { name: 'spaces and tabs round commas', value: ' \tx-a \t, \tcontent-type\t ', expected: 'Covered' },
    { name: 'empty elements', value: ',,x-a,,,content-type,', expected: 'Covered' },
    { name: 'nothing but commas and spaces', value: ' , ,\t,', expected: 'Covered' },
    { name: 'a name that is not listed', value: 'x-a,x-b', expected: 'HeaderNotAllowed' },
    { name: 'a safelisted name that is not listed', value: 'accept', expected: 'HeaderNotAllowed' },
    { name: 'a star', value: '*', expected: 'HeaderNotAllowed' },
    { name: 'part of a listed name', value: 'x-', expected: 'HeaderNotAllowed' },
    { name: 'more than a listed name', value: 'x-ab', expected: 'HeaderNotAllowed' },
    { name: 'two names without a comma', value: 'x-a x-a', expected: 'HeaderMalformed' },
    { name: 'a semicolon', value: 'x-a;x-a', expected: 'HeaderMalformed' },
    { name: 'a colon', value: 'x-a:', expected: 'HeaderMalformed' },
    { name: 'a line break', value: 'x-a,\r\nx-a', expected: 'HeaderMalformed' },
    { name: 'a line break at the end', value: 'x-a\n', expected: 'HeaderMalformed' },
    { name: 'NUL', value: 'x-a\0', expected: 'HeaderMalformed' },
    { name: 'a letter beyond ASCII', value: 'x-ä', expected: 'HeaderMalformed' },
    { name: 'another kind of space', value: 'x-a\u00a0', expected: 'HeaderMalformed' },
    { name: 'quotes', value: '"x-a"', expected: 'HeaderMalformed' },
    { name: 'the first fault counts', value: 'x-b,x a', expected: 'HeaderNotAllowed' },
    { name: '128 names', value: Array.from({ length: 128 }, () => 'x-a').join(), expected: 'Covered' },
    { name: '129 names', value: Array.from({ length: 129 }, () => 'x-a').join(), expected: 'RequestHeadersTooLarge' },
    { name: '128 names and empty elements', value: `${'x-a,,'.repeat(128)},,`, expected: 'Covered' },
    { name: '8192 bytes', value: `${','.repeat(8189)}x-a`, expected: 'Covered' },
    { name: '8193 bytes', value: `${','.repeat(8190)}x-a`, expected: 'RequestHeadersTooLarge' },
    { name: 'one name of 8192 bytes', value: 'x'.repeat(8192), expected: 'HeaderNotAllowed' },
    { name: '16 KiB of spaces', value: ' '.repeat(16_384), expected: 'RequestHeadersTooLarge' },
  ])('judgeHeaders: a list: $name: $expected', ({ value, expected }) => {
    expect(judgeHeaders(LISTED, value)).toBe(expected);
  });

  test.each([
    { name: '* covers any name', headers: rule('Wildcard', '*'), value: 'x-z,accept', expected: 'Covered' },
    {
      name: '* does not cover authorization',
      headers: rule('Wildcard', '*'),
      value: 'x-z,Authorization',
      expected: 'HeaderNotCoveredByWildcard',
    },
    {
      name: 'authorization listed beside *',
      headers: rule('Wildcard', '*', 'Authorization'),
      value: 'AUTHORIZATION',
      expected: 'Covered',
    },
    { name: '* covers a star', headers: rule('Wildcard', '*'), value: '*', expected: 'Covered' },
    { name: '* covers no malformed name', headers: rule('Wildcard', '*'), value: 'a b', expected: 'HeaderMalformed' },
    {
      name: '* has the bounds of a list',
      headers: rule('Wildcard', '*'),
      value: 'a,'.repeat(129),
      expected: 'RequestHeadersTooLarge',
    },
    { name: 'echo covers authorization', headers: rule('Echo', '*'), value: 'authorization,x-z', expected: 'Covered' },
    { name: 'echo makes no star', headers: rule('Echo', '*'), value: 'x-z,*', expected: 'HeaderNotCoveredByWildcard' },
    { name: 'echo of a name with a star in it', headers: rule('Echo', '*'), value: 'x-*', expected: 'Covered' },
  ])('judgeHeaders: a wildcard: $name', ({ headers, value, expected }) => {
    expect(judgeHeaders(headers, value)).toBe(expected);
  });
});

describe('nameAtFault', () => {
  test.each([
    { name: 'the first that is not listed, as sent', headers: LISTED, value: 'x-a, X-B ,x-c', expected: 'X-B' },
    {
      name: 'authorization under *',
      headers: rule('Wildcard', '*'),
      value: 'x,Authorization',
      expected: 'Authorization',
    },
    { name: 'none', headers: LISTED, value: 'x-a', expected: undefined },
    { name: 'none before a malformed one', headers: LISTED, value: 'x-a, x b', expected: undefined },
  ])('nameAtFault: $name', ({ headers, value, expected }) => {
    expect(nameAtFault(headers, value)).toBe(expected);
  });
});

describe('requestedNames', () => {
  test('requestedNames: lower case, sorted, each once', () => {
    expect(requestedNames(' X-B,,x-a\t,X-b, Authorization')).toEqual(['authorization', 'x-a', 'x-b']);
    expect(requestedNames('')).toEqual([]);
  });

  test('requestedNames: what is covered is echoed and nothing else, and the echo is covered again', () => {
    fc.assert(
      fc.property(requestHeaders(), (value) => {
        const headers = rule('Echo', '*');
        if (judgeHeaders(headers, value) !== 'Covered') return;
        const names = requestedNames(value);
        const expected = value.split(',').map((name) => name.trim().toLowerCase());
        expect(names).toEqual([...new Set(expected.filter((name) => name !== ''))].sort());
        expect(judgeHeaders(headers, names.join(', '))).toBe('Covered');
      }),
    );
  });
});
