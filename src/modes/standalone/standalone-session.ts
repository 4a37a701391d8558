import type { Io } from '../../cli/io.ts';
import type { ListenAddress, StandaloneOptions } from '../../config.ts';
import type { Log } from '../../log.ts';
import { type AdminServer, startAdminServer } from '../../responder/admin-server.ts';
import { createRefusedOrigins, type RefusedOrigins } from '../../responder/refused-origins.ts';
import { noResponderCounts, type ResponderCounts } from '../../responder/responder-counts.ts';
import { responderLimits } from '../../responder/responder-limits.ts';
import { type Responder, startResponder } from '../../responder/responder-server.ts';
import type { StateProblem } from '../../responder/state-health.ts';
import { createUpstreams } from '../../responder/upstreams.ts';
import type { EvaluationResult, GoodState } from './evaluation-task.ts';
import type { RunningEvaluation } from './evaluation-thread.ts';
import type { FolderWatch } from './folder-watch.ts';
import { ListenError } from './listen-error.ts';
import { createLiveState, type LiveState } from './live-state.ts';
import { createReloadLoop, type ReloadLoop } from './reload-loop.ts';
import { startText } from './start-text.ts';

/** What a session runs with. */
export type SessionOptions = {
  readonly options: StandaloneOptions;
  readonly io: Io;
  readonly log: Log;
  /** Starts an evaluation; the argument is what the state that is served has errors in. */
  readonly evaluate: (knownErrors: readonly string[]) => RunningEvaluation;
  /** Milliseconds since 1970 at which the first evaluation started to read. */
  readonly startedAt: number;
};

/** A standalone program that serves. */
export type Session = {
  /** Serves the first state: starts the responder, says what there is, watches the folders. */
  readonly serve: (first: GoodState) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Does not wait for requests under way. */
  readonly cut: () => void;
};

type Running = {
  readonly setup: SessionOptions;
  readonly live: LiveState;
  readonly counts: ResponderCounts;
  readonly refusedOrigins: RefusedOrigins;
  readonly reload: ReloadLoop;
  admin: AdminServer | undefined;
  responder: Responder | undefined;
  watch: FolderWatch | undefined;
  expiryTimer: NodeJS.Timeout | undefined;
  isStopped: boolean;
};

/** How many of the refused origins are remembered. */
const REFUSED_ORIGINS = 100;

/**
 * Prepares a session; nothing listens yet but the admin server, so that readiness can be asked for from the start.
 *
 * @throws ListenError
 */
export async function openSession(setup: SessionOptions): Promise<Session> {
  const live = createLiveState();
  const session: Running = {
    setup,
    live,
    counts: noResponderCounts(),
    refusedOrigins: createRefusedOrigins(REFUSED_ORIGINS, Date.now),
    reload: createReloadLoop({
      start: () => setup.evaluate(live.good()?.errors ?? []),
      onResult: (result) => onResult(session, result),
      onFailure(err) {
        setup.log.error({ err }, 'the files could not be evaluated; the last good state is served');
        withdrawExpired(session);
      },
    }),
    admin: undefined,
    responder: undefined,
    watch: undefined,
    expiryTimer: undefined,
    isStopped: false,
  };
  session.admin = await startAdmin(session);
  return {
    serve: (first) => serve(session, first),
    stop: () => stop(session),
    cut: () => session.responder?.cut(),
  };
}

async function startAdmin({ setup, live, counts, refusedOrigins }: Running): Promise<AdminServer> {
  const { admin, adminHosts } = setup.options;
  return listening('--admin', admin, () =>
    startAdminServer(
      {
        health: live.health,
        refusedOrigins,
        documents: () => live.good()?.documents,
        hosts: adminHosts,
        metrics: createMetricsReader(live, counts),
      },
      admin,
    ),
  );
}

/** Loaded when first asked for: nothing else needs it, and its probes of the process cost a little. */
function createMetricsReader(
  live: LiveState,
  counts: ResponderCounts,
): () => Promise<{ contentType: string; text: string }> {
  const load = async () => {
    const { createMetrics } = await import('../../responder/metrics.ts');
    return createMetrics({
      policies: live.counts,
      responder: counts,
      stateLoadedAt: live.loadedAt,
      isCurrent: () => live.health().status === 'ok',
    });
  };
  let registry: ReturnType<typeof load> | undefined;
  return async () => {
    registry ??= load();
    const { contentType, metrics } = await registry.then((loaded) => ({
      contentType: loaded.contentType,
      metrics: loaded.metrics(),
    }));
    return { contentType, text: await metrics };
  };
}

async function listening<T>(flag: string, address: ListenAddress, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw new ListenError(flag, address, error);
  }
}

async function serve(session: Running, first: GoodState): Promise<void> {
  const { setup, live } = session;
  const { listen, upstreams, defaultUpstream } = setup.options;
  accept(session, first);
  const urls = new Map(upstreams.map(({ backend, url }) => [backend, url]));
  session.responder = await listening('--listen', listen, () =>
    startResponder(
      {
        currentState: live.routing,
        upstreams: createUpstreams(urls, defaultUpstream, responderLimits),
        counts: session.counts,
        refusedOrigins: session.refusedOrigins,
        limits: responderLimits,
      },
      listen,
    ),
  );
  const addresses = { responder: session.responder.address, admin: session.admin?.address };
  setup.io.stdout.write(startText(first, live.routing(), { ...addresses, paths: setup.options.paths }));
  logProblems(session, first.problems, 'these grant nothing until they are right');
  await startWatch(session);
}

async function startWatch(session: Running): Promise<void> {
  const { setup, reload } = session;
  const { watchFolders } = await import('./folder-watch.ts');
  if (!session.isStopped) {
    session.watch = watchFolders({
      paths: setup.options.paths,
      since: setup.startedAt,
      onChange: reload.request,
      onError: (err) => setup.log.error({ err }, 'the folders cannot be watched; restart to take changes'),
    });
  }
}

function onResult(session: Running, result: EvaluationResult): void {
  const { live, setup } = session;
  if (result.kind === 'Good') {
    const isMended = live.health().status === 'warning';
    accept(session, result);
    setup.log.info(
      { routes: result.report.routeCount },
      isMended ? 'the files are right again and taken' : 'changes taken',
    );
    return;
  }
  const problems =
    result.kind === 'Wrong' ? result.problems : [{ source: '', reason: 'Options', message: result.message }];
  if (live.reject(problems)) {
    logProblems(session, problems, 'the change is not taken; the last good state is served');
  }
  withdrawExpired(session);
}

function accept(session: Running, state: GoodState): void {
  const { live, setup } = session;
  live.accept(state);
  setExpiryTimer(session);
  if (state.output.problem !== undefined) {
    setup.log.error({ reason: state.output.problem }, 'the reconciled manifests could not be written');
  } else if (state.output.written > 0) {
    setup.log.info({ files: state.output.written, folder: setup.options.output }, 'reconciled manifests written');
  }
}

/** Milliseconds between two looks at the clock on the wall, which may be set while a timer runs. */
const LONGEST_LOOK = 30_000;

/** What an exception grants ends on time, although no file changes. */
function setExpiryTimer(session: Running): void {
  clearTimeout(session.expiryTimer);
  const [next] = session.live.good()?.expiries ?? [];
  if (next === undefined || session.isStopped) return;
  const left = Math.max(0, next.at - Date.now());
  session.expiryTimer = setTimeout(
    () => (next.at <= Date.now() ? session.reload.request() : setExpiryTimer(session)),
    Math.min(LONGEST_LOOK, left),
  );
}

/** The files are wrong just when an exception ends: what it widened cannot be computed without it, so it grants nothing. */
function withdrawExpired(session: Running): void {
  const { live, setup } = session;
  const policies = live.withdraw(Date.now());
  if (policies.length > 0) {
    setup.log.warn({ policies }, 'an exception has ended; these grant nothing until the files are right');
  }
  setExpiryTimer(session);
}

function logProblems({ setup }: Running, problems: readonly StateProblem[], consequence: string): void {
  for (const { source, reason, message } of problems) {
    setup.log.error({ source, reason }, message);
  }
  if (problems.length > 0) {
    setup.log.warn({ problems: problems.length }, consequence);
  }
}

async function stop(session: Running): Promise<void> {
  session.isStopped = true;
  clearTimeout(session.expiryTimer);
  session.reload.stop();
  await Promise.all([session.watch?.stop(), session.responder?.stop(), session.admin?.stop()]);
}
