import type { z } from 'zod';

/** Where a flag is shown and how it is written; zod's `meta` of each flag's schema. */
export type FlagMeta = {
  /** As commander writes it: `-n, --namespace <name>`. */
  readonly flags: string;
  readonly description: string;
  /** Given several times; in the environment, commas separate the values. */
  readonly repeatable?: true;
  /** Name of the environment twin. Absent for flags that are a question and not a configuration. */
  readonly environment?: string;
  /** What holds without the flag, in words, where zod's default does not say it. */
  readonly otherwise?: string;
};

/** The flags of one command: what each means is what its schema takes. */
export type FlagSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** A flag's value as commander or the environment gives it. */
export type RawFlags = Readonly<Record<string, unknown>>;

/** Values of a command's flags, or what is wrong with each. */
export type FlagReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads a command's flags: what the command line says, else the environment twin, else the default.
 *
 * @param raw from commander, by camel-case name; undefined where a flag was not given
 * @param env the process's environment, read nowhere else
 */
export function readFlags<T extends FlagSchema>(
  schema: T,
  raw: RawFlags,
  env: Readonly<Record<string, string | undefined>>,
): FlagReading<z.infer<T>> {
  const given = Object.entries(schema.shape).map(([name, flag]) => [name, raw[name] ?? twinValue(flagMeta(flag), env)]);
  const parsed = schema.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (parsed.success) {
    return { ok: true, value: parsed.data };
  }
  const problems = parsed.error.issues.map((issue) => flagProblem(schema, issue, raw));
  return { ok: false, problems: [...new Set(problems)] };
}

/** How a flag is shown and written. */
export function flagMeta(flag: z.ZodType): FlagMeta {
  const meta = flag.meta();
  return {
    flags: String(meta?.['flags'] ?? ''),
    description: String(meta?.description ?? ''),
    ...(meta?.['repeatable'] === true ? { repeatable: true } : {}),
    ...(typeof meta?.['environment'] === 'string' ? { environment: meta['environment'] } : {}),
    ...(typeof meta?.['otherwise'] === 'string' ? { otherwise: meta['otherwise'] } : {}),
  };
}

/** What holds without a flag, in words; undefined when there is nothing to say. */
export function defaultText(flag: z.ZodType): string | undefined {
  const { otherwise } = flagMeta(flag);
  const value = flag.safeParse(undefined);
  return otherwise ?? (value.success && typeof value.data === 'string' ? value.data : undefined);
}

function twinValue(meta: FlagMeta, env: Readonly<Record<string, string | undefined>>): unknown {
  const value = meta.environment === undefined ? undefined : env[meta.environment];
  if (value === undefined || value === '') {
    return undefined;
  }
  return meta.repeatable === true ? value.split(',').map((each) => each.trim()) : value;
}

function flagProblem(schema: FlagSchema, issue: z.core.$ZodIssue, raw: RawFlags): string {
  const [name = ''] = issue.path.map(String);
  const flag = schema.shape[name];
  const meta = flag === undefined ? undefined : flagMeta(flag);
  const written = meta?.flags.split(' <')[0] ?? name;
  const shown =
    raw[name] === undefined && meta?.environment !== undefined ? `${written} or ${meta.environment}` : written;
  return `${shown}: ${issue.message}`;
}

/** A flag's schema with how it is written. */
export function flag<T extends z.ZodType>(schema: T, meta: FlagMeta): T {
  return schema.meta({ ...meta });
}

/** An address to listen on. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** Where the requests for a Service's port go: `backend` is `NAMESPACE/SERVICE:PORT`, the port as routes write it. */
export type Upstream = { readonly backend: string; readonly url: string };

/** A class's name, and the dialect its controller speaks, as `DIALECT[@VERSION]`. */
export type ClassAssignment = { readonly name: string; readonly dialect: string };

/** Dialects as flags name them; they win over `.cors-operator.yaml`. */
export type SettingsFlags = {
  readonly classes: readonly ClassAssignment[];
  readonly dialect: string | undefined;
  readonly dialectVersion: string | undefined;
};

/** Which cluster, and as whom. */
export type ClusterFlags = {
  /** Path of a kubeconfig; undefined: as kubectl finds it, or the pod's own account. */
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
};

/** What `controller` runs with. */
export type ControllerModeOptions = {
  readonly cluster: ClusterFlags;
  readonly settings: SettingsFlags;
  /** Where the operator itself is: its Lease, and the ConfigMaps of guardrails. */
  readonly operatorNamespace: string;
  /** "" unless several installations share the cluster. */
  readonly instance: string;
  /** Name of this process among its replicas; undefined: the host's name. */
  readonly podName: string | undefined;
  /** Health and metrics. */
  readonly metrics: ListenAddress;
  /** Writes to targets; 0: any number. */
  readonly writesPerSecond: number;
  /** Seconds that Traefik may take to know an object. */
  readonly traefikSettle: number;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logFormat: 'text' | 'json';
};

/** What `standalone` runs with. */
export type StandaloneOptions = {
  /** From `-f` and the arguments; never standard input. */
  readonly paths: readonly string[];
  readonly defaultNamespace: string | undefined;
  readonly settings: SettingsFlags;
  readonly listen: ListenAddress;
  readonly admin: ListenAddress;
  /** Host names that the admin address answers to besides loopback and its own. */
  readonly adminHosts: readonly string[];
  readonly upstreams: readonly Upstream[];
  readonly defaultUpstream: string | undefined;
  readonly output: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly logFormat: 'text' | 'json';
};
