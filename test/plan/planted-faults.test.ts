import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSafelistedResponseHeaderName } from '../../src/cors/header-name.ts';
import type { Wildcard } from '../../src/cors/origin-pattern.ts';
import type { Policy } from '../../src/cors/policy.ts';
import { isSameJson } from '../../src/model/json-equality.ts';
import type { LossCode } from '../../src/model/route-reason.ts';
import type { Dialect, Expression } from '../../src/plan/dialect.ts';
import { dialects } from '../../src/plan/dialects/index.ts';
import { createNativePlanner } from '../../src/plan/native-plan.ts';
import { BROWSER_METHODS, plainPolicy } from '../../src/plan/plain-policy.ts';
import { createProofMemory } from '../../src/plan/proof-memory.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';
import { askAsBrowser, type Controller, type PageRequest } from '../contract/controllers/browser.ts';
import { type ControllerFixture, fixtures } from '../contract/dialect-fixtures.ts';
import { anyPolicy, grants, pageRequest } from '../contract/policies.ts';
import { naiveIsOrigin, naiveMatch } from '../cors/naive-matcher.ts';
import { type Fault, faults, type Said, STRANGER } from './dialect-faults.ts';

/** A dialect with a mistake, and without its grammar: nothing but what is read back can show it. */
function faulty(dialect: Dialect, { policy: change, said: spoil }: Fault): Dialect {
  const changed = change ?? ((policy) => policy);
  const spoilt = (expression: Expression): Expression =>
    expression.ok && spoil !== undefined ? spoil(expression) : expression;
  return {
    ...dialect,
    open: (context) => {
      const speaker = dialect.open(context);
      return {
        ...speaker,
        express: (policy) => {
          const express = speaker.express(plainPolicy(changed(policy)));
          return (route) => spoilt(express(route));
        },
      };
    },
    violations: () => [],
  };
}

/** Any policy, and as often one of which every fault spoils something. */
function spokenPolicy(): fc.Arbitrary<Policy> {
  return fc.oneof(anyPolicy(), richPolicy());
}

function richPolicy(): fc.Arbitrary<Policy> {
  return fc.record({
    origins: fc.record({
      any: fc.constant(false),
      exact: fc.subarray(['https://www.example.com', 'http://localhost:3000', 'https://a.example:8443']),
      wildcards: fc.constantFrom<'Any' | 'Single'>('Any', 'Single').chain((depth) => fc.subarray(wildcardsOf(depth))),
      regexes: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.subarray(REGEXES) }),
    }),
    allowMethods: fc.subarray(['DELETE', 'PUT']),
    allowHeaders: fc.subarray(['Content-Type', 'X-A']),
    exposeHeaders: fc.subarray(['X-A', 'X-Request-Id']),
    allowCredentials: fc.boolean(),
    maxAge: fc.constantFrom(undefined, 0, 600),
  });
}

function wildcardsOf(depth: Wildcard['depth']): Wildcard[] {
  return [
    { scheme: 'https', base: 'example.com', port: '', depth },
    { scheme: 'https', base: 'apps.example.org', port: '8443', depth },
  ];
}

const REGEXES = [
  'https://pr-[0-9]+\\.example\\.com',
  'https://(?:a|b)\\.example\\.org|https://c\\.example\\.net',
  'http://localhost:(?:3000|8080)',
  'app://[a-z]+',
];

/** A dialect on one of its controllers, and the route that it speaks for. */
type Stand = { readonly dialect: Dialect; readonly fixture: ControllerFixture };

function express({ dialect, fixture }: Stand, policy: Policy): Said | undefined {
  const expression = dialect.open(fixture.context).express(policy)(fixtures[dialect.name].route());
  return expression.ok ? expression : undefined;
}

/** What becomes of a route: the words in which a plan is refused, or `undefined` when it is written. */
function refusal({ dialect, fixture }: Stand, policy: Policy): string | undefined {
  const route = fixtures[dialect.name].route();
  const speaker = dialect.open(fixture.context);
  const speech = { ok: true as const, dialect, version: fixture.context.version, speaker };
  const plan = createNativePlanner(new Map(), createProofMemory());
  const said = plan({ route, policy, speeches: [speech], adoption: 'Own' });
  if (said.ok) return undefined;
  expect(said.reason).toBe('NotProven');
  return /^what would be written could not be proved .*?: (.*); please report this$/s.exec(said.message)?.[1];
}

function controllerOf({ dialect, fixture }: Stand, said: Said): Controller {
  const { object } = fixtures[dialect.name].route();
  return fixture.serve(storedTarget(object, [{ changes: said.changes }]), said.owned);
}

/** Losses that a dialect declares excuse what browsers may do less. */
function isDeclared(losses: ReadonlySet<LossCode>, page: PageRequest): boolean {
  if (losses.has('WildcardNoUnderscore') && page.origin.includes('_')) return true;
  if (losses.has('EnumeratedMethods') && !BROWSER_METHODS.includes(page.method)) return true;
  return losses.has('AuthorizationNotCovered') && page.headers.includes('Authorization');
}

/** In which of its answers a controller is not what a policy says, seen from a browser. */
function misbehaviour(policy: Policy, said: Said, controller: Controller, page: PageRequest): string | undefined {
  const losses = new Set(said.losses.map(({ code }) => code));
  const answer = askAsBrowser(controller, page);
  const isGranted = grants(policy, page);
  if (answer.allowed && !isGranted) return 'grants what the policy does not';
  if (!answer.allowed) return isGranted && !isDeclared(losses, page) ? 'refuses what the policy grants' : undefined;
  if (exposedText(answer.exposed) !== exposedText(policy.exposeHeaders)) return 'exposes other headers';
  const most = losses.has('MinimumMaxAge') ? 1 : (policy.maxAge ?? 5);
  return Math.min(answer.maxAge, 86_400) > most ? 'is remembered for longer' : undefined;
}

/** Of headers that are exposed, those that make a difference. */
function exposedText(names: readonly string[]): string {
  const readable = names.filter((name) => name !== '' && !isSafelistedResponseHeaderName(name.toLowerCase()));
  return [...new Set(plainPolicy({ ...NOTHING, exposeHeaders: readable }).exposeHeaders)]
    .map((name) => name.toLowerCase())
    .sort()
    .join();
}

const NOTHING: Policy = {
  origins: { any: false, exact: [], wildcards: [], regexes: [] },
  allowMethods: [],
  allowHeaders: [],
  exposeHeaders: [],
  allowCredentials: false,
};

type Words = { readonly extent: 'more' | 'fewer'; readonly part: string; readonly witness: string };

function parsed(problem: string): Words | undefined {
  const [, extent, part, witness] =
    /^read back, it grants (more|fewer) ([\w ]+) than the policy, as in (.*)$/s.exec(problem) ?? [];
  if ((extent !== 'more' && extent !== 'fewer') || part === undefined || witness === undefined) return undefined;
  return { extent, part, witness };
}

/** What is named as proof is outside of the policy where more is granted, and inside where less is. */
function expectTrue({ extent, part, witness }: Words, policy: Policy): void {
  const lower = (names: readonly string[]): readonly string[] => names.map((name) => name.toLowerCase());
  const isOutside: Readonly<Record<string, () => boolean>> = {
    origins: () => !naiveMatch(policy.origins, witness),
    methods: () => !policy.allowMethods.includes(witness) && !policy.allowMethods.includes('*'),
    'request headers': () => !lower(policy.allowHeaders).includes(witness.toLowerCase()),
    'exposed headers': () => !lower(policy.exposeHeaders).includes(witness.toLowerCase()),
    credentials: () => !policy.allowCredentials,
    maxAge: () => Number(witness) > (policy.maxAge ?? 5),
  };
  if (part === 'origins') expect(witness === 'null' || naiveIsOrigin(witness), `${witness} is an origin`).toBe(true);
  const words = `${witness} as a proof that it grants ${extent} ${part} than ${JSON.stringify(policy)}`;
  const isShort = part === 'maxAge' || part === 'methods' || isOutside[part]?.() === false;
  expect(extent === 'more' ? isOutside[part]?.() : isShort, words).toBe(true);
}

/** An origin that is shown is one that the controller really lets in or keeps out; one of unknown version may be another. */
function expectShown(words: Words, controller: Controller): void {
  const { extent, part, witness } = words;
  if (part !== 'origins') return;
  const page = { origin: witness, method: 'GET', headers: [], credentials: false };
  expect(askAsBrowser(controller, page).allowed, JSON.stringify(words)).toBe(extent === 'more');
}

const stands = dialects.flatMap((dialect) =>
  fixtures[dialect.name].controllers.map((fixture) => ({ name: fixture.name, dialect, fixture })),
);

describe.each(stands)('$name', ({ dialect, fixture }) => {
  test('what is said without a fault is proved', () => {
    let said = 0;
    fc.assert(
      fc.property(spokenPolicy(), (any) => {
        const policy = plainPolicy(any);
        if (express({ dialect, fixture }, policy) === undefined) return;
        said += 1;
        expect(refusal({ dialect, fixture }, policy)).toBeUndefined();
      }),
      { numRuns: 60 },
    );
    expect(said).toBeGreaterThan(10);
  });
});

/** A fault in a dialect. */
type Plant = { readonly dialect: Dialect; readonly fault: Fault };

/** A policy that is to be said for one controller, and what pages try there. */
type Visit = {
  readonly policy: Policy;
  readonly pages: readonly PageRequest[];
  readonly fixture: ControllerFixture;
};

/** With what the dialect says without a fault; undefined when it refuses. */
type Spoken = Visit & { readonly right: Said | undefined };

/** How often a fault changed what was said, was found by what is read back, and was shown with a witness. */
type Trial = { planted: number; refused: number; shown: number };

/** Plants a fault in what is said of one policy, and holds what the prover makes of it against browsers. */
function tryFault({ fixture, policy, pages, right }: Spoken, { dialect, fault }: Plant, trial: Trial): void {
  const spoilt = { dialect: faulty(dialect, fault), fixture };
  const wrong = express(spoilt, policy);
  if (wrong === undefined || isSameJson(wrong, right)) return;
  trial.planted += 1;
  const controller = controllerOf(spoilt, wrong);
  const problem = refusal(spoilt, policy);
  if (problem === undefined) {
    for (const page of pages) {
      const found = misbehaviour(policy, wrong, controller, page);
      expect(found, `${fault.name}: ${JSON.stringify({ page, wrong })}`).toBeUndefined();
    }
    return;
  }
  trial.refused += 1;
  const words = parsed(problem);
  if (words === undefined) return;
  trial.shown += 1;
  expectTrue(words, policy);
  if (fixture.context.version !== undefined || dialect.name === 'gateway-api') expectShown(words, controller);
}

function visit(dialect: Dialect): fc.Arbitrary<Visit> {
  const stranger = { origin: STRANGER, method: 'GET', headers: [], credentials: false };
  return spokenPolicy().chain((policy) =>
    fc.record({
      policy: fc.constant(plainPolicy(policy)),
      pages: fc.array(pageRequest(policy), { minLength: 6, maxLength: 6 }).map((pages) => [stranger, ...pages]),
      fixture: fc.constantFrom(...fixtures[dialect.name].controllers),
    }),
  );
}

describe.each(dialects.map((dialect) => ({ dialect, name: dialect.name })))(
  'a fault planted in $name',
  ({ dialect }) => {
    const planted = faults[dialect.name].map((fault) => ({ fault, trial: { planted: 0, refused: 0, shown: 0 } }));

    test('is found by what is read back wherever it changes what a browser may do, with a witness that is true', () => {
      fc.assert(
        fc.property(visit(dialect), (each) => {
          const spoken = { ...each, right: express({ dialect, fixture: each.fixture }, each.policy) };
          for (const { fault, trial } of planted) tryFault(spoken, { dialect, fault }, trial);
        }),
        { numRuns: dialect.name === 'traefik' ? 80 : 200 },
      );
      expect(planted.filter(({ trial }) => trial.refused === 0).map(({ fault }) => fault.name)).toEqual([]);
      expect(planted.filter(({ trial }) => trial.shown > 0).length).toBeGreaterThan(30);
    });
  },
);
