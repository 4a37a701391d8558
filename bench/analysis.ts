import { compileContainer, containsEntry, type OriginEntry, POLICY_STEPS } from '../src/analysis/origin-containment.ts';
import { wildcardSource } from '../src/analysis/origin-language.ts';
import type { Wildcard } from '../src/cors/origin-pattern.ts';
import { isInsideByRefa } from '../test/analysis/refa-oracle.ts';
import type { Effort } from './effort.ts';
import { atMost, type Row } from './row.ts';
import { pairedRatio, percentile } from './statistics.ts';

/** Whether one entry lies inside a set of others, from the texts of their patterns to the verdict; and the same by refa. */
export async function benchAnalysis(effort: Effort): Promise<readonly Row[]> {
  const rounds = Array.from({ length: effort.rounds + WARM_UP }, (_, round) => measure(round)).slice(WARM_UP);
  const times = rounds.flatMap(({ ours }) => ours);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const ratio = pairedRatio(
    rounds.map(({ ours }) => sum(ours)),
    rounds.map(({ refa }) => sum(refa)),
  );
  const detail = `${times.length} pairs, no text of which was seen before`;
  const common = { measure: 'containment of typical pairs', peer: '–', unit: 'ms', detail } as const;
  return [
    atMost({ ...common, measure: `${common.measure}, p50`, value: percentile(times, 0.5), target: 5 }),
    atMost({ ...common, measure: `${common.measure}, p99`, value: percentile(times, 0.99), target: 100 }),
    atMost({
      measure: common.measure,
      peer: 'refa, the same pairs',
      value: ratio.upper,
      unit: '×',
      target: 1,
      detail: `mean ${ratio.mean.toFixed(3)}, ${ratio.slices} rounds`,
    }),
  ];
}

/** Rounds that only make the engine compile what it will run. */
const WARM_UP = 2;

type Pair = {
  readonly entry: OriginEntry;
  readonly wildcards: readonly Wildcard[];
  readonly regexes: readonly string[];
  readonly isInside: boolean;
};

/** Milliseconds per pair. */
type Times = { readonly ours: readonly number[]; readonly refa: readonly number[] };

function measure(round: number): Times {
  const pairs = Array.from({ length: 200 }, (_, index) => {
    const kinds = typicalPairs(`r${round}n${index}`);
    return kinds.slice(index % kinds.length).slice(0, 1);
  }).flat();
  return { ours: pairs.map((pair) => time(pair, oursSays)), refa: pairs.map((pair) => time(pair, refaSays)) };
}

function time(pair: Pair, decide: (pair: Pair) => boolean): number {
  const start = performance.now();
  const isInside = decide(pair);
  const end = performance.now();
  if (isInside !== pair.isInside) throw new Error(`wrong verdict on ${JSON.stringify(pair)}`);
  return end - start;
}

function oursSays({ entry, wildcards, regexes }: Pair): boolean {
  const container = compileContainer({ any: false, exact: [], wildcards, regexes });
  return containsEntry(container, entry, { left: POLICY_STEPS }).kind === 'Inside';
}

function refaSays({ entry, wildcards, regexes }: Pair): boolean {
  return isInsideByRefa(sourceOf(entry), [...wildcards.map(wildcardSource), ...regexes]);
}

function sourceOf(entry: OriginEntry): string {
  if (entry.kind === 'exact') return entry.origin;
  return entry.kind === 'wildcard' ? wildcardSource(entry.wildcard) : entry.source;
}

function wildcard(base: string): Wildcard {
  return { scheme: 'https', base, port: '', depth: 'Any' };
}

/**
 * What teams ask for below what platform teams allow.
 *
 * @param name makes texts that were not seen before
 */
function typicalPairs(name: string): readonly Pair[] {
  const [own, other] = [`${name}.example.com`, `${name}.example.org`];
  const regex = (source: string): OriginEntry => ({ kind: 'regex', source });
  const dotted = own.replaceAll('.', '\\.');
  return [
    {
      entry: regex(`https://pr-[0-9]+\\.${dotted}`),
      wildcards: [wildcard(own), wildcard(other)],
      regexes: [],
      isInside: true,
    },
    {
      entry: { kind: 'wildcard', wildcard: wildcard(`shop.${own}`) },
      wildcards: [],
      regexes: [`https://([a-z0-9_-]+\\.)*${dotted}(?::[0-9]+)?`],
      isInside: true,
    },
    {
      entry: regex(`https?://[a-z0-9-]+\\.${dotted}`),
      wildcards: [wildcard(own)],
      regexes: [`https://${dotted}:[0-9]+`],
      isInside: false,
    },
    {
      entry: regex(`https://(?:[a-z0-9-]+\\.)*(?:dev|prod)\\.${dotted}(?::[0-9]{2,5})?`),
      wildcards: [wildcard(other)],
      regexes: [`https://(?:[a-z0-9-]+\\.)+${dotted}`, `https://(?:[a-z0-9-]+\\.)*${dotted}:[0-9]+`],
      isInside: true,
    },
    {
      entry: { kind: 'wildcard', wildcard: wildcard(own) },
      wildcards: Array.from({ length: 10 }, (_, index) => wildcard(`team${index}.${own}`)),
      regexes: [],
      isInside: false,
    },
  ];
}
