import { describe, expect, test } from 'vitest';
import { apiFailure } from '../../src/apply/api-failure.ts';
import { KubeError, type KubeErrorReason, type StatusCause } from '../../src/kube/kube-error.ts';

function error(reason: KubeErrorReason, message: string, causes: readonly StatusCause[] = []): KubeError {
  return new KubeError(reason, message, { status: 400, body: { reason, message, code: 400, name: '', causes } });
}

function cause(field: string, reason = 'FieldValueInvalid'): readonly StatusCause[] {
  return [{ field, reason, message: '' }];
}

const FAILED_TEST = 'the server rejected our request due to an error in our request';

describe('apiFailure', () => {
  test.each([
    { name: 'not there', failed: error('NotFound', 'ingresses "web" not found'), kind: 'Gone' },
    { name: 'another revision, or another owner', failed: error('Conflict', 'modified'), kind: 'Stale' },
    { name: 'made by somebody meanwhile', failed: error('AlreadyExists', 'exists'), kind: 'Stale' },
    { name: 'another uid', failed: error('Invalid', 'immutable', cause('metadata.uid')), kind: 'Stale' },
    { name: 'a test of a JSON patch', failed: error('Invalid', FAILED_TEST), kind: 'Stale' },
    { name: 'validation', failed: error('Invalid', 'invalid', cause('spec.rules')), kind: 'Refused' },
    {
      name: 'annotations that are too long',
      failed: error('Invalid', 'long', cause('metadata.annotations', 'FieldValueTooLong')),
      kind: 'TooLong',
    },
    {
      name: 'another annotation problem',
      failed: error('Invalid', 'bad', cause('metadata.annotations')),
      kind: 'Refused',
    },
    { name: 'RBAC or a policy', failed: error('Forbidden', 'denied'), kind: 'Refused' },
    { name: 'a webhook', failed: error('BadRequest', 'denied the request'), kind: 'Refused' },
    { name: 'too large a body', failed: error('TooLarge', 'large'), kind: 'Refused' },
    { name: 'a webhook that is away', failed: error('InternalError', 'failed calling webhook'), kind: 'Failed' },
    { name: 'a server that is away', failed: new KubeError('Unreachable', 'refused'), kind: 'Failed' },
    { name: 'credentials that cannot be got', failed: new KubeError('NoAccess', 'no token'), kind: 'Failed' },
    { name: 'ended by us', failed: new KubeError('Aborted', 'closed'), kind: 'Failed' },
  ])('$name: $kind', ({ failed, kind }) => {
    expect(apiFailure(failed).kind).toBe(kind);
  });

  test('what the server asks to wait is passed on', () => {
    expect(apiFailure(new KubeError('TooManyRequests', 'later', { retryAfter: 3 }))).toEqual({
      kind: 'Failed',
      message: 'later',
      retryAfter: 3,
    });
  });

  test('somebody else’s message is passed on in bounds', () => {
    const failed = apiFailure(error('Forbidden', 'x'.repeat(100_000)));
    expect(failed.kind === 'Refused' && failed.message.length).toBe(1000);
  });

  test('a mistake of ours is not taken for an answer', () => {
    expect(() => apiFailure(new TypeError('undefined is no function'))).toThrow(TypeError);
  });
});
