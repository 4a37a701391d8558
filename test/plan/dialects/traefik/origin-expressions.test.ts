import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { isWildcard } from '../../../../src/cors/origin-pattern.ts';
import { compileRegex } from '../../../../src/cors/regex.ts';
import { readExpression, writeRegex, writeWildcard } from '../../../../src/plan/dialects/traefik/origin-expressions.ts';
import { naiveIsOrigin, naiveMatch } from '../../../cors/naive-matcher.ts';
import { originsAround, originValue, REGEXES, wildcard } from '../../../support/origins.ts';

/** As the controller matches: anywhere in the text. */
function finds(expression: string, text: string): boolean {
  return RE2JS.compile(expression).matcher(text).find();
}

function written(source: string): string | undefined {
  const result = writeRegex(source);
  return result.ok ? result.expression : undefined;
}

describe('writeWildcard', () => {
  test('finds the origins that the wildcard covers, and no other that a browser can send', () => {
    fc.assert(
      fc.property(
        wildcard()
          .filter(isWildcard)
          .chain((each) =>
            fc.tuple(fc.constant(each), originsAround({ any: false, exact: [], wildcards: [each], regexes: [] })),
          ),
        ([each, origin]) => {
          if (!naiveIsOrigin(origin)) return;
          const expected = naiveMatch({ any: false, exact: [], wildcards: [each], regexes: [] }, origin);
          expect(finds(writeWildcard(each), origin), origin).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('is read back as the wildcard', () => {
    fc.assert(
      fc.property(wildcard().filter(isWildcard), (each) => {
        expect(readExpression(writeWildcard(each))).toEqual({ wildcard: { ...each } });
      }),
    );
  });
});

describe('writeRegex', () => {
  test('finds an origin where the regex matches all of it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...REGEXES), originValue(), (source, origin) => {
        const expression = written(source);
        if (expression === undefined || !naiveIsOrigin(origin)) return;
        expect(finds(expression, origin)).toBe(
          naiveMatch({ any: false, exact: [], wildcards: [], regexes: [source] }, origin),
        );
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    {
      name: 'alternatives stay inside',
      source: 'https://a\\.com|https://b\\.com',
      text: 'https://a.com.evil.example',
      expected: false,
    },
    { name: 'anchors inside do no harm', source: '^https://a\\.com$', text: 'https://a.com', expected: true },
    { name: 'flags stay inside', source: '(?i)https://a\\.com', text: 'HTTPS://A.COM', expected: true },
  ])('$name', ({ source, text, expected }) => {
    expect(finds(written(source) ?? '', text)).toBe(expected);
  });

  test.each([
    { name: 'a quotation that would swallow the bracket', source: 'https://\\Qa.b' },
    { name: 'a quotation that is closed', source: 'https://\\Qa.b\\E\\.com' },
    { name: 'Unicode tables', source: 'https://\\p{L}+\\.com' },
    { name: 'a named group', source: 'https://(?<name>a)\\.com' },
    { name: 'what matches null', source: '.*' },
    { name: 'what may match null', source: '(https://a\\.com|null)' },
    { name: 'what does not compile', source: 'https://(a' },
    { name: 'brackets that close the group', source: 'a)|(b' },
  ])('refused: $name', ({ source }) => {
    expect(writeRegex(source).ok).toBe(false);
  });

  test('an escaped backslash before a p or a Q is none of these', () => {
    expect(written('https://a\\\\p')).toBe('^(?:https://a\\\\p)$');
    expect(written('https://a\\\\Q')).toBe('^(?:https://a\\\\Q)$');
  });
});

describe('readExpression', () => {
  test('an expression of ours is unwrapped, any other may match anywhere', () => {
    expect(readExpression('^(?:https://[a-z]+)$')).toEqual({ regex: 'https://[a-z]+' });
    expect(readExpression('^https://a$')).toEqual({ regex: '.*(?:^https://a$).*' });
    expect(readExpression('^(?:a)|(?:b)$')).toEqual({ regex: '.*(?:^(?:a)|(?:b)$).*' });
  });

  test('what is read matches all of an origin exactly where the expression finds something', () => {
    const sources = [...REGEXES, '^(?:a)|(?:b)$', 'example', '^https', 'com$', '^(?:https://[a-z.]+)$'];
    fc.assert(
      fc.property(fc.constantFrom(...sources), originValue(), (source, origin) => {
        if (!compileRegex(source).ok || /[\r\n]/.test(origin)) return;
        const reading = readExpression(source);
        if ('wildcard' in reading || !compileRegex(reading.regex).ok) return;
        expect(RE2JS.compile(reading.regex).matches(origin)).toBe(finds(source, origin));
      }),
      { numRuns: 1000 },
    );
  });
});
