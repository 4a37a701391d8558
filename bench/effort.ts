/** How much to measure. */
export type Effort = {
  /** Interleaved slices per server. */
  readonly rounds: number;
  /** Seconds per slice. */
  readonly seconds: number;
};
