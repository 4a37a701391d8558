import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { analyzeRegex } from '../analysis/regex-analysis.ts';
import { EXIT } from '../cli/exit-code.ts';
import type { Io } from '../cli/io.ts';
import { programVersion } from '../cli/program-version.ts';
import { mergeSettings } from '../cli/settings-merge.ts';
import type { ControllerModeOptions } from '../config.ts';
import { startController } from '../controller/controller.ts';
import { startHealthServer } from '../controller/health-server.ts';
import { type ClusterAccess, type ClusterAccessOptions, loadClusterAccess } from '../kube/cluster-access.ts';
import { createKubeClient } from '../kube/http-client.ts';
import { isKubeError } from '../kube/kube-error.ts';
import { createLog, type Log } from '../log.ts';
import type { Settings } from '../model/settings.ts';
import { listenForStop } from './stop-signal.ts';

/**
 * Runs the controller until it is told to stop.
 *
 * It waits for an API server that is away: it is alive, and not ready.
 *
 * @param stop ends it like a signal does
 * @returns 0 when it was stopped; 2 when its configuration or address cannot be used
 */
export async function runController(options: ControllerModeOptions, io: Io, stop?: AbortSignal): Promise<number> {
  keepHeapSmall();
  const signal = listenForStop(stop);
  const log = createLog({ level: options.logLevel, format: options.logFormat }, io.stdout);
  try {
    const access = await loadClusterAccess({ environment: io.env, ...clusterOf(options) });
    await serve(options, access, { log, stopped: signal.requested });
    return EXIT.fine;
  } catch (error) {
    if (!isUnusable(error)) throw error;
    log.error({ component: 'controller', err: error }, 'cannot start');
    return EXIT.unusable;
  } finally {
    signal.release();
  }
}

/** A controller keeps what it knows and is idle most of the time: memory counts for more than the last bit of speed. */
function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH}`);
}

/** Tables that the first regex needs are made while nobody waits yet, instead of blocking the event loop later. */
function warmUp(): void {
  analyzeRegex(String.raw`https://[a-z]+\.example\.com`);
}

/** By how much the heap may outgrow what was alive before garbage is collected. By default several times as much. */
const HEAP_GROWTH = 15;

type Run = { readonly log: Log; readonly stopped: Promise<void> };

async function serve(options: ControllerModeOptions, access: ClusterAccess, { log, stopped }: Run): Promise<void> {
  warmUp();
  const client = createKubeClient(access, { userAgent: `cors-operator/${programVersion}` });
  const controller = startController({
    client,
    settings: settingsOf(options),
    log,
    instance: options.instance,
    identity: `${options.podName ?? hostname()}_${randomBytes(IDENTITY_BYTES).toString('hex')}`,
    leaseNamespace: options.operatorNamespace,
    writesPerSecond: options.writesPerSecond,
    settleSeconds: options.traefikSettle,
  });
  try {
    const health = await startHealthServer(controller, options.metrics);
    log.info({ component: 'controller', server: access.server, metrics: health.url }, 'started');
    await stopped;
    await controller.stop();
    await health.stop();
    log.info({ component: 'controller' }, 'stopped');
  } finally {
    await client.close();
  }
}

/** No kubeconfig, or an address that cannot be listened on: what people have to mend. */
function isUnusable(error: unknown): boolean {
  return isKubeError(error, 'NoAccess') || (error instanceof Error && 'syscall' in error && error.syscall === 'listen');
}

/** Enough that no other process ever has the same identity. */
const IDENTITY_BYTES = 4;

/** In a cluster nothing but the flags says what the platform decided; wiring of the responder is off. */
function settingsOf({ settings, operatorNamespace }: ControllerModeOptions): Settings {
  const file = { classes: {}, sources: {}, operatorNamespace };
  return mergeSettings(file, { settings, responderDefault: 'Disabled' }).settings;
}

function clusterOf({
  cluster: { kubeconfig, context },
}: ControllerModeOptions): Pick<ClusterAccessOptions, 'kubeconfig' | 'context'> {
  return { ...(kubeconfig === undefined ? {} : { kubeconfig }), ...(context === undefined ? {} : { context }) };
}
