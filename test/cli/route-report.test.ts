import { describe, expect, test } from 'vitest';
import { QUICKSTART, runInProcess } from '../support/program.ts';

describe('render -o table', () => {
  test('one aligned line per route, the reason in front of its message, and a count', async () => {
    const { stdout } = await runInProcess(['render', '-f', QUICKSTART]);
    const [head = '', ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ROUTE +DIALECT +OUTCOME +POLICY +REASON$/);
    const column = head.indexOf('OUTCOME');
    const routes = lines.slice(0, lines.indexOf(''));
    expect(routes.map((line) => line.slice(column).split(/ +/)[0])).toEqual([
      'Native',
      'NoPolicy',
      'Native',
      'NoPolicy',
      'Native',
      'Native',
      'Refused',
      'NotExpressible',
      'Responder',
      'Native',
    ]);
    expect(routes.find((line) => line.includes('shop/reports'))).toMatch(/ Regex: /);
    expect(routes.find((line) => line.includes('shop/loyalty'))).toMatch(/ narrowed by company-origins; with /);
    expect(routes.find((line) => line.includes('ops/wiki'))).toMatch(/audit mode would make it Native$/);
    expect(lines.at(-1)).toBe('10 routes: 5 Native, 1 Responder, 1 NotExpressible, 1 Refused, 2 NoPolicy');
  });

  test('losses that no browser notices are left out', async () => {
    const { stdout } = await runInProcess(['render', '-f', QUICKSTART]);
    expect(stdout).toContain('NoVary');
    expect(stdout).not.toContain('PreflightHeadersOnActual');
  });

  test('without routes it says so', async () => {
    const { code, stdout } = await runInProcess(['render', '-f', '-'], { stdin: '' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'no routes: the input holds no Ingress and no HTTPRoute\n' });
  });
});

describe('check -o table', () => {
  test('verdict, facts, and what the browser sees', async () => {
    const asked = ['--host', 'shop.example.com', '--origin', 'https://www.example.com', '--method', 'PUT'];
    const { stdout } = await runInProcess(['check', '-f', QUICKSTART, ...asked]);
    const [verdict, , ...rest] = stdout.split('\n');
    expect(verdict).toBe('allowed  OriginAllowed: https://www.example.com is allowed by https://www.example.com');
    expect(rest.slice(0, 2)).toEqual([
      '  route       Ingress shop/storefront, Native',
      '  decided by  CorsPolicy shop/storefront spec.allowOrigins[0]',
    ]);
    expect(stdout).toContain(
      '  preflight needed, status 204\n    access-control-allow-origin: https://www.example.com\n',
    );
  });
});

describe('explain -o table', () => {
  test('head, losses in words, entries in a table', async () => {
    const { stdout } = await runInProcess(['explain', '-f', QUICKSTART, 'ingress/catalog']);
    expect(stdout).toMatch(/^Ingress shop\/catalog {2}Native, CorsPolicy shop\/catalog\n/);
    expect(stdout).toMatch(/^FIELD +VALUE +FROM$/m);
    expect(stdout).toMatch(
      /^allowOrigins +https:\/\/\*\.partners\.example\.com +CorsPolicy shop\/catalog spec\.allowOrigins\[1\]$/m,
    );
  });
});
