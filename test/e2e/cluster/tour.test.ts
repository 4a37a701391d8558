import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type ControlPlane, startControlPlane } from '../../rig/control-plane.ts';
import { until } from '../../rig/patience.ts';
import { type OperatorProcess, startOperatorProcess } from '../../support/operator-process.ts';

/** A command of the document, and the lines that are shown below it. */
type Shown = { readonly command: string; readonly output: readonly string[] };

function tourOf(page: string, heading: string): readonly Shown[] {
  const text = readFileSync(page, 'utf8');
  const section = text.slice(text.indexOf(`## ${heading}\n`)).split(/^## /m)[1] ?? '';
  const lines = [...section.matchAll(/^```console\n(.*?)^```/gms)].flatMap((match) =>
    (match[1] ?? '').trimEnd().split('\n'),
  );
  const shown: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    // The image and the chart are tried in tiers of their own.
    if (line.startsWith('$ docker ') || line.startsWith('$ helm ')) continue;
    if (line.startsWith('$ ')) shown.push({ command: line.slice(2), output: [] });
    else shown.at(-1)?.output.push(line);
  }
  return shown;
}

/** Ages are what a document cannot know. */
function words(line: string): string {
  return line
    .trim()
    .replace(/\b\d+[smh]$/, 'AGE')
    .replaceAll(/\s+/g, ' ');
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

  async function run({ command, output }: Shown): Promise<void> {
    const [program, ...args] = command.split(' ');
    if (program === 'npm') {
      operator = startOperatorProcess(['--kubeconfig', plane.kubeconfig, '--operator-namespace', 'cors-operator']);
      await operator.ready();
      return;
    }
    expect(program, command).toBe('kubectl');
    const stdout = (await plane.kubectl(args)).split('\n').map(words);
    for (const line of output) expect(stdout, command).toContain(words(line));
  }

  async function ingress(): Promise<string> {
    const text = await plane.kubectl(['get', 'ingress', 'storefront', '-n', 'shop', '-o', 'yaml']);
    return text.replace(/^ {2}resourceVersion: .*\n/m, '');
  }
});
