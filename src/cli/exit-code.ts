/** What a command's exit code says. */
export const EXIT = {
  /** Nothing to say. */
  fine: 0,
  /** Everything was read, and something was found: an issue of the severity asked for, a refusal, a difference. */
  findings: 1,
  /** The command line is wrong, or some of the input could not be read, so that the findings are not complete. */
  unusable: 2,
  /** The cluster could not be asked. */
  unreachable: 3,
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

/** The cluster cannot be asked; ends the program with {@link EXIT.unreachable} and this message. */
export class UnreachableError extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'UnreachableError';
  }
}
