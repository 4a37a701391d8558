import { describe, expect, test } from 'vitest';
import { parseClusterCorsPolicy } from '../../../src/model/cluster-cors-policy.ts';
import { parseCorsException } from '../../../src/model/cors-exception.ts';
import { parseCorsPolicy } from '../../../src/model/cors-policy.ts';
import { VALIDATION_REASONS, type ValidationReason } from '../../../src/model/issue-reason.ts';
import type { OwnObject } from '../../../src/model/snapshot.ts';
import { VALIDATION_CASES, type ValidationCase } from '../../support/validation-cases.ts';

/** Found outside of one object's own fields. */
const ELSEWHERE: readonly ValidationReason[] = ['ExceptionExpiry', 'ExceedsGuardrail'];

function parse({ kind, spec }: ValidationCase): OwnObject<unknown> {
  const object = {
    apiVersion: 'cors-operator.dev/v1alpha1',
    kind,
    metadata: { name: 'storefront', namespace: 'shop' },
    // as JSON has it: without fields that are undefined
    ...(JSON.parse(JSON.stringify({ spec })) as { spec?: unknown }),
  };
  if (kind === 'CorsPolicy') return parseCorsPolicy(object);
  return kind === 'ClusterCorsPolicy' ? parseClusterCorsPolicy(object) : parseCorsException(object);
}

function textOf(own: OwnObject<unknown>): readonly string[] {
  return own.issues.map(({ reason, severity, path }) => `${reason}${severity === 'warning' ? '(W)' : ''} ${path}`);
}

describe('validation table', () => {
  test.each(VALIDATION_CASES)('$kind: $name', (row) => {
    const own = parse(row);
    expect(textOf(own)).toEqual(row.issues);
    expect(own.spec === undefined).toBe(row.issues.some((issue) => !issue.includes('(W)')));
  });

  test('every reason about the fields of one object is given by some row', () => {
    const given = new Set(VALIDATION_CASES.flatMap((row) => parse(row).issues.map(({ reason }) => reason)));
    expect(VALIDATION_REASONS.filter((reason) => !given.has(reason))).toEqual(
      VALIDATION_REASONS.filter((reason) => ELSEWHERE.includes(reason)),
    );
  });

  test('every issue names its object, says something, and quotes little', () => {
    for (const row of VALIDATION_CASES) {
      for (const { object, message } of parse(row).issues) {
        expect(object?.kind).toBe(row.kind);
        expect(message).toMatch(/^[ -~\u2026]{10,400}$/);
      }
    }
  });
});
