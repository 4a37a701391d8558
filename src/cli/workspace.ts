import type { SettingsFlags } from '../config.ts';
import { type Evaluation, evaluate, type RouteEvaluation } from '../evaluate.ts';
import type { Issue } from '../model/issue.ts';
import { UNREADABLE_REASONS } from '../model/issue-reason.ts';
import type { ObjectRef } from '../model/reference.ts';
import type { Settings } from '../model/settings.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { assembleSnapshot } from '../model/snapshot-assembly.ts';
import { readManifests } from '../sources/file-source.ts';
import type { Manifests } from '../sources/manifests.ts';
import { createLocator } from '../sources/source-position.ts';
import { targetRefOf } from './object-words.ts';
import { type ReportScope, wholeInput } from './report-scope.ts';
import { governingPolicy } from './route-document.ts';
import { mergeSettings } from './settings-merge.ts';
import { sortBySource } from './source-order.ts';

/** Input that was read, ready to be evaluated. */
export type Workspace = {
  /** Undefined for a cluster. */
  readonly manifests: Manifests | undefined;
  readonly settings: Settings;
  readonly snapshot: Snapshot;
  /** Issues of files, settings and kinds; what `evaluate` finds is not among them. */
  readonly issues: readonly Issue[];
  /** Some file, document, setting or kind could not be read at all, so that nothing said about the rest is complete. */
  readonly unreadable: boolean;
  readonly scope: ReportScope;
};

/** Input that was read from files. */
export type FileWorkspace = Workspace & { readonly manifests: Manifests };

/** What is read, and how. */
export type WorkspaceOptions = {
  /** As `-f` gives them. */
  readonly paths: readonly string[];
  readonly defaultNamespace: string | undefined;
  /** Wins over what settings files say. */
  readonly operatorNamespace?: string | undefined;
  readonly settings: SettingsFlags;
  /** What holds when no settings file says it. */
  readonly responderDefault: Settings['responder'];
  readonly stdin?: AsyncIterable<Uint8Array | string> | undefined;
  readonly progress?: ((objects: number) => void) | undefined;
};

/**
 * Reads files and the settings beside them; flags win over settings files.
 *
 * @throws UsageError when a flag names a dialect that does not exist
 */
export async function loadWorkspace(options: WorkspaceOptions): Promise<FileWorkspace> {
  const manifests = await readManifests(options.paths, options);
  const { operatorNamespace = manifests.settings.operatorNamespace } = options;
  const fileSettings = { ...manifests.settings, ...(operatorNamespace === undefined ? {} : { operatorNamespace }) };
  const { settings, issues: settingsIssues } = mergeSettings(fileSettings, options);
  const issues = [...manifests.issues, ...settingsIssues];
  const snapshot = assembleSnapshot(
    manifests.objects.map(({ object }) => object),
    settings,
  );
  return { manifests, settings, snapshot, issues, unreadable: issues.some(isUnreadable), scope: wholeInput };
}

/**
 * Decides everything about a workspace.
 *
 * @param now milliseconds since 1970
 */
export function evaluateWorkspace(workspace: Workspace, now: number): Evaluation {
  return evaluate(workspace.snapshot, now);
}

/**
 * All issues that reports show, those of the input and those of the evaluation, with their sources where there are files, by
 * file and line.
 */
export function allIssues(workspace: Workspace, evaluation: Evaluation): readonly Issue[] {
  return locatedIssues(workspace, evaluation).filter(
    ({ object }) => object === undefined || workspace.scope.shows(object.namespace),
  );
}

function locatedIssues({ manifests, issues }: Workspace, evaluation: Evaluation): readonly Issue[] {
  if (manifests === undefined) {
    return [...issues, ...evaluation.issues];
  }
  const locate = createLocator(manifests);
  const located = evaluation.issues.map((issue): Issue => {
    const source = issue.object && locate(issue.object, issue.path);
    return source === undefined ? issue : { ...issue, source };
  });
  return sortBySource([...issues, ...located]);
}

const unreadable: ReadonlySet<string> = new Set(UNREADABLE_REASONS);

/** Whether an issue says that some of the input could not be read. */
export function isUnreadable({ severity, reason }: Issue): boolean {
  return severity === 'error' && unreadable.has(reason);
}

/**
 * Issues that matter to some routes, wherever they are: those of the input, of the routes' objects, of the policies that govern
 * them, and of lists of origins that these read.
 */
export function relevantIssues(
  workspace: Workspace,
  evaluation: Evaluation,
  routes: readonly (RouteEvaluation | undefined)[],
): readonly Issue[] {
  const relevant = new Set(routes.flatMap((route) => (route === undefined ? [] : concernedObjects(route))).map(refKey));
  return locatedIssues(workspace, evaluation).filter(
    ({ object }) => object === undefined || relevant.has(refKey(object)),
  );
}

function concernedObjects({ resolution: { route, governed } }: RouteEvaluation): readonly ObjectRef[] {
  const policy = governingPolicy(governed);
  const lists = governed.by === 'Policy' ? governed.effective.issues.flatMap(({ object }) => object ?? []) : [];
  return [targetRefOf(route.target), ...(policy === undefined ? [] : [policy]), ...lists];
}

function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
