import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterViolations, isWrittenOrigin } from '../../../../src/plan/dialects/gateway-api/filter-grammar.ts';

/** The pattern of CORSOrigin in Gateway API 1.6, letter by letter. */
const PATTERN = /(^\*$)|(^(http(s)?):\/\/(((\*\.)?([a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+|\*)(:([0-9]{1,5}))?)$)/;

function violations(cors: unknown): readonly string[] {
  return filterViolations({ type: 'CORS', cors });
}

const GOOD = { allowOrigins: ['https://a.com'], maxAge: 5 };

describe('isWrittenOrigin', () => {
  test('takes nothing that the API server would refuse', () => {
    const pieces = ['https', 'http', '://', '*.', '*', 'a', 'Z', '0', '.', '-', '_', ':80', ':', '/', '[::1]', '\n'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        if (isWrittenOrigin(text)) expect(PATTERN.test(text) && text.length <= 253).toBe(true);
        else if (PATTERN.test(text)) expect(text).toMatch(/^\*$|:\/\/\*(?::|$)/);
      }),
      { numRuns: 2000 },
    );
  });

  test.each(['https://a.com', 'http://localhost:3000', 'https://*.a.com', 'https://10.0.0.1', 'https://com'])(
    'takes %s',
    (text) => {
      expect(isWrittenOrigin(text)).toBe(true);
    },
  );

  test.each([
    'null',
    'https://a_b.com',
    'https://a.com.',
    'http://[::1]',
    'app://a',
    'https://a.com/',
    'https://*',
    'https://a.*.com',
    `https://${'a'.repeat(250)}`,
  ])('does not take %s', (text) => {
    expect(isWrittenOrigin(text)).toBe(false);
  });
});

describe('filterViolations', () => {
  test.each([
    { name: 'the least', cors: GOOD },
    { name: 'everyone', cors: { allowOrigins: ['*'], maxAge: 1 } },
    {
      name: 'all there is',
      cors: {
        ...GOOD,
        allowCredentials: true,
        allowMethods: ['*'],
        allowHeaders: ['*'],
        exposeHeaders: ['X-A'],
        maxAge: 86_400,
      },
    },
  ])('none: $name', ({ cors }) => {
    expect(violations(cors)).toEqual([]);
  });

  test.each([
    { name: 'no origin', cors: { ...GOOD, allowOrigins: [] } },
    { name: 'a star beside others', cors: { ...GOOD, allowOrigins: ['*', 'https://a.com'] } },
    { name: 'an origin twice', cors: { ...GOOD, allowOrigins: ['https://a.com', 'https://a.com'] } },
    {
      name: '65 origins',
      cors: { ...GOOD, allowOrigins: Array.from({ length: 65 }, (_, index) => `https://a${index}.com`) },
    },
    { name: 'everyone with credentials', cors: { ...GOOD, allowOrigins: ['*'], allowCredentials: true } },
    { name: 'credentials that are false', cors: { ...GOOD, allowCredentials: false } },
    { name: 'a method that is not listed', cors: { ...GOOD, allowMethods: ['PURGE'] } },
    { name: 'a star beside methods', cors: { ...GOOD, allowMethods: ['*', 'PUT'] } },
    { name: 'an empty list', cors: { ...GOOD, allowHeaders: [] } },
    { name: 'a header that is none', cors: { ...GOOD, allowHeaders: ['X A'] } },
    { name: '65 headers', cors: { ...GOOD, exposeHeaders: Array.from({ length: 65 }, (_, index) => `X-${index}`) } },
    { name: 'no time', cors: { ...GOOD, maxAge: undefined } },
    { name: 'the time 0', cors: { ...GOOD, maxAge: 0 } },
    { name: 'no fields', cors: undefined },
  ])('some: $name', ({ cors }) => {
    expect(violations(cors).length).toBeGreaterThan(0);
  });
});
