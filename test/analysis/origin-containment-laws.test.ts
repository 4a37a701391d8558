import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Containment,
  compileContainer,
  containsEntry,
  type OriginEntry,
  POLICY_STEPS,
} from '../../src/analysis/origin-containment.ts';
import { compileMatcher, matchOrigin } from '../../src/cors/matcher.ts';
import { isOrigin } from '../../src/cors/origin.ts';
import type { OriginSet } from '../../src/cors/policy.ts';
import { isInsideByRefa } from './refa-oracle.ts';

const QUESTION_STEPS = 50_000;

/** An entry, and the same as a regex that RE2 and JavaScript read alike. */
type Pattern = { readonly entry: OriginEntry; readonly javascript: string };

const scheme = fc.constantFrom('https', 'https', 'https', 'http', 'app', 'ws');
const port = fc.constantFrom('', '', '', '8443', '3000');
const label = fc.constantFrom('a', 'b', 'www', 'x1', 'team-7', 'a_b', '0x1');
const base = fc
  .tuple(fc.array(label, { maxLength: 2 }), fc.constantFrom('example', 'example', 'io', 'co.example'))
  .map(([labels, end]) => [...labels, end].join('.'));

const exact: fc.Arbitrary<Pattern> = fc.tuple(scheme, base, port).map(([name, host, number]) => {
  const origin = `${name}://${host}${number === '' ? '' : `:${number}`}`;
  return { entry: { kind: 'exact', origin }, javascript: plain(origin) };
});

const wildcard: fc.Arbitrary<Pattern> = fc
  .record({ scheme, base, port, depth: fc.constantFrom<'Any' | 'Single'>('Any', 'Single') })
  .map((each) => {
    const labels = each.depth === 'Any' ? '[^./:]+(?:\\.[^./:]+)*' : '[^./:]+';
    const end = plain(`.${each.base}${each.port === '' ? '' : `:${each.port}`}`);
    return { entry: { kind: 'wildcard', wildcard: each }, javascript: `${each.scheme}://${labels}${end}` };
  });

const piece = fc.oneof(
  { weight: 4, arbitrary: label.map(plain) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...[
        '[a-z0-9-]+',
        '[a-z]+',
        '\\d+',
        '[^.]+',
        '\\w+',
        '.*',
        '.+',
        '[ab]',
        '(?:a|b)',
        '(?:a|ab)*',
        'a{1,3}',
        '[a-z]{2}',
      ],
      ...['(?:[a-z0-9-]+\\.)*a', '(?:www\\.)?b', 'pr-[0-9]{1,4}', '[^a]', '(?:team|app)-[a-z]+', '.'],
    ),
  },
);
const regex: fc.Arbitrary<Pattern> = fc
  .tuple(
    fc.constantFrom('https://', 'https://', 'https?://', 'http://', '[a-z]+://', '.*', 'app://'),
    fc.array(piece, { minLength: 1, maxLength: 3 }),
    fc.constantFrom('\\.', '\\.', '\\.', '.', ''),
    fc.constantFrom(
      '\\.example',
      '\\.example(?::\\d+)?',
      '\\.example(?::8443)?',
      '\\.(?:example|io)',
      '.example',
      '.*',
      '',
    ),
  )
  .map(([start, pieces, between, end]) => {
    const source = `${start}${pieces.join(between)}${end}`;
    return { entry: { kind: 'regex', source }, javascript: source };
  });

const pattern = fc.oneof(
  { weight: 1, arbitrary: exact },
  { weight: 2, arbitrary: wildcard },
  { weight: 4, arbitrary: regex },
);
/** Much lies inside of these. */
const wide: fc.Arbitrary<Pattern> = fc
  .constantFrom(
    ...[
      'https?://.*\\.example(?::\\d+)?',
      'https://.*',
      '.*\\.example',
      '[^/]+://[^:]+',
      '.*[a-z0-9]',
      'https://[^7]*',
    ],
    ...['(?:https|app)://.*', 'https?://(?:[a-z0-9-]+\\.)*example', '.*\\.(?:io|example)(?::\\d{4})?'],
  )
  .map((source) => ({ entry: { kind: 'regex', source }, javascript: source }));
const container = fc.array(fc.oneof({ weight: 6, arbitrary: pattern }, { weight: 1, arbitrary: wide }), {
  maxLength: 5,
});

function plain(text: string): string {
  return text.replaceAll('.', '\\.');
}

function setOf(patterns: readonly Pattern[]): OriginSet {
  const entries = patterns.map(({ entry }) => entry);
  return {
    any: false,
    exact: entries.flatMap((each) => (each.kind === 'exact' ? [each.origin] : [])),
    wildcards: entries.flatMap((each) => (each.kind === 'wildcard' ? [each.wildcard] : [])),
    regexes: entries.flatMap((each) => (each.kind === 'regex' ? [each.source] : [])),
  };
}

/** Origins near the borders of the patterns. */
const ORIGINS: readonly string[] = [
  ...['a', 'b', 'c', 'ab', 'aab', 'www', 'x1', 'team-7', 'a_b', '0x1', '7', 'pr-12', 'evil-a', 'app-z', '-', 'aaaa'],
  ...['a.b', 'b.a', 'www.a', 'a.www.b', 'x1.x1', 'q.team-7.a', '1.2.3.4', 'a.b.c.d', 'l'.repeat(63), 'example', 'io'],
]
  .flatMap((host) => [
    host,
    `${host}.example`,
    `${host}.co.example`,
    `${host}.io`,
    `${host}example`,
    `${host}.example.`,
  ])
  .flatMap((host) => [
    `https://${host}`,
    `http://${host}`,
    `app://${host}`,
    `https://${host}:8443`,
    `ws://${host}:3000`,
  ])
  .filter(isOrigin);

type Judged = { readonly verdict: Containment; readonly steps: number };

function judge(inner: Pattern, outer: ReturnType<typeof compileContainer>): Judged {
  const budget = { left: POLICY_STEPS };
  const verdict = containsEntry(outer, inner.entry, budget);
  return { verdict, steps: POLICY_STEPS - budget.left };
}

/** What is wrong with a verdict, in words; undefined when it holds. */
function fault({ verdict, steps }: Judged, inner: Sampled, outer: Sampled): string | undefined {
  switch (verdict.kind) {
    case 'NotProven':
      return steps < QUESTION_STEPS ? `given up after ${steps} steps` : undefined;
    case 'Outside': {
      const { witness } = verdict;
      const shows = isOrigin(witness) && matchOrigin(inner.matcher, witness) && !matchOrigin(outer.matcher, witness);
      return shows ? undefined : `${witness} shows nothing`;
    }
    case 'Inside': {
      const escaped = inner.members.find((origin) => !outer.isMember.has(origin));
      return escaped === undefined ? undefined : `${escaped} is outside`;
    }
  }
}

type Sampled = {
  readonly patterns: readonly Pattern[];
  readonly matcher: ReturnType<typeof compileMatcher>;
  readonly members: readonly string[];
  readonly isMember: ReadonlySet<string>;
};

function sampled(patterns: readonly Pattern[]): Sampled {
  const matcher = compileMatcher(setOf(patterns));
  const members = ORIGINS.filter((origin) => matchOrigin(matcher, origin));
  return { patterns, matcher, members, isMember: new Set(members) };
}

describe('laws of containment', () => {
  const [inners, outers, runs] = [40, 40, 13];

  test(`over ${inners * outers * runs} pairs: inside has no escape, outside has a witness, and only a spent budget proves nothing`, () => {
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: inners, maxLength: inners }),
        fc.array(container, { minLength: outers, maxLength: outers }),
        (innerPatterns, outerPatterns) => {
          const entries = innerPatterns.map((each) => sampled([each]));
          const faults = outerPatterns.flatMap((patterns) => {
            const [outer, compiled] = [sampled(patterns), compileContainer(setOf(patterns))];
            return entries.flatMap((inner) =>
              inner.patterns.flatMap((each) => {
                const judged = judge(each, compiled);
                kinds.set(judged.verdict.kind, (kinds.get(judged.verdict.kind) ?? 0) + 1);
                const problem = fault(judged, inner, outer);
                return problem === undefined ? [] : [{ inner: each.javascript, outer: patterns, problem }];
              }),
            );
          });
          expect(faults).toEqual([]);
        },
      ),
      { numRuns: runs, endOnFailure: true },
    );
    // The pairs are worth something only if they are of both kinds.
    expect(kinds.get('Inside')).toBeGreaterThan(1000);
    expect(kinds.get('Outside')).toBeGreaterThan(1000);
    expect(kinds.get('NotProven') ?? 0).toBeLessThan(50);
  });

  test('refa decides the same', () => {
    fc.assert(
      fc.property(pattern, container, (inner, outer) => {
        const { verdict } = judge(inner, compileContainer(setOf(outer)));
        // Addresses in brackets are not in the oracle's language.
        if (verdict.kind === 'NotProven' || (verdict.kind === 'Outside' && verdict.witness.includes('['))) return;
        const isInside = isInsideByRefa(
          inner.javascript,
          outer.map(({ javascript }) => javascript),
        );
        expect({ inner, outer, kind: verdict.kind }).toEqual({ inner, outer, kind: isInside ? 'Inside' : 'Outside' });
      }),
      { numRuns: 600 },
    );
  });

  test('everything is inside itself, and inside of more', () => {
    fc.assert(
      fc.property(pattern, container, (inner, others) => {
        expect(judge(inner, compileContainer(setOf([inner, ...others]))).verdict).toEqual({ kind: 'Inside' });
      }),
      { numRuns: 300 },
    );
  });

  test('what is asked before, and in which order a set is written, changes nothing', () => {
    fc.assert(
      fc.property(fc.array(pattern, { minLength: 2, maxLength: 4 }), container, (inner, outer) => {
        const one = compileContainer(setOf(outer));
        const forth = inner.map((each) => judge(each, one));
        const back = inner.toReversed().map((each) => judge(each, one));
        const fresh = inner.map((each) => judge(each, compileContainer(setOf(outer))));
        expect(back.toReversed()).toEqual(forth);
        expect(fresh).toEqual(forth);
        const turned = inner.map((each) => judge(each, compileContainer(setOf(outer.toReversed()))).verdict.kind);
        expect(turned).toEqual(forth.map(({ verdict }) => verdict.kind));
      }),
      { numRuns: 100 },
    );
  });
});
