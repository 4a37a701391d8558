import type { Issue } from '../model/issue.ts';
import { assembleSnapshot } from '../model/snapshot-assembly.ts';
import { type ListedKind, listCluster } from '../sources/cluster-listing.ts';
import { type ClusterResource, clusterResources } from '../sources/cluster-resources.ts';
import type { ConnectedCluster } from './cluster-connection.ts';
import { UsageError } from './exit-code.ts';
import type { Progress } from './progress.ts';
import { clusterScope } from './report-scope.ts';
import { type DialectFlags, settingsFlags } from './settings-flags.ts';
import { mergeSettings } from './settings-merge.ts';
import { isUnreadable, type Workspace } from './workspace.ts';

/** Flags that say how a cluster is read, and what of it is shown. */
export type ClusterReadingFlags = DialectFlags & {
  readonly namespace?: string | undefined;
  readonly allNamespaces: boolean;
  readonly operatorNamespace?: string | undefined;
};

/** A cluster that was read: the whole of it is evaluated, reports show what the flags ask for. */
export type ClusterWorkspace = Workspace & { readonly kinds: readonly ListedKind[] };

/**
 * Reads everything that an evaluation needs from a cluster, all namespaces included: what one holds may depend on others.
 *
 * @throws KubeError when the cluster could not be asked, UsageError when it does not have the namespace
 */
export async function readClusterWorkspace(
  { client, namespace: own }: ConnectedCluster,
  flags: ClusterReadingFlags,
  progress: Progress,
): Promise<ClusterWorkspace> {
  const namespace = flags.allNamespaces ? undefined : (flags.namespace ?? own);
  const { settings, issues: settingsIssues } = mergeSettings(
    { classes: {}, sources: {}, ...definedNamespace(flags.operatorNamespace) },
    { settings: settingsFlags(flags), responderDefault: 'Disabled' },
  );
  const kinds = await listCluster({
    client,
    resources: clusterResources,
    namespace,
    progress: (objects) => progress.show(`${objects} objects read`),
  });
  refuseUnknownNamespace(kinds, namespace);
  const issues = [...settingsIssues, ...kinds.flatMap((kind) => kindIssue(kind, namespace))];
  const snapshot = assembleSnapshot(
    kinds.flatMap(({ objects }) => objects),
    settings,
  );
  return {
    manifests: undefined,
    settings,
    snapshot: { ...snapshot, missingKinds: missingKinds(kinds) },
    issues,
    unreadable: issues.some(isUnreadable),
    scope: clusterScope(namespace),
    kinds,
  };
}

function definedNamespace(operatorNamespace: string | undefined): { readonly operatorNamespace?: string } {
  return operatorNamespace === undefined ? {} : { operatorNamespace };
}

/** A pipeline must not take a misspelt namespace for one in which all is well. */
function refuseUnknownNamespace(kinds: readonly ListedKind[], namespace: string | undefined): void {
  const namespaces = kinds.find(({ resource }) => resource.kind === 'Namespace');
  if (namespace === undefined || namespaces?.extent !== 'All') {
    return;
  }
  if (!namespaces.objects.some(({ metadata }) => metadata.name === namespace)) {
    throw new UsageError(`the cluster has no namespace ${JSON.stringify(namespace)}: name one with -n, or all with -A`);
  }
}

function missingKinds(kinds: readonly ListedKind[]): ReadonlySet<string> {
  const missing = kinds.filter(({ extent }) => extent === 'NotInstalled');
  return new Set(missing.map(({ resource: { group, kind } }) => `${group}/${kind}`));
}

function kindIssue({ resource, extent }: ListedKind, namespace: string | undefined): readonly Issue[] {
  const isNeeded = resource.need === 'Needed';
  const words = kindWords(resource);
  switch (extent) {
    case 'All':
      return [];
    case 'NotInstalled':
      return [
        {
          severity: isNeeded ? 'warning' : 'info',
          reason: 'KindMissing',
          path: '',
          message: isNeeded ? `the cluster has no ${words}: kubectl apply -f crds/` : `the cluster has no ${words}`,
        },
      ];
    case 'NamespaceOnly':
      return [hidden('warning', `only namespace ${namespace} shows its ${words}`)];
    case 'Hidden':
      return [hidden(isNeeded ? 'error' : 'warning', `${words} may not be listed`)];
  }
}

function hidden(severity: Issue['severity'], what: string): Issue {
  const message = `${what}, so that what is said is not complete: ask as somebody who may list them in all namespaces`;
  return { severity, reason: 'KindHidden', path: '', message };
}

function kindWords({ group, plural }: ClusterResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}
