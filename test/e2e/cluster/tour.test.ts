import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { until } from '../../rig/patience.ts';
import { type OperatorProcess, startOperatorProcess } from '../../support/operator-process.ts';
import { comparableLine, type ShownCommand, shownCommands } from '../../support/shown-commands.ts';

function tourOf(page: string, heading: string): readonly ShownCommand[] {
  const text = readFileSync(page, 'utf8');
  const section = text.slice(text.indexOf(`## ${heading}\n`)).split(/^## /m)[1] ?? '';
  // The image and the chart are tried in tiers of their own.
  return shownCommands(section).filter(({ command }) => !/^(?:docker|helm) /.test(command));
}

describe('README: five minutes with a cluster', () => {
  let plane: ControlPlane;
  let operator: OperatorProcess | undefined;

  beforeAll(async () => {
    plane = await startControlPlane();
  });
  afterAll(() => plane.stop());

  test('every command works and shows what the document shows', async () => {
    onTestFinished(async () => void (await operator?.stop()));
    const tour = tourOf('README.md', 'Five minutes with a cluster');
    expect(tour.length).toBeGreaterThan(8);
    let before = '';
    for (const shown of tour) {
      if (shown.command.startsWith('kubectl apply -f') && shown.command.endsWith('/corspolicy.yaml'))
        before = await ingress();
      await run(shown);
    }
    expect(before).not.toBe('');
    await until({ what: 'the Ingress as it was', check: async () => (await ingress()) === before });
  });

  async function run({ command, output }: ShownCommand): Promise<void> {
    const [program, ...args] = command.split(' ');
    if (program === 'npm') {
      operator = startOperatorProcess(['--kubeconfig', plane.kubeconfig, '--operator-namespace', 'cors-operator']);
      await operator.ready();
      return;
    }
    expect(program, command).toBe('kubectl');
    const stdout = (await plane.kubectl(args)).split('\n').map(comparableLine);
    for (const line of output) expect(stdout, command).toContain(comparableLine(line));
  }

  async function ingress(): Promise<string> {
    const text = await plane.kubectl(['get', 'ingress', 'storefront', '-n', 'shop', '-o', 'yaml']);
    return text.replace(/^ {2}resourceVersion: .*\n/m, '');
  }
});
