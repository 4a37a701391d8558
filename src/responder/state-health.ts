/** What is wrong with the newest input. */
export type StateProblem = {
  /** `file:line`, "" when it belongs to no file. */
  readonly source: string;
  readonly reason: string;
  readonly message: string;
};

/** How the state that is served stands to the newest input. */
export type StateHealth =
  /** There is none yet. */
  | { readonly status: 'not ready'; readonly problems: readonly StateProblem[] }
  | { readonly status: 'ok'; readonly problems: readonly [] }
  /** The newest input is wrong, and the last good one is served. */
  | { readonly status: 'warning'; readonly problems: readonly StateProblem[] };
