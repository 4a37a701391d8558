import type { Ratio } from './statistics.ts';

/** One line of a result: what was measured against what, and whether it is good enough. */
export type Row = {
  readonly measure: string;
  readonly peer: string;
  /** The number that is compared with the target. */
  readonly value: number;
  readonly unit: '×' | '%' | 'MiB' | 's' | 'ms' | 'writes';
  readonly target: number;
  readonly wanted: 'at least' | 'at most';
  readonly met: boolean;
  /** What the number was made of. */
  readonly detail: string;
};

/** A row of a ratio that should be high: its lower bound counts. */
export function atLeast(measure: string, peer: string, ratio: Ratio, target: number): Row {
  return {
    measure,
    peer,
    value: ratio.lower,
    unit: '×',
    target,
    wanted: 'at least',
    met: ratio.lower >= target,
    detail: `mean ${ratio.mean.toFixed(3)}, 95 % [${ratio.lower.toFixed(3)}, ${ratio.upper.toFixed(3)}], ${ratio.slices} slices`,
  };
}

/** A row of a plain number that should be low. */
export function atMost(row: Pick<Row, 'measure' | 'peer' | 'value' | 'unit' | 'target' | 'detail'>): Row {
  return { ...row, wanted: 'at most', met: row.value <= row.target };
}

/** The rows as a Markdown table. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `| ${row.measure} | ${row.peer} | ${format(row.value)} ${row.unit} | ${row.wanted} ${row.target} ${row.unit} | ${row.met ? 'yes' : '**no**'} | ${row.detail} |`,
  );
  return [
    '| measure | against | measured | wanted | met | detail |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

function format(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}
