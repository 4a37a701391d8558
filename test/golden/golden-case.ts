import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { evaluate, type RouteEvaluation } from '../../src/evaluate.ts';
import type { Issue } from '../../src/model/issue.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { ObjectRef } from '../../src/model/reference.ts';
import type { DialectChoice, Settings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { Dialect } from '../../src/plan/dialect.ts';
import { storedTarget } from '../../src/plan/stored-target.ts';

/** Folder of all cases. */
export const CASES = join(import.meta.dirname, 'cases');

/** `options.yaml` of a case. */
type Options = {
  readonly responder?: Settings['responder'];
  readonly classes?: Readonly<Record<string, DialectChoice>>;
  /** Version per dialect; without it the version is unknown. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Tell dialects by the classes of the input instead of trying each dialect in turn. */
  readonly detect?: boolean;
};

/** Names of the cases for dialects, sorted. */
export function dialectCases(): readonly string[] {
  return folders(CASES).filter((name) => name !== 'invalid');
}

/** Names of the cases for the parser, as `invalid/NAME`, sorted. */
export function invalidCases(): readonly string[] {
  return folders(join(CASES, 'invalid')).map((name) => `invalid/${name}`);
}

/** What a dialect makes of a case: its routes and everything that would be stored, as YAML. */
export function renderDialect(name: string, dialect: Dialect): string {
  const options = readOptions(name);
  const snapshot = assembleSnapshot(readObjects(name), settingsOf(options, dialect));
  const routes = evaluate(snapshot, 0).routes.filter(({ resolution }) =>
    dialect.targetKinds.includes(resolution.route.target.kind),
  );
  return toYaml({ routes: routes.map(routeFields), objects: storedObjects(routes) });
}

/** Everything the parser finds in a case, as YAML. */
export function renderIssues(name: string): string {
  const snapshot = assembleSnapshot(readObjects(name), settingsOf({}, undefined));
  const objects = [...snapshot.policies, ...snapshot.clusterPolicies, ...snapshot.exceptions];
  const issues = [...snapshot.issues, ...objects.flatMap((object) => object.issues)];
  return toYaml({ issues: issues.map(issueFields) });
}

function folders(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function readOptions(name: string): Options {
  const file = join(CASES, name, 'options.yaml');
  return existsSync(file) ? parse(readFileSync(file, 'utf8')) : {};
}

function readObjects(name: string): readonly KubernetesObject[] {
  const documents = parseAllDocuments(readFileSync(join(CASES, name, 'input.yaml'), 'utf8'));
  return documents.map((document) => document.toJS({ maxAliasCount: -1 }));
}

function settingsOf(options: Options, dialect: Dialect | undefined): Settings {
  const { responder = 'Disabled', classes = {}, versions = {}, detect = false } = options;
  const settings = { operatorNamespace: 'cors-operator', classes, responder };
  if (dialect === undefined || detect) return settings;
  const version = versions[dialect.name];
  return { ...settings, dialect: version === undefined ? { name: dialect.name } : { name: dialect.name, version } };
}

function routeFields({ resolution, plan }: RouteEvaluation): Readonly<Record<string, unknown>> {
  const { kind, namespace, name, sectionName } = resolution.route.target;
  const { governed } = resolution;
  return {
    route: `${kind} ${namespace}/${name}${sectionName === undefined ? '' : ` ${sectionName}`}`,
    ...(governed.by === 'Nothing' ? {} : { policy: words(governed.policy) }),
    dialect: `${plan.dialect ?? 'unknown'}${plan.dialectVersion === undefined ? '' : `@${plan.dialectVersion}`}`,
    outcome: plan.outcome,
    ...(plan.reason === undefined ? {} : { reason: plan.reason }),
    message: plan.message,
    losses: Object.fromEntries(plan.losses.map((loss) => [loss.code, loss.message])),
  };
}

/** Targets, each once with the plans of all its routes, then the objects beside them. */
function storedObjects(routes: readonly RouteEvaluation[]): readonly unknown[] {
  const byTarget = Map.groupBy(routes, ({ resolution }) => resolution.route.object);
  const targets = [...byTarget].map(([object, group]) =>
    storedTarget(
      object,
      group.map(({ plan }) => plan),
    ),
  );
  return [...targets, ...routes.flatMap(({ plan }) => plan.owned)].map(abridged);
}

/** Texts that are long for the sake of their length say only how long they are. */
function abridged(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > 500 ? `${value.slice(0, 60)}… ${value.length} characters` : value;
  if (Array.isArray(value))
    return value.length > 70 ? [...value.slice(0, 3), `… ${value.length} entries`] : value.map(abridged);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, abridged(each)]));
}

function issueFields(issue: Issue): Readonly<Record<string, unknown>> {
  const { object, severity, reason, path, message, suggestion, witness } = issue;
  const fields = {
    object: object === undefined ? '' : words(object),
    severity,
    reason,
    path,
    message,
    suggestion,
    witness,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function words({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 140, aliasDuplicateObjects: false });
}
