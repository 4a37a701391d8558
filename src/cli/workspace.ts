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
import { governingPolicy } from './route-document.ts';
import { mergeSettings } from './settings-merge.ts';
import { sortBySource } from './source-order.ts';

/** Input that was read, ready to be evaluated. */
export type Workspace = {
  readonly manifests: Manifests;
  readonly settings: Settings;
  readonly snapshot: Snapshot;
  /** Issues of files and settings, each with its `source`; what `evaluate` finds is not among them. */
  readonly issues: readonly Issue[];
  /** Some file, document or setting could not be read at all, so that nothing said about the rest is complete. */
  readonly unreadable: boolean;
};

/** What is read, and how. */
export type WorkspaceOptions = {
  /** As `-f` gives them. */
  readonly paths: readonly string[];
  readonly defaultNamespace: string | undefined;
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
export async function loadWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const manifests = await readManifests(options.paths, options);
  const { settings, issues: settingsIssues } = mergeSettings(manifests.settings, options);
  const issues = [...manifests.issues, ...settingsIssues];
  const snapshot = assembleSnapshot(
    manifests.objects.map(({ object }) => object),
    settings,
  );
  return { manifests, settings, snapshot, issues, unreadable: issues.some(isUnreadable) };
}

/**
 * Decides everything about a workspace.
 *
 * @param now milliseconds since 1970
 */
export function evaluateWorkspace(workspace: Workspace, now: number): Evaluation {
  return evaluate(workspace.snapshot, now);
}

/** All issues, those of files and those of the evaluation, with their sources, by file and line. */
export function allIssues(workspace: Workspace, evaluation: Evaluation): readonly Issue[] {
  const locate = createLocator(workspace.manifests);
  const located = evaluation.issues.map((issue): Issue => {
    const source = issue.object && locate(issue.object, issue.path);
    return source === undefined ? issue : { ...issue, source };
  });
  return sortBySource([...workspace.issues, ...located]);
}

const unreadable: ReadonlySet<string> = new Set(UNREADABLE_REASONS);

function isUnreadable({ severity, reason }: Issue): boolean {
  return severity === 'error' && unreadable.has(reason);
}

/** Issues that matter to some routes: those of files, of the routes' objects, and of the policies that govern them. */
export function relevantIssues(
  workspace: Workspace,
  evaluation: Evaluation,
  routes: readonly (RouteEvaluation | undefined)[],
): readonly Issue[] {
  const relevant = new Set(
    routes.flatMap((route) => {
      const policy = route && governingPolicy(route.resolution.governed);
      return [route && refKey(targetRefOf(route.resolution.route.target)), policy && refKey(policy)];
    }),
  );
  return allIssues(workspace, evaluation).filter(({ object }) => object === undefined || relevant.has(refKey(object)));
}

function refKey({ kind, namespace, name }: ObjectRef): string {
  return `${kind}/${namespace ?? ''}/${name}`;
}
