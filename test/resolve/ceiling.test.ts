import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY_STEPS } from '../../src/analysis/origin-containment.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { isOrigin } from '../../src/cors/origin.ts';
import { isWildcard, parseOriginPattern, printWildcard, type Wildcard } from '../../src/cors/origin-pattern.ts';
import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import { confine as confineWithin } from '../../src/resolve/ceiling.ts';
import { ceilingExcess } from '../../src/resolve/ceiling-excess.ts';
import type { Ceiling, Confinement, RequestedPolicy } from '../../src/resolve/confinement.ts';
import { compileOriginCeiling, widenOriginCeiling } from '../../src/resolve/origin-ceiling.ts';
import { originSet } from '../../src/resolve/origin-entries.ts';
import type { OriginSpan } from '../../src/resolve/resolution.ts';
import { originSet as anyOriginSet, originsAround } from '../support/origins.ts';

const guardrail = { kind: 'ClusterCorsPolicy', name: 'org' };
const policy = { kind: 'CorsPolicy', namespace: 'shop', name: 'web' };

/** Entries as users write them; `/…/` is a regex, `single` makes wildcards stand for one label. */
function originsOf(entries: readonly string[], depth: Wildcard['depth'] = 'Any'): OriginSet {
  const patterns = entries.filter((each) => !each.startsWith('/')).map((each) => parseOriginPattern(each, depth));
  return {
    any: patterns.some((pattern) => pattern?.kind === 'any'),
    exact: patterns.flatMap((pattern) => (pattern?.kind === 'exact' ? [pattern.origin] : [])),
    wildcards: patterns.flatMap((pattern) => (pattern?.kind === 'wildcard' ? [pattern.wildcard] : [])),
    regexes: entries.filter((each) => each.startsWith('/')).map((each) => each.slice(1, -1)),
  };
}

function spans(count: number, path: string): readonly OriginSpan[] {
  const positions = Array.from({ length: count }, (_, index) => index);
  return count === 0 ? [] : [{ first: 0, count, from: policy, path, positions, unit: 'index' }];
}

function request(origins: OriginSet, fields: Partial<Omit<Policy, 'origins'>> = {}): RequestedPolicy {
  const path = 'spec.allowOrigins';
  return {
    policy,
    path: 'spec',
    origins: {
      any: spans(origins.any ? 1 : 0, path),
      exact: { list: origins.exact, spans: spans(origins.exact.length, path) },
      wildcards: { list: origins.wildcards, spans: spans(origins.wildcards.length, path) },
      regexes: { list: origins.regexes, spans: spans(origins.regexes.length, 'spec.allowOriginRegexes') },
    },
    fields: { allowMethods: [], allowHeaders: [], exposeHeaders: [], allowCredentials: false, ...fields },
  };
}

function ceiling(origins: OriginSet | undefined, fields: Partial<Ceiling> = {}): Ceiling {
  return {
    policy: guardrail,
    enforcement: 'Enforce',
    origins: compileOriginCeiling(origins),
    allowCredentials: true,
    ...fields,
  };
}

function entryTexts({ confined }: Confinement): readonly string[] {
  const { any, exact, wildcards, regexes } = originSet(confined.origins);
  const texts = wildcards.map((each) => `${printWildcard(each)}${each.depth === 'Single' ? ' single' : ''}`);
  return [...(any ? ['*'] : []), ...exact, ...texts, ...regexes.map((each) => `/${each}/`)];
}

type Row = {
  readonly name: string;
  readonly asked: readonly string[];
  readonly askedDepth?: Wildcard['depth'];
  readonly ceiling: readonly string[] | undefined;
  readonly ceilingDepth?: Wildcard['depth'];
  readonly left: readonly string[];
};

const shop = 'https://*.shop.example.com';
const rows: readonly Row[] = [
  {
    name: 'an exact entry that the ceiling names',
    asked: ['https://a.example'],
    ceiling: ['https://a.example'],
    left: ['https://a.example'],
  },
  {
    name: 'an exact entry inside a wildcard',
    asked: ['https://a.shop.example.com'],
    ceiling: [shop],
    left: ['https://a.shop.example.com'],
  },
  {
    name: 'an exact entry inside a regex',
    asked: ['https://a1.example'],
    ceiling: ['/https://a[0-9]\\.example/'],
    left: ['https://a1.example'],
  },
  { name: 'an exact entry outside', asked: ['https://evil-example.com'], ceiling: ['https://*.example.com'], left: [] },
  { name: 'a wildcard that the ceiling names', asked: [shop], ceiling: [shop], left: [shop] },
  { name: 'a wildcard below a wildcard', asked: [shop], ceiling: ['https://*.example.com'], left: [shop] },
  {
    name: 'a wildcard of one label below the same of any',
    asked: [shop],
    askedDepth: 'Single',
    ceiling: [shop],
    left: [`${shop} single`],
  },
  {
    name: 'a wildcard of any depth becomes the single one inside it',
    asked: [shop],
    ceiling: [shop],
    ceilingDepth: 'Single',
    left: [`${shop} single`],
  },
  {
    name: 'a wildcard below a single one of a shorter base is outside',
    asked: [shop],
    ceiling: ['https://*.example.com'],
    ceilingDepth: 'Single',
    left: [],
  },
  {
    name: 'a wider wildcard becomes the narrower one',
    asked: ['https://*.example.com'],
    ceiling: [shop],
    left: [shop],
  },
  {
    name: 'a wider wildcard becomes every entry of the ceiling inside it',
    asked: ['https://*.example.com'],
    ceiling: ['https://a.example.com', 'https://other.org', shop, 'http://b.example.com', 'https://c.example.com:8443'],
    left: ['https://a.example.com', shop],
  },
  {
    name: 'a wildcard of another scheme',
    asked: ['http://*.example.com'],
    ceiling: ['https://*.example.com'],
    left: [],
  },
  {
    name: 'a wildcard of another port',
    asked: ['https://*.example.com:8443'],
    ceiling: ['https://*.example.com'],
    left: [],
  },
  {
    name: 'a base that only ends alike',
    asked: ['https://*.evil-example.com'],
    ceiling: ['https://*.example.com'],
    left: [],
  },
  {
    name: 'a wildcard inside a regex',
    asked: [shop],
    ceiling: ['/https://.*\\.example\\.com/'],
    left: [shop],
  },
  {
    name: 'the same regex',
    asked: ['/https://a+\\.example/'],
    ceiling: ['/https://a+\\.example/'],
    left: ['/https://a+\\.example/'],
  },
  {
    name: 'a regex inside another one',
    asked: ['/https://a+\\.example/'],
    ceiling: ['/https://[ab]+\\.example/'],
    left: ['/https://a+\\.example/'],
  },
  {
    name: 'a regex partly outside',
    asked: ['/https://[ab]+\\.example/'],
    ceiling: ['/https://a+\\.example/'],
    left: [],
  },
  {
    name: '* becomes exact and wildcard entries, never regexes',
    asked: ['*'],
    ceiling: ['https://a.example', shop, '/https://b\\.example/'],
    left: ['https://a.example', shop],
  },
  {
    name: '* below a ceiling of regexes keeps exact entries beside it',
    asked: ['*', 'https://b.example'],
    ceiling: ['/https://b\\.example/'],
    left: ['https://b.example'],
  },
  { name: '* below *', asked: ['*'], ceiling: ['*'], left: ['*'] },
  { name: '* below a ceiling that names no origins', asked: ['*'], ceiling: undefined, left: [] },
  { name: '* below a ceiling that names none of them', asked: ['*'], ceiling: [], left: [] },
  {
    name: 'a ceiling that names no origins leaves everything but *',
    asked: ['https://a.example', shop, '/https://b\\.example/'],
    ceiling: undefined,
    left: ['https://a.example', shop, '/https://b\\.example/'],
  },
  {
    name: 'a ceiling of * leaves everything',
    asked: ['https://a.example', shop, '/https://b\\.example/'],
    ceiling: ['*'],
    left: ['https://a.example', shop, '/https://b\\.example/'],
  },
];

/** Whether an origin is one of those that a cut entry stands for, whatever its depth. */
function isMember({ entry, field }: Confinement['cuts'][number], origin: string): boolean {
  const written = field === 'allowOriginRegexes' ? `/${entry}/` : entry;
  return (['Any', 'Single'] as const).some((depth) => matchOrigin(compileMatcher(originsOf([written], depth)), origin));
}

function confine(asked: RequestedPolicy, limit: Ceiling): Confinement {
  return confineWithin(asked, limit, { left: POLICY_STEPS });
}

describe('confine: origins', () => {
  test.each(rows)('$name', ({ asked, askedDepth, ceiling: allowed, ceilingDepth, left }) => {
    const limit = ceiling(allowed === undefined ? undefined : originsOf(allowed, ceilingDepth));
    const confinement = confine(request(originsOf(asked, askedDepth)), limit);
    expect(entryTexts(confinement)).toEqual(left);
    expect(confinement.cutCount > 0).toBe(
      JSON.stringify(left) !== JSON.stringify(entryTexts(confineByNothing(asked, askedDepth))),
    );
  });

  test('a cut names the entry, the guardrail, its place, a witness and what takes its place', () => {
    const { cuts } = confine(
      request(originsOf(['https://a.example', 'https://*.example.com'])),
      ceiling(originsOf([shop])),
    );
    expect(cuts).toEqual([
      {
        field: 'allowOrigins',
        entry: 'https://a.example',
        place: { from: policy, path: 'spec.allowOrigins[0]' },
        guardrail: { name: 'org', path: 'spec.guardrail.allowOrigins', enforcement: 'Enforce' },
        witness: 'https://a.example',
        replacedBy: [],
      },
      {
        field: 'allowOrigins',
        entry: 'https://*.example.com',
        place: { from: policy, path: 'spec.allowOrigins[0]' },
        guardrail: { name: 'org', path: 'spec.guardrail.allowOrigins', enforcement: 'Enforce' },
        witness: 'https://www.example.com',
        replacedBy: [shop],
      },
    ]);
  });

  test('of a million cuts only the first are kept, and all are counted', () => {
    const exact = Array.from({ length: 100_000 }, (_, index) => `https://app-${index}.example`);
    const { cuts, cutCount } = confine(request({ ...originsOf([]), exact }), ceiling(originsOf(['https://a.example'])));
    expect(cuts.length).toBeLessThanOrEqual(100);
    expect(cutCount).toBe(100_000);
  });

  test('below a guardrail that does not parse nothing is left', () => {
    const broken = { ...ceiling(undefined), origins: { kind: 'Nothing' as const } };
    expect(entryTexts(confine(request(originsOf(['*', 'https://a.example'])), broken))).toEqual([]);
  });
});

function confineByNothing(asked: readonly string[], depth: Wildcard['depth'] | undefined): Confinement {
  return confine(request(originsOf(asked, depth)), ceiling(originsOf(['*'])));
}

describe('confine: other fields', () => {
  type Fields = Partial<Omit<Policy, 'origins'>>;
  const fieldRows: readonly { name: string; asked: Fields; limit: Partial<Ceiling>; left: Fields; cuts: number }[] = [
    {
      name: 'methods: intersection',
      asked: { allowMethods: ['PUT', 'DELETE'] },
      limit: { allowMethods: ['PUT'] },
      left: { allowMethods: ['PUT'] },
      cuts: 1,
    },
    {
      name: 'methods: absent confines nothing',
      asked: { allowMethods: ['PUT', '*'] },
      limit: {},
      left: { allowMethods: ['PUT', '*'] },
      cuts: 0,
    },
    {
      name: 'methods: an empty ceiling leaves none',
      asked: { allowMethods: ['PUT'] },
      limit: { allowMethods: [] },
      left: { allowMethods: [] },
      cuts: 1,
    },
    {
      name: 'methods: * meets a list as the list',
      asked: { allowMethods: ['*'] },
      limit: { allowMethods: ['PUT', 'PATCH'] },
      left: { allowMethods: ['PUT', 'PATCH'] },
      cuts: 1,
    },
    {
      name: 'methods: a list meets * as the list',
      asked: { allowMethods: ['PUT'] },
      limit: { allowMethods: ['*'] },
      left: { allowMethods: ['PUT'] },
      cuts: 0,
    },
    {
      name: 'methods: * meets *',
      asked: { allowMethods: ['*'] },
      limit: { allowMethods: ['*'] },
      left: { allowMethods: ['*'] },
      cuts: 0,
    },
    {
      name: 'methods: those that are always allowed stay',
      asked: { allowMethods: ['GET', 'PUT'] },
      limit: { allowMethods: ['PUT'] },
      left: { allowMethods: ['GET', 'PUT'] },
      cuts: 0,
    },
    {
      name: 'methods: another case is another method',
      asked: { allowMethods: ['patch'] },
      limit: { allowMethods: ['PATCH'] },
      left: { allowMethods: [] },
      cuts: 1,
    },
    {
      name: 'headers: compared without case',
      asked: { allowHeaders: ['X-A', 'x-b'] },
      limit: { allowHeaders: ['x-a'] },
      left: { allowHeaders: ['X-A'] },
      cuts: 1,
    },
    {
      name: 'headers: an anonymous * does not gain Authorization',
      asked: { allowHeaders: ['*'] },
      limit: { allowHeaders: ['X-A', 'Authorization'] },
      left: { allowHeaders: ['X-A'] },
      cuts: 1,
    },
    {
      name: 'headers: Authorization beside * stays',
      asked: { allowHeaders: ['*', 'authorization'] },
      limit: { allowHeaders: ['X-A', 'Authorization'] },
      left: { allowHeaders: ['X-A', 'Authorization'] },
      cuts: 1,
    },
    {
      name: 'headers: * with credentials covers Authorization',
      asked: { allowHeaders: ['*'], allowCredentials: true },
      limit: { allowHeaders: ['Authorization'] },
      left: { allowHeaders: ['Authorization'] },
      cuts: 1,
    },
    {
      name: 'expose: intersection',
      asked: { exposeHeaders: ['X-A', 'X-B'] },
      limit: { exposeHeaders: ['x-b'] },
      left: { exposeHeaders: ['X-B'] },
      cuts: 1,
    },
    {
      name: 'credentials: both have to',
      asked: { allowCredentials: true },
      limit: { allowCredentials: false },
      left: { allowCredentials: false },
      cuts: 1,
    },
    {
      name: 'credentials: not asked for',
      asked: {},
      limit: { allowCredentials: false },
      left: { allowCredentials: false },
      cuts: 0,
    },
    { name: 'maxAge: the lower', asked: { maxAge: 600 }, limit: { maxAge: 60 }, left: { maxAge: 60 }, cuts: 1 },
    { name: 'maxAge: already lower', asked: { maxAge: 0 }, limit: { maxAge: 60 }, left: { maxAge: 0 }, cuts: 0 },
    {
      name: 'maxAge: absent is what browsers assume, silently confined',
      asked: {},
      limit: { maxAge: 0 },
      left: { maxAge: 0 },
      cuts: 0,
    },
    { name: 'maxAge: absent stays absent below a higher one', asked: {}, limit: { maxAge: 60 }, left: {}, cuts: 0 },
  ];
  test.each(fieldRows)('$name', ({ asked, limit, left, cuts }) => {
    const confinement = confine(request(originsOf([]), asked), ceiling(undefined, limit));
    expect(confinement.confined.fields).toEqual({ ...request(originsOf([]), asked).fields, ...left });
    expect(confinement.cutCount).toBe(cuts);
  });
});

describe('confine: laws', () => {
  test('no origin passes that the policy or the ceiling refuses', () => {
    fc.assert(
      fc.property(cases, ({ asked, allowed, origins }) => {
        const left = compileMatcher(originSet(confine(request(asked), ceiling(allowed)).confined.origins));
        for (const origin of origins.filter((each) => matchOrigin(left, each))) {
          expect(matchOrigin(compileMatcher(asked), origin)).toBe(true);
          expect(matchOrigin(compileMatcher(allowed), origin)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('of exact and wildcard entries nothing is lost that both allow', () => {
    const noRegex = (origins: OriginSet): OriginSet => ({ ...origins, regexes: [] });
    fc.assert(
      fc.property(cases, ({ asked, allowed, origins }) => {
        const [policyOrigins, limit] = [noRegex(asked), noRegex(allowed)];
        const left = compileMatcher(originSet(confine(request(policyOrigins), ceiling(limit)).confined.origins));
        for (const origin of origins) {
          const both = matchOrigin(compileMatcher(policyOrigins), origin) && matchOrigin(compileMatcher(limit), origin);
          expect(matchOrigin(left, origin)).toBe(both);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a witness lies inside the entry and outside the ceiling', () => {
    fc.assert(
      fc.property(cases, ({ asked, allowed }) => {
        const limit = ceiling(allowed);
        for (const cut of confine(request(asked), limit).cuts) {
          if (cut.witness === undefined) continue;
          expect(matchOrigin(compileMatcher(allowed), cut.witness)).toBe(false);
          expect(isMember(cut, cut.witness)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('what is confined once is not cut again', () => {
    fc.assert(
      fc.property(cases, ({ asked, allowed }) => {
        const limit = ceiling(allowed);
        expect(confine(confine(request(asked), limit).confined, limit).cutCount).toBe(0);
      }),
    );
  });
});

describe('confine: laws of a ceiling that an exception made wider', () => {
  const widened = (allowed: OriginSet, exceptional: OriginSet): Ceiling => ({
    ...ceiling(undefined),
    origins: widenOriginCeiling(compileOriginCeiling(allowed), exceptional),
  });

  test('no origin passes that the policy refuses, or both the guardrail and the exception', () => {
    fc.assert(
      fc.property(exceptionalCases, ({ asked, allowed, exceptional, origins }) => {
        const left = compileMatcher(originSet(confine(request(asked), widened(allowed, exceptional)).confined.origins));
        for (const origin of origins.filter((each) => matchOrigin(left, each))) {
          expect(matchOrigin(compileMatcher(asked), origin)).toBe(true);
          const isAllowed = [allowed, exceptional].some((each) => matchOrigin(compileMatcher(each), origin));
          expect(isAllowed).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('every origin passes that passes without the exception', () => {
    fc.assert(
      fc.property(exceptionalCases, ({ asked, allowed, exceptional, origins }) => {
        const before = compileMatcher(originSet(confine(request(asked), ceiling(allowed)).confined.origins));
        const left = compileMatcher(originSet(confine(request(asked), widened(allowed, exceptional)).confined.origins));
        for (const origin of origins.filter((each) => matchOrigin(before, each))) {
          expect(matchOrigin(left, origin)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a witness lies inside the entry and outside both', () => {
    fc.assert(
      fc.property(exceptionalCases, ({ asked, allowed, exceptional }) => {
        const both = [allowed, exceptional].map(compileMatcher);
        for (const cut of confine(request(asked), widened(allowed, exceptional)).cuts) {
          if (cut.witness === undefined) continue;
          const { witness } = cut;
          expect(both.map((each) => matchOrigin(each, witness))).toEqual([false, false]);
          expect(isMember(cut, witness)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('ceilingExcess: laws', () => {
  const grant = (policy: Policy) => ({ policy, anyOrigin: 'No', nullOrigin: false }) as const;

  test('what was confined lies inside, and what was cut did not', () => {
    fc.assert(
      fc.property(cases, ({ asked, allowed }) => {
        const limit = ceiling(allowed);
        const { confined, cutCount } = confine(request(asked), limit);
        const policyOf = ({ origins, fields }: RequestedPolicy) => ({ origins: originSet(origins), ...fields });
        expect(ceilingExcess(grant(policyOf(confined)), limit)).toBeUndefined();
        const excess = ceilingExcess(grant(policyOf(request(asked))), limit);
        // Beside a star the other entries mean nothing, so that they are cut and do not stand.
        if (!asked.any) expect(excess === undefined).toBe(cutCount === 0);
      }),
    );
  });

  test('its witness lies inside what stands and outside the ceiling', () => {
    fc.assert(
      fc.property(cases, ({ asked, allowed }) => {
        const excess = ceilingExcess(grant({ ...request(asked).fields, origins: asked }), ceiling(allowed));
        if (excess?.witness === undefined) return;
        expect(matchOrigin(compileMatcher(allowed), excess.witness)).toBe(false);
        if (!asked.any) expect(matchOrigin(compileMatcher(asked), excess.witness)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** What reading a policy leaves: entries that are none are gone. */
function wellFormed(origins: OriginSet): OriginSet {
  return { ...origins, exact: origins.exact.filter(isOrigin), wildcards: origins.wildcards.filter(isWildcard) };
}

const cases = fc
  .tuple(anyOriginSet().map(wellFormed), anyOriginSet().map(wellFormed))
  .chain(([asked, allowed]) =>
    fc
      .array(fc.oneof(originsAround(asked), originsAround(allowed)), { minLength: 1, maxLength: 8 })
      .map((origins) => ({ asked, allowed, origins })),
  );

const exceptionalCases = fc
  .tuple(anyOriginSet().map(wellFormed), anyOriginSet().map(wellFormed), anyOriginSet().map(wellFormed))
  .chain(([asked, allowed, exceptional]) =>
    fc
      .array(fc.oneof(...[asked, allowed, exceptional].map(originsAround)), { minLength: 1, maxLength: 8 })
      .map((origins) => ({ asked, allowed, exceptional, origins })),
  );
