import { describe, expect, it } from 'vitest';
import { environmentProxy } from '../../src/kube/environment-proxy.ts';

const proxy = 'http://proxy.corp:3128';
const server = 'https://api.corp.example:6443';

const rows: readonly {
  name: string;
  server: string;
  environment: Record<string, string>;
  expected: string | undefined;
}[] = [
  { name: 'nothing set', server, environment: {}, expected: undefined },
  { name: 'https', server, environment: { HTTPS_PROXY: proxy }, expected: proxy },
  { name: 'lower case', server, environment: { https_proxy: proxy }, expected: proxy },
  { name: 'another scheme', server, environment: { HTTP_PROXY: proxy }, expected: undefined },
  { name: 'http', server: 'http://api.corp.example', environment: { HTTP_PROXY: proxy }, expected: proxy },
  { name: 'no scheme means http', server, environment: { HTTPS_PROXY: 'proxy.corp:3128' }, expected: proxy },
  {
    name: 'everything is an exception',
    server,
    environment: { HTTPS_PROXY: proxy, NO_PROXY: '*' },
    expected: undefined,
  },
  { name: 'a domain', server, environment: { HTTPS_PROXY: proxy, NO_PROXY: 'corp.example' }, expected: undefined },
  {
    name: 'a domain with dot',
    server,
    environment: { HTTPS_PROXY: proxy, NO_PROXY: 'x, .corp.example' },
    expected: undefined,
  },
  {
    name: 'not the end of a label',
    server,
    environment: { HTTPS_PROXY: proxy, NO_PROXY: 'orp.example' },
    expected: proxy,
  },
  { name: 'a port', server, environment: { HTTPS_PROXY: proxy, NO_PROXY: 'corp.example:6443' }, expected: undefined },
  { name: 'another port', server, environment: { HTTPS_PROXY: proxy, NO_PROXY: 'corp.example:443' }, expected: proxy },
  {
    name: 'an address',
    server: 'https://10.1.2.3',
    environment: { HTTPS_PROXY: proxy, NO_PROXY: '10.1.2.3' },
    expected: undefined,
  },
  {
    name: 'a range',
    server: 'https://10.1.2.3',
    environment: { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' },
    expected: undefined,
  },
  {
    name: 'another range',
    server: 'https://11.1.2.3',
    environment: { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8' },
    expected: proxy,
  },
  {
    name: 'a range of IPv6',
    server: 'https://[fd00::1]',
    environment: { HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/8' },
    expected: undefined,
  },
  {
    name: 'a malformed range is none',
    server: 'https://10.1.2.3',
    environment: { HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/99' },
    expected: proxy,
  },
  { name: 'this machine', server: 'https://127.0.0.1:6443', environment: { HTTPS_PROXY: proxy }, expected: undefined },
  {
    name: 'this machine by name',
    server: 'https://localhost:6443',
    environment: { HTTPS_PROXY: proxy },
    expected: undefined,
  },
];

describe('environmentProxy', () => {
  it.each(rows)('environmentProxy: $name', ({ server: url, environment, expected }) => {
    expect(environmentProxy(url, environment)).toBe(expected);
  });
});
