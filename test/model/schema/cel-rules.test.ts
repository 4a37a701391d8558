import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { structuralSchema } from '../../../scripts/reference/crd-schema.ts';
import { OWN_KINDS } from '../../../scripts/reference/own-kind.ts';
import { isForbiddenRequestHeaderName } from '../../../src/cors/header-name.ts';
import { parseCorsPolicy } from '../../../src/model/cors-policy.ts';
import { nearMiss, wellFormedOrigin } from '../../support/origins.ts';
import { type Schema, valueProblems, withDefaults } from '../../support/structural-schema.ts';
import { VALIDATION_CASES, type ValidationCase } from '../../support/validation-cases.ts';

const schemas = new Map<string, Schema>(OWN_KINDS.map(({ kind, spec }) => [kind, structuralSchema(spec)]));

function problemsOf(kind: string, spec: unknown): readonly string[] {
  const schema = schemas.get(kind);
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  return valueProblems(schema, withDefaults(schema, spec), 'spec');
}

function expected({ issues, apiServer }: ValidationCase): boolean {
  return apiServer !== 'Lax' && issues.some((issue) => !issue.includes('(W)'));
}

describe('what the API server refuses by itself', () => {
  test.each(VALIDATION_CASES)('$kind: $name', (row) => {
    const spec: unknown = row.spec === undefined ? undefined : JSON.parse(JSON.stringify(row.spec));
    expect(problemsOf(row.kind, spec).length > 0).toBe(expected(row));
  });

  test('is refused by our own validation too', () => {
    const entry = fc.oneof(wellFormedOrigin(), nearMiss(), fc.string(), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(entry, fc.boolean(), (origin, allowCredentials) => {
        const spec = { targetSelector: {}, allowOrigins: [origin], allowCredentials };
        const metadata = { name: 'a', namespace: 'b' };
        const { issues } = parseCorsPolicy({
          apiVersion: 'cors-operator.dev/v1alpha1',
          kind: 'CorsPolicy',
          metadata,
          spec,
        });
        const refused = issues.some(({ severity }) => severity === 'error');
        expect(refused || problemsOf('CorsPolicy', spec).length === 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('no request header that scripts may set, and every one that they may not', () => {
    const names = [
      'accept-charset',
      'connection',
      'content-length',
      'cookie',
      'date',
      'dnt',
      'expect',
      'host',
      'keep-alive',
    ];
    const more = [
      'origin',
      'referer',
      'te',
      'trailer',
      'transfer-encoding',
      'upgrade',
      'via',
      'sec-x',
      'proxy-x',
      'x-a',
      'accept',
    ];
    for (const name of [...names, ...more, 'cookie2', 'accept-encoding', 'access-control-request-method', 'section']) {
      const spec = { targetSelector: {}, allowOrigins: ['https://a.example'], allowHeaders: [name.toUpperCase()] };
      expect(problemsOf('CorsPolicy', spec).length > 0).toBe(isForbiddenRequestHeaderName(name));
    }
  });
});
