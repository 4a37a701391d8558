import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runInProcess } from '../support/program.ts';
import { comparableLine, type ShownCommand, shownCommands } from '../support/shown-commands.ts';

/** The exceptions of the examples have not ended then. */
const NOW = Date.parse('2027-01-01T00:00:00Z');

const GUIDES = 'docs/guides';
const CLI = 'npm run -s cli -- ';

const CLUSTER_SECTION = '## In a cluster\n';

/** Outputs are shortened there. */
const OMISSION = '…';

const guides = readdirSync(GUIDES)
  .filter((name) => name.endsWith('.md'))
  .map((name) => `${GUIDES}/${name}`);

function argumentsOf(command: string): readonly string[] {
  return command.slice(CLI.length).split(' ');
}

/** The shown lines that an output does not hold, each behind the one before. */
function missingLines({ output }: ShownCommand, stdout: string): readonly string[] {
  const printed = stdout.split('\n').map(comparableLine);
  let next = 0;
  return output
    .map(comparableLine)
    .filter((line) => line !== '' && line !== OMISSION)
    .filter((line) => {
      const found = printed.indexOf(line, next);
      if (found === -1) return true;
      next = found + 1;
      return false;
    });
}

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: NOW }));
afterEach(() => vi.useRealTimers());

describe.each(guides)('%s', (page) => {
  const text = readFileSync(page, 'utf8');
  const commands = shownCommands(text);
  // What is shown for a cluster is tried on one, beside the tests of clusters.
  const local = shownCommands(text.split(CLUSTER_SECTION)[0] ?? '').filter(({ command }) => command.startsWith(CLI));

  test('shows commands, each of the program or of kubectl', () => {
    expect(commands.length).toBeGreaterThan(5);
    for (const { command } of commands) expect(command).toMatch(/^(?:npm run -s cli -- |kubectl )/);
  });

  test.each(local)('$command: prints what is shown', async (shown) => {
    const { code, stdout } = await runInProcess(argumentsOf(shown.command));
    expect(code).toBeLessThan(2);
    expect(shown.output.length).toBeGreaterThan(0);
    expect(missingLines(shown, stdout), stdout).toEqual([]);
  });

  test('a line that says otherwise would be noticed', () => {
    const shown = { command: '', output: ['a  b', OMISSION, 'd'] };
    expect(missingLines(shown, 'a b\nc\nd\n')).toEqual([]);
    expect(missingLines(shown, 'd\na b\n')).toEqual(['d']);
  });

  test('objects are those of the examples', () => {
    const blocks = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map((match) => objectsOf(match[1] ?? ''));
    const known = exampleObjects('examples/platform-team');
    expect(blocks.flat().length).toBeGreaterThan(0);
    for (const object of blocks.flat()) expect(known).toContainEqual(object);
  });
});

describe('examples', () => {
  const readmes = ['quickstart', 'platform-team'].map((name) => `examples/${name}/README.md`);
  const commands = readmes.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/^npm run -s cli -- .*$/gm)].map((match) => ({ page, command: match[0] })),
  );

  test.each(commands)('$page: $command', async ({ command }) => {
    const { code, stdout } = await runInProcess(argumentsOf(command));
    expect(code).toBeLessThan(2);
    expect(stdout).not.toBe('');
  });
});

function exampleObjects(folder: string): readonly unknown[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => objectsOf(readFileSync(`${folder}/${name}`, 'utf8')));
}

function objectsOf(yaml: string): readonly unknown[] {
  return parseAllDocuments(yaml).map((document): unknown => document.toJS());
}
