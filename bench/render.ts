import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Effort } from './effort.ts';
import { generateCluster } from './inputs/cluster.ts';
import { atMost, type Row } from './row.ts';
import { pairedRatio } from './statistics.ts';

const directory = '.cache/bench/render';

/** `render` of 10 000 Ingress as a user runs it, against a program that only reads and prints the same YAML with the same library. */
export async function benchRender(effort: Effort): Promise<readonly Row[]> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const documents = generateCluster({ ingresses: 10_000, policies: 1000, seed: 1 }).map((object) => stringify(object));
  writeFileSync(`${directory}/cluster.yaml`, documents.join('---\n'));
  const render: number[] = [];
  const print: number[] = [];
  for (let round = 0; round < Math.min(5, effort.rounds); round++) {
    print.push(secondsOf(['bench/programs/print-yaml.ts', `${directory}/cluster.yaml`]));
    render.push(secondsOf(['src/main.ts', 'render', '-f', directory, '-o', 'yaml']));
  }
  const ratio = pairedRatio(render, print);
  return [
    atMost({
      measure: 'render 10 000 Ingress with 1 000 policies',
      peer: 'reading and printing the same YAML',
      value: ratio.mean,
      unit: '×',
      target: 2,
      detail: `95 % [${ratio.lower.toFixed(2)}, ${ratio.upper.toFixed(2)}], whole processes, ${ratio.slices} rounds`,
    }),
  ];
}

/** @throws when the program could not do its work; 1 only says that there are findings */
function secondsOf(args: readonly string[]): number {
  const start = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status === null || status > 1) {
    throw new Error(`${args.join(' ')} ended with ${status}`);
  }
  return (performance.now() - start) / 1000;
}
