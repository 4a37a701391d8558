import { describe, expect, it } from 'vitest';
import type { Issue } from '../../../src/model/issue.ts';
import { errorKeys, inputErrors } from '../../../src/modes/standalone/input-errors.ts';

const policy = { kind: 'CorsPolicy', namespace: 'shop', name: 'web' };

function issue(fields: Partial<Issue>): Issue {
  return {
    severity: 'error',
    reason: 'OriginPath',
    path: 'spec.allowOrigins[0]',
    message: 'm',
    object: policy,
    ...fields,
  };
}

describe('inputErrors', () => {
  it.each([
    'YamlSyntax',
    'FileUnreadable',
    'ObjectShape',
    'OriginPath',
    'RegexSyntax',
    'FieldUnknown',
    'LineInvalid',
    'NotFound',
  ] as const)('inputErrors: an error %s makes a change wrong', (reason) => {
    expect(inputErrors([issue({ reason })])).toHaveLength(1);
  });

  it.each([
    'ExceedsGuardrail',
    'ExceptionExpiry',
    'Conflicted',
    'WildcardDepth',
    'NoOrigins',
    'TargetNotFound',
  ] as const)('inputErrors: %s may follow from a right change', (reason) => {
    expect(inputErrors([issue({ reason })])).toEqual([]);
  });

  it.each(['warning', 'info'] as const)('inputErrors: a %s never makes a change wrong', (severity) => {
    expect(inputErrors([issue({ severity })])).toEqual([]);
  });
});

describe('errorKeys', () => {
  it('errorKeys: an object counts once, wherever in it its errors are', () => {
    const errors = [issue({}), issue({ path: 'spec.maxAge', reason: 'MaxAgeRange', source: 'a.yaml:9' })];
    expect(errorKeys(errors)).toEqual(errorKeys([issue({ source: 'a.yaml:100' })]));
  });

  it('errorKeys: a file counts by how many errors it has, not by their lines', () => {
    const { object: _object, ...broken } = issue({ reason: 'YamlSyntax', source: 'a.yaml:3' });
    const moved = { ...broken, source: 'a.yaml:30' };
    expect(errorKeys([broken])).toEqual(errorKeys([moved]));
    expect(errorKeys([broken, moved])).toHaveLength(2);
  });

  it('errorKeys: cluster-scoped and namespaced objects of one name differ', () => {
    const cluster = { kind: 'CorsPolicy', name: 'web' };
    expect(errorKeys([issue({}), issue({ object: cluster })])).toHaveLength(2);
  });
});
