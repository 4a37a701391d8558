import { expect, test } from 'vitest';
import { type CorsRequest, isPreflight } from '../../src/cors/request.ts';

const PREFLIGHT: CorsRequest = {
  method: 'OPTIONS',
  origin: 'https://a.com',
  requestMethod: 'PUT',
  requestHeaders: undefined,
};

test.each([
  { name: 'OPTIONS with Origin and Access-Control-Request-Method', change: {}, expected: true },
  { name: 'with Access-Control-Request-Headers', change: { requestHeaders: 'x-a' }, expected: true },
  { name: 'an empty Origin is a line all the same', change: { origin: '' }, expected: true },
  { name: 'an empty method is a line all the same', change: { requestMethod: '' }, expected: true },
  { name: 'a malformed Origin', change: { origin: 'https://a, https://b' }, expected: true },
  { name: 'no Origin', change: { origin: undefined }, expected: false },
  { name: 'no Access-Control-Request-Method', change: { requestMethod: undefined }, expected: false },
  {
    name: 'only Access-Control-Request-Headers',
    change: { requestMethod: undefined, requestHeaders: 'x-a' },
    expected: false,
  },
  { name: 'GET', change: { method: 'GET' }, expected: false },
  { name: 'options in lower case', change: { method: 'options' }, expected: false },
])('isPreflight: $name: $expected', ({ change, expected }) => {
  expect(isPreflight({ ...PREFLIGHT, ...change })).toBe(expected);
});
