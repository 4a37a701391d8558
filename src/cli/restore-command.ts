import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { installationOf } from '../apply/installation.ts';
import { type RestoreInput, type RestoreReport, restoreAll } from '../apply/restore.ts';
import type { KubeClient, KubeResource } from '../kube/kube-client.ts';
import type { LeaseHold } from '../kube/lease-hold.ts';
import { breakGlassIdentity } from '../kube/lease-record.ts';
import { MANAGED_BY, MANAGED_BY_LABEL } from '../model/managed-by.ts';
import { apiGroup } from '../model/object-shape.ts';
import { type ListedKind, listCluster } from '../sources/cluster-listing.ts';
import { type ClusterResource, clusterResources } from '../sources/cluster-resources.ts';
import { type ConnectedCluster, needCluster, withCluster } from './cluster-connection.ts';
import type { restoreFlags } from './command-flags.ts';
import { formatDocument } from './document-format.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { type Io, writeText } from './io.ts';
import { leasePlace, takeLease } from './operator-lease.ts';
import { outputStyle } from './output-style.ts';
import { createProgress, type Progress, showWhile } from './progress.ts';
import { isIncomplete, restoreDocument } from './restore-document.ts';
import { previewRestore } from './restore-preview.ts';
import { formatRestore } from './restore-report.ts';

type RestoreFlags = z.infer<typeof restoreFlags>;

/** Puts back everything the operator ever wrote. */
export async function runRestore(io: Io, flags: RestoreFlags): Promise<ExitCode> {
  const access = await needCluster(io, flags);
  const progress = createProgress(io);
  const work = { io, flags, progress };
  const reports = await withCluster(access, 'restore', (cluster) =>
    flags.dryRun ? preview(cluster, work) : restore(cluster, work),
  ).finally(() => progress.end());
  const document = restoreDocument(reports, flags.dryRun ? 'DryRun' : 'Written');
  await writeText(
    io.stdout,
    formatDocument(document, flags.output, () => formatRestore(document, outputStyle(io))),
  );
  return isIncomplete(document) ? EXIT.findings : EXIT.fine;
}

type Work = { readonly io: Io; readonly flags: RestoreFlags; readonly progress: Progress };

async function preview({ client }: ConnectedCluster, { flags, progress }: Work): Promise<readonly RestoreReport[]> {
  const { input } = await readWritten(client, progress);
  return previewRestore(input, installationOf(flags.instance));
}

/** The Lease comes first: what is read while a controller writes is old at once. */
async function restore({ client, words }: ConnectedCluster, work: Work): Promise<readonly RestoreReport[]> {
  const { io, flags, progress } = work;
  await writeText(io.stderr, `restoring in ${words}\n`);
  const taking = 'taking the Lease, and waiting until a controller that had it cannot write any more';
  const hold = await showWhile(progress, taking, takeLease(client, leasePlace(flags)));
  if (hold === undefined) {
    await writeText(io.stderr, `warning: ${withoutLease(flags)}\n`);
    return putBack(client, undefined, work);
  }
  let left: 'Done' | 'Failed' = 'Failed';
  try {
    const reports = await putBack(client, hold, work);
    left = 'Done';
    return reports;
  } finally {
    progress.end();
    await leaveLease(hold, left, work);
  }
}

/** Seconds for which no controller takes the Lease: so long an uninstall has to remove what would run one. */
const UNINSTALL_SECONDS = 60;

/** Break-glass is in force also where not everything could be put back, and once it is, only resume ends it. */
async function leaveLease(hold: LeaseHold, left: 'Done' | 'Failed', { io, flags }: Work): Promise<void> {
  if (flags.breakGlass || hold.former === breakGlassIdentity) {
    await hold.leaveBreakGlass();
    await writeText(io.stderr, `no controller writes until: cors-operator resume ${placeFlags(flags)}\n`);
  } else if (left === 'Failed') {
    await hold.release();
  } else {
    await hold.leaveFor(UNINSTALL_SECONDS);
    await writeText(
      io.stderr,
      `no controller writes for ${UNINSTALL_SECONDS} s from now: uninstall it meanwhile, or use --break-glass\n`,
    );
  }
}

function placeFlags({ operatorNamespace, instance }: RestoreFlags): string {
  return `--operator-namespace ${operatorNamespace}${instance === '' ? '' : ` --instance ${instance}`}`;
}

function withoutLease({ operatorNamespace, breakGlass }: RestoreFlags): string {
  const consequence = breakGlass
    ? 'nothing keeps one from writing that is installed later'
    : 'none is kept from writing';
  return `there is no namespace ${operatorNamespace}, so that no controller runs in it, and ${consequence}; --operator-namespace names another`;
}

async function putBack(
  client: KubeClient,
  hold: LeaseHold | undefined,
  { flags, progress }: Work,
): Promise<readonly RestoreReport[]> {
  const { input, resourceOf } = await readWritten(client, progress);
  const total = input.targets.length;
  let seen = 0;
  return restoreAll(
    {
      client,
      installation: installationOf(flags.instance),
      ...(hold === undefined ? {} : { isLeader: hold.isHeld }),
      resourceOf,
      now: () => performance.now(),
      settleSeconds: flags.traefikSettle,
      wait: (seconds) => showWhile(progress, 'waiting until ingress controllers know', delay(seconds * 1000)),
      onReport() {
        seen += 1;
        progress.show(`${seen} of ${total} objects looked at`);
      },
    },
    input,
  );
}

/** Kinds on which the operator writes, and kinds of its own objects. */
const TARGET_KINDS: readonly string[] = ['Ingress', 'HTTPRoute'];
const OWNED_KINDS: readonly string[] = ['Middleware'];

type Written = {
  readonly input: RestoreInput;
  readonly resourceOf: (object: { readonly apiVersion: string; readonly kind: string }) => KubeResource | undefined;
};

/** Everything that the operator may have written. Half of it would not do: what is not seen would be taken for gone. */
async function readWritten(client: KubeClient, progress: Progress): Promise<Written> {
  const kinds = await listCluster({
    client,
    resources: [...resourcesOf(TARGET_KINDS, {}), ...resourcesOf(OWNED_KINDS, OWNED_LABEL)],
    progress: (objects) => progress.show(`${objects} objects read`),
  });
  const hidden = kinds.filter(({ extent }) => extent === 'Hidden').map(({ resource }) => resource.plural);
  if (hidden.length > 0) {
    throw new UsageError(`${hidden.join(', ')} may not be listed: restore as somebody who may, in all namespaces`);
  }
  const objectsOf = (names: readonly string[]) =>
    kinds.filter(({ resource }) => names.includes(resource.kind)).flatMap(({ objects }) => objects);
  return {
    input: { targets: objectsOf(TARGET_KINDS), owned: objectsOf(OWNED_KINDS) },
    resourceOf: ({ apiVersion, kind }) => servedResource(kinds, apiGroup(apiVersion), kind),
  };
}

const OWNED_LABEL = { labelSelector: `${MANAGED_BY_LABEL}=${MANAGED_BY}` };

function resourcesOf(kinds: readonly string[], selector: Pick<ClusterResource, 'labelSelector'>): ClusterResource[] {
  return clusterResources.filter(({ kind }) => kinds.includes(kind)).map((resource) => ({ ...resource, ...selector }));
}

function servedResource(kinds: readonly ListedKind[], group: string, kind: string): KubeResource | undefined {
  return kinds.find(({ resource, extent }) => resource.group === group && resource.kind === kind && extent === 'All')
    ?.resource;
}
