import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathReadings } from '../../src/responder/path-reading.ts';

describe('pathReadings', () => {
  it.each(['/', '/a', '/a/b/', '/files/report.v2.pdf', "/a+b~c!$&'()*,:@=", '/caf\u00c3\u00a9'])(
    'pathReadings: the ordinary path %s has no other reading',
    (path) => {
      expect(pathReadings(path)).toEqual([]);
    },
  );

  it.each([
    { name: 'dot segments', path: '/public/../admin', reading: '/admin' },
    { name: 'dot segments at the end', path: '/public/..', reading: '/' },
    { name: 'more dot segments than path', path: '/../../admin', reading: '/admin' },
    { name: 'escaped dots', path: '/public/%2e%2E/admin', reading: '/admin' },
    { name: 'one dot escaped', path: '/public/.%2e/admin', reading: '/admin' },
    { name: 'escaped slash', path: '/public%2f..%2fadmin', reading: '/admin' },
    { name: 'escaped twice', path: '/public/%252e%252e/admin', reading: '/admin' },
    { name: 'escaped three times', path: '/public/%25252e%25252e/admin', reading: '/admin' },
    { name: 'backslash', path: '/public\\..\\admin', reading: '/admin' },
    { name: 'escaped backslash', path: '/public%5c..%5cadmin', reading: '/admin' },
    { name: 'two slashes', path: '//admin', reading: '/admin' },
    { name: 'parameters', path: '/admin;x=1/users', reading: '/admin/users' },
    { name: 'parameters behind dots', path: '/public/..;/admin', reading: '/admin' },
    { name: 'escaped letters', path: '/%61dmin', reading: '/admin' },
    { name: 'a fragment', path: '/admin#x', reading: '/admin' },
    { name: 'lower-case escapes of other bytes', path: '/caf%c3%a9', reading: '/caf%C3%A9' },
    { name: 'single dots', path: '/./admin', reading: '/admin' },
  ])('pathReadings: $name may be read as $reading', ({ path, reading }) => {
    expect(pathReadings(path)).toContain(reading);
  });

  it('pathReadings: bytes that are no visible ASCII stay escaped', () => {
    expect(pathReadings('/a%20b%C3%A9%00')).toEqual([]);
  });

  it('pathReadings: every reading begins with a slash, and none is the path itself', () => {
    const piece = fc.constantFrom('/', '.', '..', '%2e', '%2f', '%5c', '\\', ';', 'a', '%25', '#', '%');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const path = `/${pieces.join('')}`;
        for (const reading of pathReadings(path)) {
          expect(reading.startsWith('/')).toBe(true);
          expect(reading).not.toBe(path);
        }
      }),
    );
  });

  it('pathReadings: reads what the URL standard makes of a path', () => {
    const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', 'a', 'b', '/../', '/./');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const path = `/${pieces.join('')}`;
        const normal = new URL(`http://host.example/${path}`.replace('example//', 'example/')).pathname;
        expect([path, ...pathReadings(path)]).toContain(normal);
      }),
    );
  });

  it('pathReadings: 16 KiB of anything takes linear time', () => {
    for (const piece of ['../', '%2e%2e/', '%252e', ';', '//', '\\', '%2f']) {
      const start = performance.now();
      pathReadings(`/${piece.repeat(Math.floor(16_384 / piece.length))}`);
      expect(performance.now() - start).toBeLessThan(200);
    }
  });
});
