import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord, objectNamespace, objectRef, reportShape, type ShapeReport } from './object-shape.ts';
import type { BackendRef, Route, RouteMatch, RouteParent } from './route.ts';
import { ANY_HOST, type MatchHost, matchHost } from './route-host.ts';
import { quoted } from './validation/quoted-text.ts';

/** The routes of one object, and what in it could not be read. */
export type RouteReading = { readonly routes: readonly Route[]; readonly issues: readonly Issue[] };

/** API group of Ingress and IngressClass. */
export const INGRESS_GROUP = 'networking.k8s.io';

/** Class annotation from before `spec.ingressClassName`. */
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The parents of Ingress objects, the same values for all of a class. */
export type ClassParents = {
  readonly named: (className: string) => readonly RouteParent[];
  /** Of an Ingress that names no class. */
  readonly standard: readonly RouteParent[];
};

/**
 * Makes the parents of Ingress objects.
 *
 * @param defaultClass IngressClass of an Ingress that names none
 */
export function classParents(defaultClass: string | undefined): ClassParents {
  const known = new Map<string, readonly RouteParent[]>();
  return {
    named: (className) => {
      const parents = known.get(className) ?? parentsOf(className, 'class');
      known.set(className, parents);
      return parents;
    },
    standard: defaultClass === undefined ? NO_CLASS : parentsOf(defaultClass, 'default class'),
  };
}

/**
 * Reads an Ingress of networking.k8s.io/v1 as one route.
 *
 * `Prefix` and `ImplementationSpecific` paths match by path element; `/x/*` of an `ImplementationSpecific` path is the prefix
 * `/x`, and any other expression there is left out of the matches (`RouteMatchUnread`). A host without paths and the
 * default backend match every path.
 *
 * @param classes from {@link classParents}
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
export function readIngress(object: KubernetesObject, classes: ClassParents): RouteReading {
  const report: ShapeReport = { object, issues: [] };
  const spec = readSpec(report);
  const route: Route = {
    target: {
      group: INGRESS_GROUP,
      kind: 'Ingress',
      namespace: objectNamespace(object),
      name: object.metadata.name,
    },
    object,
    rules: NO_RULES,
    matches: readMatches(spec, report),
    parents: readClass(spec, report, classes),
  };
  return { routes: [route], issues: report.issues };
}

const NO_RULES: readonly number[] = [];
const NO_FIELDS: Fields = {};
const NO_CLASS: readonly RouteParent[] = [{ classKind: 'IngressClass', description: 'no class' }];
type MatchPath = Pick<RouteMatch, 'path' | 'pathType'>;
const EVERY_PATH: MatchPath = { path: '/', pathType: 'Prefix' };
const EXPRESSION = /[\\^$*+?()[\]{}|]/;

function readSpec(report: ShapeReport): Fields {
  const spec = report.object['spec'];
  if (isRecord(spec)) return spec;
  reportShape(report, 'spec', 'an object');
  return NO_FIELDS;
}

function readClass(spec: Fields, report: ShapeReport, classes: ClassParents): readonly RouteParent[] {
  const named = spec['ingressClassName'];
  if (typeof named === 'string' && named !== '') return classes.named(named);
  if (named !== undefined && named !== null && named !== '') reportShape(report, 'spec.ingressClassName', 'a string');
  const annotated = report.object.metadata.annotations?.[CLASS_ANNOTATION];
  if (annotated === undefined) return classes.standard;
  return annotated === '' ? NO_CLASS : classes.named(annotated);
}

function parentsOf(className: string, words: string): readonly RouteParent[] {
  return [{ className, classKind: 'IngressClass', description: `${words} ${className}` }];
}

function readMatches(spec: Fields, report: ShapeReport): readonly RouteMatch[] {
  const { rules, defaultBackend } = spec;
  const fallback = readBackend(defaultBackend, report);
  const reading: MatchReading = { report, fallback, matches: [] };
  if (Array.isArray(rules)) {
    for (let index = 0; index < rules.length; index++) readRule(rules[index], index, reading);
  } else if (rules !== undefined && rules !== null) {
    reportShape(report, 'spec.rules', 'a list');
  }
  if (isRecord(defaultBackend)) reading.matches.push(routeMatch(ANY_HOST, EVERY_PATH, fallback));
  return reading.matches;
}

/** One Ingress while it is read; places are only written out when something is wrong there. */
type MatchReading = {
  readonly report: ShapeReport;
  readonly fallback: BackendRef | undefined;
  readonly matches: RouteMatch[];
};

type Place = { readonly rule: number; readonly path?: number };

function readRule(rule: unknown, index: number, reading: MatchReading): void {
  const place = { rule: index };
  if (!isRecord(rule)) {
    reportAt(reading, place, '', 'an object');
    return;
  }
  const { host: text, http } = rule;
  if (typeof (text ?? '') !== 'string') {
    reportAt(reading, place, '.host', 'a string');
    return;
  }
  const host = typeof text === 'string' ? matchHost(text, 'Single') : ANY_HOST;
  if (http === undefined || http === null) {
    reading.matches.push(routeMatch(host, EVERY_PATH, reading.fallback));
    return;
  }
  const paths = isRecord(http) ? http['paths'] : undefined;
  if (Array.isArray(paths)) readPaths(paths, host, index, reading);
  else reportAt(reading, place, '.http.paths', 'a list');
}

function readPaths(paths: readonly unknown[], host: MatchHost, rule: number, reading: MatchReading): void {
  for (let index = 0; index < paths.length; index++) {
    const entry = paths[index];
    const place = { rule, path: index };
    const path = isRecord(entry) ? matchPath(entry, place, reading) : undefined;
    if (!isRecord(entry)) reportAt(reading, place, '', 'an object');
    else if (path !== undefined)
      reading.matches.push(routeMatch(host, path, readBackend(entry['backend'], reading.report)));
  }
}

function placeText({ rule, path }: Place): string {
  return path === undefined ? `spec.rules[${rule}]` : `spec.rules[${rule}].http.paths[${path}]`;
}

function reportAt({ report }: MatchReading, place: Place, field: string, expected: string): void {
  reportShape(report, `${placeText(place)}${field}`, expected);
}

function matchPath(entry: Fields, place: Place, reading: MatchReading): MatchPath | undefined {
  const path = entry['path'] === undefined || entry['path'] === '' ? '/' : entry['path'];
  if (typeof path !== 'string' || !path.startsWith('/')) {
    reportAt(reading, place, '.path', 'a string that starts with /');
    return undefined;
  }
  switch (entry['pathType']) {
    case 'Exact':
    case 'Prefix':
      return { path, pathType: entry['pathType'] };
    case 'ImplementationSpecific':
      return implementationPath(path, place, reading);
    default:
      reportAt(reading, place, '.pathType', 'Exact, Prefix or ImplementationSpecific');
      return undefined;
  }
}

/** `/x/*` is how the load balancers of AWS and Google write a prefix; other expressions mean what only their controller knows. */
function implementationPath(path: string, place: Place, { report }: MatchReading): MatchPath | undefined {
  const prefix = path.endsWith('/*') ? path.slice(0, -1) : path;
  if (!EXPRESSION.test(prefix)) return { path: prefix, pathType: 'Prefix' };
  report.issues.push({
    severity: 'info',
    reason: 'RouteMatchUnread',
    path: `${placeText(place)}.path`,
    message: `${quoted(path)} is an expression that only the controller understands: no request is looked up by it here`,
    object: objectRef(report.object),
  });
  return undefined;
}

function readBackend(value: unknown, report: ShapeReport): BackendRef | undefined {
  if (!isRecord(value) || !isRecord(value['service'])) return undefined;
  const { name, port } = value['service'];
  const chosen = isRecord(port) ? (port['number'] ?? port['name']) : undefined;
  if (typeof name !== 'string' || (typeof chosen !== 'number' && typeof chosen !== 'string')) return undefined;
  return { namespace: objectNamespace(report.object), service: name, port: chosen };
}

function routeMatch(
  { host, hostWildcard }: MatchHost,
  { path, pathType }: MatchPath,
  backend: BackendRef | undefined,
): RouteMatch {
  if (backend === undefined) return { host, hostWildcard, path, pathType };
  return { host, hostWildcard, path, pathType, backend };
}
