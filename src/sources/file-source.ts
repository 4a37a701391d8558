import type { Issue } from '../model/issue.ts';
import { readFileDocuments } from './file-documents.ts';
import { listFiles, STANDARD_INPUT } from './file-listing.ts';
import { readFileSettings } from './file-settings.ts';
import { type FileText, readFileText, readStreamText } from './file-text.ts';
import { inputIssue } from './input-issue.ts';
import { MAX_INPUT_BYTES } from './input-limits.ts';
import { kubectlSchema } from './kubectl-scalars.ts';
import type { Manifests, SourceFile } from './manifests.ts';

/** How files are read. */
export type ReadOptions = {
  /** Namespace of namespaced objects that have none; `default` when undefined. */
  readonly defaultNamespace?: string | undefined;
  /** What `-` stands for; without it, `-` cannot be read. */
  readonly stdin?: AsyncIterable<Uint8Array | string> | undefined;
  /** Told after each document how many objects there are so far. */
  readonly progress?: ((objects: number) => void) | undefined;
};

/**
 * Reads objects from files, folders and standard input. What cannot be read or taken is an issue with its file and line
 * and stops nothing else: neither other documents of its file, nor other files.
 *
 * @param paths as `-f` gives them; `-` is standard input
 */
export async function readManifests(paths: readonly string[], options: ReadOptions = {}): Promise<Manifests> {
  const schema = kubectlSchema();
  const listing = await listFiles(paths);
  const { settings, issues: settingsIssues } = await readFileSettings(listing.settingsFiles, schema);
  const issues: Issue[] = [...listing.issues, ...settingsIssues];
  const sources: SourceFile[] = [];
  let budget = MAX_INPUT_BYTES;
  let objects = 0;
  for (const { path, name } of listing.files) {
    const file = await readText(path, budget, options);
    if (!file.ok) {
      issues.push(inputIssue({ reason: file.reason, source: path, message: file.message }));
      continue;
    }
    budget -= file.bytes;
    const progress = (count: number): void => options.progress?.(objects + count);
    const namespace = options.defaultNamespace ?? 'default';
    const reading = readFileDocuments({ path, name, text: file.text }, { schema, namespace, progress });
    objects += reading.file.documents.reduce((sum, document) => sum + document.objects.length, 0);
    sources.push(reading.file);
    issues.push(...reading.issues);
  }
  return { ...collect(sources), issues, settings };
}

async function readText(path: string, budget: number, options: ReadOptions): Promise<FileText> {
  if (path !== STANDARD_INPUT) {
    return readFileText(path, budget);
  }
  if (options.stdin === undefined) {
    return {
      ok: false,
      reason: 'FileUnreadable',
      message: 'standard input cannot be read here: name a file or folder',
    };
  }
  return readStreamText(options.stdin, budget);
}

function collect(sources: readonly SourceFile[]): Pick<Manifests, 'objects' | 'files' | 'sources'> {
  return {
    objects: sources.flatMap(({ documents }) => documents.flatMap(({ objects }) => objects)),
    files: sources.map(({ path }) => path),
    sources,
  };
}
