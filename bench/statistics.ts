/** A ratio of two measures taken side by side, with the bound that counts. */
export type Ratio = {
  /** Geometric mean over the slices. */
  readonly mean: number;
  /** Lower end of the two-sided 95 % interval of the mean. */
  readonly lower: number;
  /** Upper end of the two-sided 95 % interval of the mean. */
  readonly upper: number;
  readonly slices: number;
};

/** 97.5 % quantile of Student's t by degrees of freedom; the last one stands for all above. */
const studentT = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
  2.05,
];

/**
 * Compares paired measures: each pair was taken in the same round.
 *
 * @param subject one number per round
 * @param peer as many, of the same rounds
 */
export function pairedRatio(subject: readonly number[], peer: readonly number[]): Ratio {
  const logs = subject.map((value, round) => Math.log(value / (peer[round] ?? Number.NaN)));
  const mean = average(logs);
  const spread = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, logs.length - 1));
  const t = studentT[Math.min(Math.max(0, logs.length - 2), studentT.length - 1)] ?? 2;
  const margin = (t * spread) / Math.sqrt(logs.length);
  return { mean: Math.exp(mean), lower: Math.exp(mean - margin), upper: Math.exp(mean + margin), slices: logs.length };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of them lies. @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/**
 * The value that a share of all values does not exceed.
 *
 * @param share 0 to 1
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
