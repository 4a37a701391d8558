import { describe, expect, it } from 'vitest';
import type { KubeErrorReason } from '../../src/kube/kube-error.ts';
import { statusError } from '../../src/kube/status-error.ts';

function status(code: number, reason: string): unknown {
  return { kind: 'Status', code, reason, message: 'because' };
}

const rows: readonly { name: string; code: number; reason: string; expected: KubeErrorReason }[] = [
  { name: 'not found', code: 404, reason: 'NotFound', expected: 'NotFound' },
  { name: '409 of an update', code: 409, reason: 'Conflict', expected: 'Conflict' },
  { name: '409 of a creation', code: 409, reason: 'AlreadyExists', expected: 'AlreadyExists' },
  { name: 'Gone', code: 410, reason: 'Gone', expected: 'Expired' },
  { name: 'Expired', code: 410, reason: 'Expired', expected: 'Expired' },
  { name: 'Invalid', code: 422, reason: 'Invalid', expected: 'Invalid' },
  { name: 'ServerTimeout has the status of another', code: 500, reason: 'ServerTimeout', expected: 'Timeout' },
  { name: 'too many requests', code: 429, reason: 'TooManyRequests', expected: 'TooManyRequests' },
  { name: 'no reason: 401', code: 401, reason: '', expected: 'Unauthorized' },
  { name: 'no reason: 502', code: 502, reason: '', expected: 'Unavailable' },
  { name: 'no reason: 504', code: 504, reason: '', expected: 'Timeout' },
  { name: 'unknown 4xx', code: 418, reason: 'Teapot', expected: 'BadRequest' },
  { name: 'unknown 5xx', code: 599, reason: '', expected: 'InternalError' },
  { name: 'redirect', code: 302, reason: '', expected: 'BadAnswer' },
];

describe('statusError', () => {
  it.each(rows)('statusError: $name', ({ code, reason, expected }) => {
    const error = statusError({ status: code, body: status(code, reason) }, 'GET /x');
    expect([error.reason, error.status]).toEqual([expected, code]);
    expect(error.message).toContain('GET /x');
    expect(error.message).toContain('because');
  });

  it('statusError: causes of an apply conflict are kept', () => {
    const cause = { reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.metadata.labels.a' };
    const error = statusError(
      { status: 409, body: { reason: 'Conflict', details: { name: 'web', causes: [cause] } } },
      'PATCH /x',
    );
    expect(error.body).toMatchObject({ name: 'web', causes: [cause] });
  });

  it('statusError: Retry-After of the header wins over that of the body', () => {
    const body = { reason: 'TooManyRequests', details: { retryAfterSeconds: 3 } };
    expect(statusError({ status: 429, body }, 'GET /x').retryAfter).toBe(3);
    expect(statusError({ status: 429, body, retryAfter: 9 }, 'GET /x').retryAfter).toBe(9);
  });

  it('statusError: texts and causes are bounded', () => {
    const causes = Array.from({ length: 1000 }, () => ({ message: 'm'.repeat(100_000) }));
    const error = statusError({ status: 422, body: { message: 'x'.repeat(1_000_000), details: { causes } } }, 'PUT /x');
    expect(error.message.length).toBeLessThan(5000);
    expect(error.body?.causes).toHaveLength(100);
    expect(error.body?.causes[0]?.message.length).toBeLessThan(5000);
  });

  it.each([
    { name: 'text', body: '404 page not found\n' },
    { name: 'nothing', body: undefined },
    { name: 'null', body: null },
    { name: 'a list', body: [1] },
    { name: 'wrong types', body: { reason: 1, message: {}, details: { causes: 'x', retryAfterSeconds: '3' } } },
    { name: 'names of the prototype', body: { reason: 'constructor', message: 'toString' } },
  ])('statusError: a body that is no Status is no obstacle: $name', ({ body }) => {
    const error = statusError({ status: 404, body }, 'GET /x');
    expect([error.reason, error.retry, error.retryAfter]).toEqual(['NotFound', 'Later', undefined]);
  });
});
