import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseHost, parseRequestTarget } from '../../src/responder/request-target.ts';

describe('parseHost', () => {
  it.each([
    { name: 'a name', line: 'api.example.com', host: 'api.example.com' },
    { name: 'upper case is lowered', line: 'API.Example.COM', host: 'api.example.com' },
    { name: 'the port is left out', line: 'api.example.com:8443', host: 'api.example.com' },
    { name: 'an empty port too', line: 'api.example.com:', host: 'api.example.com' },
    { name: "the root's dot is left out", line: 'api.example.com.', host: 'api.example.com' },
    { name: 'dot and port', line: 'api.example.com.:80', host: 'api.example.com' },
    { name: 'underscore', line: 'a_b.example.com', host: 'a_b.example.com' },
    { name: 'IPv4', line: '127.0.0.1:8080', host: '127.0.0.1' },
    { name: 'IPv6 keeps its brackets', line: '[::1]:8080', host: '[::1]' },
    { name: 'nothing', line: '', host: '' },
    { name: 'two hosts', line: 'a.example.com, b.example.com', host: undefined },
    { name: 'a space', line: 'a example.com', host: undefined },
    { name: 'user information', line: 'user@example.com', host: undefined },
    { name: 'a path', line: 'example.com/x', host: undefined },
    { name: 'a port that is none', line: 'example.com:80a', host: undefined },
    { name: 'two ports', line: 'example.com:80:80', host: undefined },
    { name: 'IPv6 without brackets', line: '::1', host: undefined },
    { name: 'beyond ASCII', line: 'ex\u00e4mple.com', host: undefined },
  ])('parseHost: $name', ({ line, host }) => {
    expect(parseHost(line)).toBe(host);
  });

  it('parseHost: any text gives a host of a closed alphabet, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (line) => {
        expect(parseHost(line) ?? '').toMatch(/^[a-z0-9._[\]:-]*$/);
      }),
    );
  });
});

describe('parseRequestTarget', () => {
  it.each([
    { name: 'path and query', target: '/a/b?c=d', path: '/a/b', sent: '/a/b?c=d' },
    { name: 'two slashes are kept', target: '//x', path: '//x', sent: '//x' },
    { name: 'escapes are kept, well-formed or not', target: '/%zz/%41', path: '/%zz/%41', sent: '/%zz/%41' },
    { name: 'a second question mark belongs to the query', target: '/a?b?c', path: '/a', sent: '/a?b?c' },
    { name: 'absolute form with the same host', target: 'http://API.example.com/x?y', path: '/x', sent: '/x?y' },
    { name: 'absolute form without path', target: 'http://api.example.com', path: '/', sent: '/' },
    { name: 'absolute form with query only', target: 'http://api.example.com?y', path: '/', sent: '/?y' },
    { name: 'asterisk has no path', target: '*', path: '', sent: '*' },
    { name: 'a relative path is none', target: 'x/y', path: '', sent: 'x/y' },
  ])('parseRequestTarget: $name', ({ target, path, sent }) => {
    const expected = { ok: true, host: 'api.example.com', path, pathAndQuery: sent };
    expect(parseRequestTarget(target, 'api.example.com')).toEqual(expected);
  });

  it.each([
    { name: 'another host', target: 'http://evil.example/x' },
    { name: 'another port', target: 'http://api.example.com:81/x' },
    { name: 'user information', target: 'http://api.example.com@evil.example/x' },
  ])('parseRequestTarget: absolute form with $name than the Host line is refused', ({ target }) => {
    expect(parseRequestTarget(target, 'api.example.com').ok).toBe(false);
  });
});
