import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { fieldsOf } from './json-fields.ts';
import { KubeError } from './kube-error.ts';

const text = z.string().min(1).optional().catch(undefined);

const cluster = z.object({
  server: z.url({ protocol: /^https?$/, error: 'is no http or https URL' }),
  'certificate-authority': text,
  'certificate-authority-data': text,
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': text,
  'proxy-url': text,
});

const execEnvironment = z.array(z.object({ name: z.string(), value: z.string() }));

const exec = z.object({
  apiVersion: z.string().default('client.authentication.k8s.io/v1'),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: execEnvironment.nullish(),
  installHint: text,
  provideClusterInfo: z.boolean().optional(),
});

const user = z.object({
  token: text,
  tokenFile: text,
  'client-certificate': text,
  'client-certificate-data': text,
  'client-key': text,
  'client-key-data': text,
  username: text,
  password: z.string().optional(),
  as: text,
  'as-uid': text,
  'as-groups': z.array(z.string()).optional(),
  'as-user-extra': z.record(z.string(), z.unknown()).optional(),
  exec: exec.nullish(),
  'auth-provider': z.object({ name: z.string(), config: z.record(z.string(), z.unknown()).optional() }).nullish(),
});

const context = z.object({ cluster: z.string(), user: z.string().default(''), namespace: text });

/** A cluster as a kubeconfig describes it; file paths are absolute. */
export type KubeconfigCluster = z.infer<typeof cluster>;
/** A user as a kubeconfig describes it; file paths are absolute. */
export type KubeconfigUser = z.infer<typeof user>;
/** How a program is run that gives credentials. */
export type KubeconfigExec = z.infer<typeof exec>;

/** What a context stands for. */
export type KubeconfigChoice = {
  readonly context: string;
  readonly namespace: string | undefined;
  readonly cluster: KubeconfigCluster;
  readonly user: KubeconfigUser;
};

type Entry = { readonly folder: string; readonly value: unknown };

/** Kubeconfig files as one: of several entries of one name the first counts. */
type Kubeconfig = {
  readonly current: string;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
};

/**
 * Reads kubeconfig files, merged as kubectl does, and takes one context out of them.
 *
 * @param name of the context; undefined for the current one
 * @param missing whether a file that does not exist, or files without any context, may be passed over
 * @returns undefined only when they may, and there is no context
 * @throws KubeError `NoAccess`
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export async function readKubeconfig(
  paths: readonly string[],
  name: string | undefined,
  missing: 'Allowed' | 'Refused',
): Promise<KubeconfigChoice | undefined> {
  const config = merge(await Promise.all(paths.map((path) => readEntries(path, missing))));
  if (config.contexts.size === 0 && missing === 'Allowed') {
    return undefined;
  }
  const wanted = name ?? config.current;
  if (wanted === '') {
    throw refuse(paths, `no context is current; choose one with --context: ${listed(config.contexts)}`);
  }
  const chosen = take(paths, 'context', { entries: config.contexts, name: wanted, schema: context });
  const own: KubeconfigUser =
    chosen.user === '' ? {} : take(paths, 'user', { entries: config.users, name: chosen.user, schema: user });
  return {
    context: wanted,
    namespace: chosen.namespace,
    cluster: take(paths, 'cluster', { entries: config.clusters, name: chosen.cluster, schema: cluster }),
    user: own,
  };
}

async function readEntries(path: string, missing: 'Allowed' | 'Refused'): Promise<Kubeconfig> {
  try {
    const found: unknown = parse(await readFile(path, 'utf8'));
    const fields = fieldsOf(found);
    const folder = dirname(resolve(path));
    return {
      current: typeof fields['current-context'] === 'string' ? fields['current-context'] : '',
      clusters: namedEntries(fields['clusters'], 'cluster', folder),
      users: namedEntries(fields['users'], 'user', folder),
      contexts: namedEntries(fields['contexts'], 'context', folder),
    };
  } catch (error) {
    if (missing === 'Allowed' && error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { current: '', clusters: new Map(), users: new Map(), contexts: new Map() };
    }
    throw refuse([path], `it cannot be read (${error instanceof Error ? firstLine(error.message) : 'unknown'})`);
  }
}

function namedEntries(list: unknown, field: string, folder: string): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const item of Array.isArray(list) ? list : []) {
    const { name, [field]: value } = fieldsOf(item);
    if (typeof name === 'string' && !entries.has(name)) {
      entries.set(name, { folder, value: value ?? {} });
    }
  }
  return entries;
}

function merge(configs: readonly Kubeconfig[]): Kubeconfig {
  const later = [...configs].reverse();
  return {
    current: configs.find(({ current }) => current !== '')?.current ?? '',
    clusters: new Map(later.flatMap(({ clusters }) => [...clusters])),
    users: new Map(later.flatMap(({ users }) => [...users])),
    contexts: new Map(later.flatMap(({ contexts }) => [...contexts])),
  };
}

type Wanted<T> = {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly name: string;
  readonly schema: z.ZodType<T>;
};

function take<T>(paths: readonly string[], what: string, wanted: Wanted<T>): T {
  const entry = wanted.entries.get(wanted.name);
  if (entry === undefined) {
    throw refuse(paths, `there is no ${what} "${wanted.name}"; there are: ${listed(wanted.entries)}`);
  }
  const parsed = wanted.schema.safeParse(withAbsolutePaths(entry));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(paths, `${what} "${wanted.name}": ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is malformed'}`);
  }
  return parsed.data;
}

const PATH_FIELDS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Files are named relative to the kubeconfig that names them, commands too if they have a slash. */
function withAbsolutePaths({ folder, value }: Entry): unknown {
  const fields: Record<string, unknown> = { ...fieldsOf(value) };
  for (const field of PATH_FIELDS) {
    const path = fields[field];
    if (typeof path === 'string' && path !== '') {
      fields[field] = resolve(folder, path);
    }
  }
  const { command } = fieldsOf(fields['exec']);
  if (typeof command === 'string' && /[/\\]/.test(command)) {
    fields['exec'] = { ...fieldsOf(fields['exec']), command: resolve(folder, command) };
  }
  return fields;
}

function refuse(paths: readonly string[], why: string): KubeError {
  return new KubeError('NoAccess', `kubeconfig ${paths.join(', ')}: ${why}`);
}

function listed(entries: ReadonlyMap<string, Entry>): string {
  return entries.size === 0 ? 'none' : [...entries.keys()].sort().join(', ');
}

/** A parser's message goes on with an excerpt, which may hold a token. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}
