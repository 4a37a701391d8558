/** How grave an issue with a reason is; `Credentials`: an error with credentials, else a warning; `Enforcement`: by the guardrail's `enforcement`. */
export type ReasonGravity = 'Error' | 'Warning' | 'Info' | 'Credentials' | 'Enforcement';

/** What a reason means, for people: one sentence each. */
export type ReasonInfo = {
  readonly gravity: ReasonGravity;
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
};
