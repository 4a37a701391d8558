/** How much to measure. */
export type Effort = {
  /** Interleaved slices per server. */
  readonly rounds: number;
  /** Seconds per slice. */
  readonly seconds: number;
  /** For which a cluster in which nothing changes is watched. */
  readonly minutes: number;
  /** In the clusters of the controller. */
  readonly ingresses: number;
};
