import { describe, expect, test } from 'vitest';
import { expiryIssues, parseCorsException } from '../../src/model/cors-exception.ts';
import { ownObject } from '../support/own-objects.ts';

const SPEC = {
  guardrailRef: { name: 'org' },
  policyRefs: [{ namespace: 'shop', name: 'storefront' }],
  allowOrigins: ['https://partner.example'],
  expiresAt: '2026-03-31T00:00:00Z',
  owner: 'shop team',
  reason: 'a campaign of a partner',
};
const END = Date.parse(SPEC.expiresAt);
const DAY = 86_400_000;

describe('parseCorsException', () => {
  test('is cluster-scoped, and lists that are absent are empty', () => {
    const { ref, spec } = parseCorsException(ownObject('CorsException', SPEC));
    expect(ref).toEqual({ kind: 'CorsException', name: 'storefront' });
    expect(spec).toEqual({ ...SPEC, allowOriginRegexes: [], allowMethods: [], allowHeaders: [] });
  });
});

describe('expiryIssues', () => {
  const exception = parseCorsException(ownObject('CorsException', SPEC));

  test.each([
    { name: 'before its end', now: END - 1, reasons: [] },
    { name: 'at its end', now: END, reasons: ['ExceptionExpiry'] },
    { name: 'after its end', now: END + DAY, reasons: ['ExceptionExpiry'] },
    { name: '400 days ahead', now: END - 400 * DAY, reasons: [] },
    { name: 'over 400 days ahead', now: END - 400 * DAY - 1, reasons: ['ExceptionExpiry'] },
  ])('$name', ({ now, reasons }) => {
    expect(expiryIssues(exception, now).map(({ reason }) => reason)).toEqual(reasons);
  });

  test('an offset counts', () => {
    const shifted = parseCorsException(ownObject('CorsException', { ...SPEC, expiresAt: '2026-03-31T02:00:00+02:00' }));
    expect(expiryIssues(shifted, END - 1)).toEqual([]);
    expect(expiryIssues(shifted, END)).toMatchObject([
      { reason: 'ExceptionExpiry', path: 'spec.expiresAt', severity: 'error' },
    ]);
  });

  test('an invalid exception has no end', () => {
    expect(expiryIssues(parseCorsException(ownObject('CorsException', {})), END + DAY)).toEqual([]);
  });
});
