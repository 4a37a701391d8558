import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../src/analysis/loopback.ts';

test.each([
  { host: 'localhost', is: true },
  { host: 'localhost.', is: true },
  { host: 'a.b.localhost', is: true },
  { host: '127.0.0.1', is: true },
  { host: '127.255.255.254', is: true },
  { host: '[::1]', is: true },
  { host: 'notlocalhost', is: false },
  { host: 'localhost.example.com', is: false },
  { host: '127.0.0.1.example.com', is: false },
  { host: '128.0.0.1', is: false },
  { host: '[::2]', is: false },
  { host: '', is: false },
])('isLoopbackHost: $host is $is', ({ host, is }) => {
  expect(isLoopbackHost(host)).toBe(is);
});
