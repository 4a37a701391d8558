import { evaluate } from '../src/evaluate.ts';
import type { KubernetesObject } from '../src/model/kubernetes-object.ts';
import { defaultSettings } from '../src/model/settings.ts';
import { assembleSnapshot } from '../src/model/snapshot-assembly.ts';
import type { Effort } from './effort.ts';
import { generateCluster } from './inputs/cluster.ts';
import { atMost, type Row } from './row.ts';
import { pairedRatio, type Ratio } from './statistics.ts';

const now = Date.UTC(2026, 0, 1);

/** 10 000 Ingress with 1 000 policies under 20 guardrails, from parsed objects to every decision, against parsing the same objects' JSON. */
export async function benchEvaluation(effort: Effort): Promise<readonly Row[]> {
  const text = JSON.stringify(generateCluster({ ingresses: 10_000, policies: 1000, seed: 1 }));
  const rounds = Array.from({ length: effort.rounds + WARM_UP }, () => measure(text)).slice(WARM_UP);
  const parsing = rounds.map(({ parse }) => parse);
  const size = `${(text.length / 2 ** 20).toFixed(1)} MiB of JSON`;
  return [
    row(
      'evaluate 10 000 Ingress with 1 000 policies under 20 guardrails',
      size,
      pairedRatio(
        rounds.map(({ evaluate: time }) => time),
        parsing,
      ),
    ),
    row(
      'assemble their snapshot and evaluate it',
      size,
      pairedRatio(
        rounds.map(({ assemble, evaluate: time }) => assemble + time),
        parsing,
      ),
    ),
  ];
}

/** Rounds that only make the engine compile what it will run. */
const WARM_UP = 5;

type Times = { readonly parse: number; readonly assemble: number; readonly evaluate: number };

function measure(text: string): Times {
  const start = performance.now();
  const objects: readonly KubernetesObject[] = JSON.parse(text);
  const parsed = performance.now();
  const snapshot = assembleSnapshot(objects, defaultSettings);
  const assembled = performance.now();
  const { routes } = evaluate(snapshot, now);
  const evaluated = performance.now();
  if (routes.length !== 10_000) {
    throw new Error(`${routes.length} routes evaluated`);
  }
  return { parse: parsed - start, assemble: assembled - parsed, evaluate: evaluated - assembled };
}

function row(measured: string, size: string, ratio: Ratio): Row {
  return atMost({
    measure: measured,
    peer: 'JSON.parse of the same objects',
    value: ratio.upper,
    unit: '×',
    target: 3,
    detail: `mean ${ratio.mean.toFixed(2)}, ${size}, ${ratio.slices} rounds`,
  });
}
