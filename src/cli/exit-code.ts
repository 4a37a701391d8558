/** What a command's exit code says. */
export const EXIT = {
  /** Nothing to say. */
  fine: 0,
  /** Everything was read, and something was found: an issue of the severity asked for, a refusal. */
  findings: 1,
  /** The command line is wrong, or some of the input could not be read, so that the findings are not complete. */
  unusable: 2,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The command line cannot be carried out; ends the program with {@link EXIT.unusable} and this message. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
