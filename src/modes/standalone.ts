import { EXIT } from '../cli/exit-code.ts';
import type { Io } from '../cli/io.ts';
import { outputStyle } from '../cli/output-style.ts';
import type { StandaloneOptions } from '../config.ts';
import type { Log } from '../log.ts';
import type { StateProblem } from '../responder/state-health.ts';
import type { EvaluationResult, EvaluationTask } from './standalone/evaluation-task.ts';
import {
  type EvaluationThread,
  type RunningEvaluation,
  startEvaluationThread,
} from './standalone/evaluation-thread.ts';
import type { Session } from './standalone/standalone-session.ts';
import { listenForStop, type StopSignal } from './stop-signal.ts';

/** Where the program itself is, and who else may end it. */
export type StandaloneRuntime = {
  /** The program's entry file: evaluations run in threads that start with it. */
  readonly entry: URL;
  /** A thread for the first evaluation that is loading already. */
  readonly firstThread?: EvaluationThread | undefined;
  /** Ends the program like a signal does. */
  readonly stop?: AbortSignal | undefined;
};

/**
 * Runs everything that needs no cluster, on folders of YAML, until it is told to stop.
 *
 * The first state takes errors, whose policies grant nothing. From then on a change with new errors is not taken: the last
 * good state is served, `/readyz` says `warning` and what is wrong, with file and line. See `inputErrors`.
 *
 * @returns 0 when it was stopped; 2 when nothing could be read or an address cannot be listened on
 */
export async function runStandalone(options: StandaloneOptions, io: Io, runtime: StandaloneRuntime): Promise<number> {
  const stop = listenForStop(runtime.stop);
  const startedAt = Date.now();
  const evaluate = (knownErrors: readonly string[] | undefined): RunningEvaluation =>
    startEvaluationThread(runtime.entry).run(taskOf(options, io, knownErrors));
  // The thread loads and reads while this one loads what serves.
  const firstThread = runtime.firstThread ?? startEvaluationThread(runtime.entry);
  const first = firstThread.run(taskOf(options, io, undefined));
  try {
    return await run({ options, io, evaluate, first, startedAt, stop });
  } finally {
    first.cancel();
    stop.release();
  }
}

type Run = {
  readonly options: StandaloneOptions;
  readonly io: Io;
  readonly evaluate: (knownErrors: readonly string[] | undefined) => RunningEvaluation;
  readonly first: RunningEvaluation;
  readonly startedAt: number;
  readonly stop: StopSignal;
};

function taskOf(options: StandaloneOptions, io: Io, knownErrors: readonly string[] | undefined): EvaluationTask {
  const { paths, defaultNamespace, settings, output } = options;
  return { task: 'evaluate', paths, defaultNamespace, settings, output, style: outputStyle(io), knownErrors };
}

async function run({ options, io, evaluate, first, startedAt, stop }: Run): Promise<number> {
  // Handled from the start: it may fail before it is waited for.
  const firstState = first.result.catch((error: unknown) => ({ kind: 'Failed', error }) as const);
  const [{ createLog }, { openSession }, { ListenError }] = await Promise.all([
    import('../log.ts'),
    import('./standalone/standalone-session.ts'),
    import('./standalone/listen-error.ts'),
  ]);
  const log = createLog({ level: options.logLevel, format: options.logFormat }, io.stderr);
  try {
    const session = await openSession({ options, io, log, evaluate, startedAt });
    try {
      const result = await Promise.race([firstState, stop.requested.then(() => ({ kind: 'Stopped' }) as const)]);
      return await begin(session, result, stop, log);
    } finally {
      await session.stop();
    }
  } catch (error) {
    if (error instanceof ListenError) {
      log.error(error.message);
      return EXIT.unusable;
    }
    throw error;
  }
}

type Beginning = EvaluationResult | { readonly kind: 'Stopped' } | { readonly kind: 'Failed'; readonly error: unknown };

async function begin(session: Session, result: Beginning, stop: StopSignal, log: Log): Promise<number> {
  switch (result.kind) {
    case 'Good':
      await session.serve(result);
      stop.insisted.then(session.cut, () => undefined);
      await stop.requested;
      return EXIT.fine;
    case 'Stopped':
      return EXIT.fine;
    case 'Refused':
      log.error(result.message);
      return EXIT.unusable;
    case 'Wrong':
      logProblems(log, result.problems);
      log.error('nothing could be read');
      return EXIT.unusable;
    case 'Failed':
      throw result.error;
  }
}

function logProblems(log: Log, problems: readonly StateProblem[]): void {
  for (const { source, reason, message } of problems) {
    log.error({ source, reason }, message);
  }
}
