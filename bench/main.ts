import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { benchAnalysis } from './analysis.ts';
import { benchController } from './controller.ts';
import type { Effort } from './effort.ts';
import { benchEvaluation } from './evaluation.ts';
import { benchGuardrails } from './guardrails.ts';
import { benchOrigins } from './origins.ts';
import { benchPreflights } from './preflights.ts';
import { benchProxy } from './proxy.ts';
import { benchRender } from './render.ts';
import { printTable, type Row } from './row.ts';
import { preparePrograms } from './system-programs.ts';

const benches: Readonly<Record<string, (effort: Effort) => Promise<readonly Row[]>>> = {
  preflights: benchPreflights,
  proxy: benchProxy,
  origins: benchOrigins,
  analysis: benchAnalysis,
  evaluation: benchEvaluation,
  guardrails: benchGuardrails,
  render: benchRender,
  controller: benchController,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '14' },
    seconds: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    ingresses: { type: 'string', default: '10000' },
  },
});
const effort: Effort = {
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  minutes: Number(values.minutes),
  ingresses: Number(values.ingresses),
};
const names = positionals.length === 0 ? Object.keys(benches) : positionals;

preparePrograms();
const rows: Row[] = [];
for (const name of names) {
  const bench = benches[name];
  if (bench === undefined) {
    throw new Error(`no benchmark ${name}: one of ${Object.keys(benches).join(', ')}`);
  }
  console.error(`${name} …`);
  rows.push(...(await bench(effort)));
}
console.log(printTable(rows));
if (positionals.length === 0) {
  keep(rows);
}

/** Writes the results of a whole run where they are committed. */
function keep(results: readonly Row[]): void {
  const date = new Date().toISOString().slice(0, 10);
  const machine = { node: process.version, cores: cpus().length, processor: cpus()[0]?.model ?? 'unknown' };
  mkdirSync('bench/results', { recursive: true });
  writeFileSync(`bench/results/${date}.json`, `${JSON.stringify({ date, machine, effort, rows: results }, null, 2)}\n`);
  writeFileSync(
    'bench/results/latest.md',
    `Measured on ${date}, Node ${machine.node}, ${machine.cores} cores.\n\n${printTable(results)}\n`,
  );
}
