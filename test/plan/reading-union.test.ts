import { describe, expect, test } from 'vitest';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import { type Grant, grantOf } from '../../src/plan/containment.ts';
import type { Reading } from '../../src/plan/dialect.ts';
import { unionReading } from '../../src/plan/reading-union.ts';

const OFF: Reading = { kind: 'Off' };

function grant(
  fields: Partial<Policy> & { exact?: readonly string[]; any?: boolean },
  more: Partial<Grant> = {},
): Grant {
  const { exact = [], any = false, ...others } = fields;
  const origins: OriginSet = { any, exact, wildcards: [], regexes: [] };
  const lists = { allowMethods: [], allowHeaders: [], exposeHeaders: [] };
  return { ...grantOf({ origins, ...lists, allowCredentials: false, ...others }), ...more };
}

describe('unionReading', () => {
  test('of nothing, and of what is off, is off', () => {
    expect(unionReading([])).toEqual(OFF);
    expect(unionReading([OFF, OFF])).toEqual(OFF);
  });

  test('one grant beside what is off is that grant', () => {
    const one = grant({ exact: ['https://a.com'] });
    expect(unionReading([OFF, one, OFF])).toEqual(one);
  });

  test('invalid as soon as one is', () => {
    const broken: Reading = { kind: 'Invalid', message: 'broken' };
    expect(unionReading([grant({ exact: ['https://a.com'] }), broken])).toEqual(broken);
  });

  test('grants everything that any of them grants', () => {
    const union = unionReading([
      grant({ exact: ['https://b.com'], allowMethods: ['PUT'], allowCredentials: true, maxAge: 0 }),
      grant(
        { exact: ['https://a.com'], allowHeaders: ['X-A'], exposeHeaders: ['X-E'], maxAge: 60 },
        { nullOrigin: true },
      ),
    ]);
    expect(union).toEqual({
      kind: 'On',
      policy: {
        origins: { any: false, exact: ['https://a.com', 'https://b.com'], wildcards: [], regexes: [] },
        allowMethods: ['PUT'],
        allowHeaders: ['X-A'],
        exposeHeaders: ['X-E'],
        allowCredentials: true,
        maxAge: 60,
      },
      anyOrigin: 'No',
      nullOrigin: true,
    });
  });

  test('credentials without origins count beside origins, and alone are nothing', () => {
    const credentials = grant({ allowCredentials: true });
    expect(unionReading([credentials])).toEqual(OFF);
    expect(unionReading([credentials, grant({ exact: ['https://a.com'] })])).toMatchObject({
      policy: { allowCredentials: true },
    });
  });

  test('a star beside credentials for others counts as an echo with credentials', () => {
    const union = unionReading([grant({ any: true }), grant({ exact: ['https://a.com'], allowCredentials: true })]);
    expect(union).toMatchObject({ anyOrigin: 'Echo', policy: { allowCredentials: true } });
  });
});
