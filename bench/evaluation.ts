import { evaluate } from '../src/evaluate.ts';
import type { KubernetesObject } from '../src/model/kubernetes-object.ts';
import { defaultSettings } from '../src/model/settings.ts';
import { assembleSnapshot } from '../src/model/snapshot-assembly.ts';
import type { Effort } from './effort.ts';
import { generateCluster } from './inputs/cluster.ts';
import { atMost, type Row } from './row.ts';
import { pairedRatio } from './statistics.ts';

const now = Date.UTC(2026, 0, 1);

/** 10 000 Ingress with 1 000 policies, from parsed objects to every decision, against parsing the same objects' JSON. */
export async function benchEvaluation(effort: Effort): Promise<readonly Row[]> {
  const text = JSON.stringify(generateCluster({ ingresses: 10_000, policies: 1000, seed: 1 }));
  const parsing: number[] = [];
  const evaluating: number[] = [];
  for (let round = -3; round < effort.rounds; round++) {
    const start = performance.now();
    const objects: readonly KubernetesObject[] = JSON.parse(text);
    const parsed = performance.now();
    const evaluation = evaluate(assembleSnapshot(objects, defaultSettings), now);
    const evaluated = performance.now();
    if (evaluation.routes.length !== 10_000) {
      throw new Error(`${evaluation.routes.length} routes evaluated`);
    }
    if (round >= 0) {
      parsing.push(parsed - start);
      evaluating.push(evaluated - parsed);
    }
  }
  const ratio = pairedRatio(evaluating, parsing);
  return [
    atMost({
      measure: 'evaluate 10 000 Ingress with 1 000 policies',
      peer: 'JSON.parse of the same input',
      value: ratio.upper,
      unit: '×',
      target: 3,
      detail: `mean ${ratio.mean.toFixed(2)}, ${(text.length / 2 ** 20).toFixed(1)} MiB of JSON, ${ratio.slices} rounds`,
    }),
  ];
}
