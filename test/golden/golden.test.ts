import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LOSS_CODES, ROUTE_REASONS } from '../../src/model/route-reason.ts';
import { dialects } from '../../src/plan/dialects/index.ts';
import { CASES, dialectCases, invalidCases, renderDialect, renderIssues } from './golden-case.ts';

/** `npm run golden` writes what it finds; everything else compares. */
const isWriting = process.env['GOLDEN'] === 'write';

function compare(name: string, file: string, actual: string): void {
  const path = join(CASES, name, 'expected', file);
  if (isWriting) {
    mkdirSync(join(CASES, name, 'expected'), { recursive: true });
    writeFileSync(path, actual);
    return;
  }
  expect(existsSync(path), `${name}/expected/${file} is missing: npm run golden writes it`).toBe(true);
  expect(actual).toBe(readFileSync(path, 'utf8'));
}

/** Files of an `expected` folder that nothing produces. */
function strays(name: string, produced: readonly string[]): readonly string[] {
  const folder = join(CASES, name, 'expected');
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const stray = found.filter((file) => !produced.includes(file));
  if (isWriting) for (const file of stray) rmSync(join(folder, file));
  return isWriting ? [] : stray;
}

/** Files of a case's own folder that nobody reads. */
function unread(name: string): readonly string[] {
  return readdirSync(join(CASES, name)).filter((file) => !['input.yaml', 'options.yaml', 'expected'].includes(file));
}

describe.each(dialectCases())('case %s', (name) => {
  test.each(dialects.map((dialect) => ({ name: dialect.name, dialect })))('$name', ({ dialect }) => {
    compare(name, `${dialect.name}.yaml`, renderDialect(name, dialect));
  });

  test('every file is read or produced', () => {
    expect(
      strays(
        name,
        dialects.map((dialect) => `${dialect.name}.yaml`),
      ),
    ).toEqual([]);
    expect(unread(name)).toEqual([]);
  });

  test('every dialect has a route to show', () => {
    for (const dialect of dialects) expect(parse(renderDialect(name, dialect)).routes.length).toBeGreaterThan(0);
  });
});

describe.each(invalidCases())('case %s', (name) => {
  test('issues', () => {
    compare(name, 'issues.yaml', renderIssues(name));
    expect(strays(name, ['issues.yaml'])).toEqual([]);
    expect(unread(name)).toEqual([]);
  });
});

/** Every name of the closed sets, so that the sources can be searched for those that are given. */
const NAMES: ReadonlySet<string> = new Set([...ROUTE_REASONS, ...LOSS_CODES]);

/** Given only by a mistake in a dialect; `proof.test.ts` makes some. */
const ONLY_BY_MISTAKE: readonly string[] = ['NotProven'];

/** Lists reasons that other dialects will give. */
const WITHOUT_REASONS_OF_ITS_OWN = 'responder-plan.ts';

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith(WITHOUT_REASONS_OF_ITS_OWN))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

test('every reason and loss that a plan can give is shown by a case', () => {
  const quoted = sources(join(import.meta.dirname, '../../src/plan')).flatMap((text) =>
    [...text.matchAll(/'([A-Z][A-Za-z0-9]+)'/g)].map((match) => match[1] ?? ''),
  );
  const given = [...new Set(quoted)].filter((name) => NAMES.has(name) && !ONLY_BY_MISTAKE.includes(name));
  const shown = new Set(
    dialectCases().flatMap((name) =>
      dialects.flatMap((dialect) => {
        const { routes } = parse(renderDialect(name, dialect));
        return routes.flatMap((route: { reason?: string; losses: object }) => [
          route.reason,
          ...Object.keys(route.losses),
        ]);
      }),
    ),
  );
  expect(given.length).toBeGreaterThan(40);
  expect(given.filter((name) => !shown.has(name))).toEqual([]);
});
