import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { until } from '../../rig/patience.ts';
import { startOperatorProcess } from '../../support/operator-process.ts';
import { spawnProgram } from '../../support/program.ts';
import { comparableLine, type ShownCommand, shownCommands } from '../../support/shown-commands.ts';

const GUIDE = 'docs/guides/platform-teams.md';
const SECTION = '## In a cluster\n';
const CLI = 'npm run -s cli -- ';

const OMISSION = '…';

describe(`${GUIDE}: in a cluster`, () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.kubectl(['apply', '--server-side', '-f', 'crds/']);
    await plane.kubectl(['create', 'namespace', 'cors-operator']);
  });
  afterAll(() => plane.stop());

  test('every command works and shows what the document shows', async () => {
    const operator = startOperatorProcess(['--kubeconfig', plane.kubeconfig, '--operator-namespace', 'cors-operator']);
    onTestFinished(async () => void (await operator.stop()));
    await operator.ready();
    const text = readFileSync(GUIDE, 'utf8');
    const commands = shownCommands(text.slice(text.indexOf(SECTION) + SECTION.length).split(/^## /m)[0] ?? '');
    expect(commands.length).toBeGreaterThan(6);
    for (const shown of commands) {
      // Statuses take their time to follow what was applied; what changes something is not repeated.
      if (shown.command.startsWith('kubectl get ')) {
        await until({ what: shown.command, check: async () => isAsShown(shown, await run(shown.command)) });
        continue;
      }
      const stdout = await run(shown.command);
      expect(isAsShown(shown, stdout), `${shown.command}\n${stdout}`).toBe(true);
    }
  });

  async function run(command: string): Promise<string> {
    if (command.startsWith(CLI)) {
      const { code, stdout } = await spawnProgram(command.slice(CLI.length).split(' '), {
        env: { KUBECONFIG: plane.kubeconfig },
      });
      expect(code).toBeLessThan(2);
      return stdout;
    }
    const [program, ...args] = command.split(' ');
    expect(program).toBe('kubectl');
    return plane.kubectl(args);
  }
});

function isAsShown({ output }: ShownCommand, stdout: string): boolean {
  const printed = stdout.split('\n').map(comparableLine);
  return output
    .map(comparableLine)
    .filter((line) => line !== '' && line !== OMISSION)
    .every((line) => printed.includes(line));
}
