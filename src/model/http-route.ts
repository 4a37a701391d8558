import { GATEWAY_GROUP } from './gateway.ts';
import { type Gateways, readParents } from './http-route-parent.ts';
import type { RouteReading } from './ingress.ts';
import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord, objectNamespace, objectRef, reportShape, type ShapeReport } from './object-shape.ts';
import type { TargetRef } from './reference.ts';
import type { BackendRef, Route, RouteMatch } from './route.ts';
import { ANY_HOST, type MatchHost, matchHost } from './route-host.ts';
import { quoted } from './validation/quoted-text.ts';

/** Bounds of the Gateway API: what stands beyond them is left out, so that hosts times paths stays small. */
const MAX_HOSTNAMES = 16;
const MAX_RULES = 16;
const MAX_MATCHES = 64;

/**
 * Reads an HTTPRoute: one route per rule name, and one for all rules without a name.
 *
 * Without hostnames it answers those of its parents' listeners, or every host. A rule without matches answers every path;
 * regular expressions are left out of the matches (`RouteMatchUnread`).
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#httproute
 */
export function readHttpRoute(object: KubernetesObject, gateways: Gateways): RouteReading {
  const report: ShapeReport = { object, issues: [] };
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  if (!isRecord(object['spec'])) reportShape(report, 'spec', 'an object');
  const readings = readParents(spec, report, gateways);
  const parents = readings.map((each) => each.parent);
  const listenerHosts = [...new Set(readings.flatMap((each) => each.hostnames))];
  const context = { report, hosts: readHosts(spec, report, listenerHosts) };
  const rules = boundedList(spec['rules'], { report, path: 'spec.rules', bound: MAX_RULES });
  const routes = [...groupByName(rules, report)].map(([name, indexes]): Route => {
    const matches = indexes.flatMap((index) => readRule(rules[index], index, context));
    return { target: target(object, name), object, rules: indexes, matches, parents };
  });
  return { routes, issues: report.issues };
}

type RuleContext = { readonly report: ShapeReport; readonly hosts: readonly MatchHost[] };
type Bounded = { readonly report: ShapeReport; readonly path: string; readonly bound: number };
type RuleMatch = Omit<RouteMatch, 'host' | 'hostWildcard' | 'backend'>;

const EVERY_PATH: RuleMatch = { path: '/', pathType: 'Prefix' };

function readHosts(spec: Fields, report: ShapeReport, listenerHosts: readonly string[]): readonly MatchHost[] {
  const hostnames = boundedList(spec['hostnames'], { report, path: 'spec.hostnames', bound: MAX_HOSTNAMES });
  const named = hostnames.flatMap((each, index) => {
    if (typeof each === 'string' && each !== '') return [each];
    reportShape(report, `spec.hostnames[${index}]`, 'a host name');
    return [];
  });
  if (hostnames.length === 0) return listenerHosts.map((each) => (each === '' ? ANY_HOST : matchHost(each, 'Any')));
  return named.map((each) => matchHost(each, 'Any'));
}

function boundedList(value: unknown, place: Bounded): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    reportShape(place.report, place.path, 'a list');
    return [];
  }
  if (value.length <= place.bound) return value;
  reportShape(place.report, place.path, `a list of at most ${place.bound}`);
  return value.slice(0, place.bound);
}

/** Rule indexes by name, "" for rules without one; an HTTPRoute without rules is one route all the same. */
function groupByName(rules: readonly unknown[], report: ShapeReport): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, rule] of rules.entries()) {
    const name = readName(rule, index, report);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [index]);
    else group.push(index);
  }
  return groups.size === 0 ? new Map([['', []]]) : groups;
}

function readName(rule: unknown, index: number, report: ShapeReport): string {
  const name = isRecord(rule) ? (rule['name'] ?? '') : '';
  if (typeof name === 'string') return name;
  reportShape(report, `spec.rules[${index}].name`, 'a string');
  return '';
}

function target(object: KubernetesObject, sectionName: string): TargetRef {
  const whole = {
    group: GATEWAY_GROUP,
    kind: 'HTTPRoute',
    namespace: objectNamespace(object),
    name: object.metadata.name,
  };
  return sectionName === '' ? whole : { ...whole, sectionName };
}

function readRule(rule: unknown, index: number, context: RuleContext): readonly RouteMatch[] {
  const path = `spec.rules[${index}]`;
  if (!isRecord(rule)) {
    reportShape(context.report, path, 'an object');
    return [];
  }
  const place = { report: context.report, path: `${path}.matches`, bound: MAX_MATCHES };
  const listed = boundedList(rule['matches'], place);
  const matches = listed.length === 0 ? [EVERY_PATH] : readMatches(listed, place);
  const backend = readBackend(rule['backendRefs'], context.report.object);
  return context.hosts.flatMap((host) =>
    matches.map((match) => (backend === undefined ? { ...host, ...match } : { ...host, ...match, backend })),
  );
}

function readMatches(listed: readonly unknown[], place: Bounded): readonly RuleMatch[] {
  return listed.flatMap((value, index) => {
    const path = `${place.path}[${index}]`;
    if (!isRecord(value)) {
      reportShape(place.report, path, 'an object');
      return [];
    }
    const matchPath = readPath(value['path'], place.report, `${path}.path`);
    return matchPath === undefined ? [] : [{ ...matchPath, ...readConditions(value, place.report, path) }];
  });
}

function readPath(value: unknown, report: ShapeReport, path: string): RuleMatch | undefined {
  if (value === undefined || value === null) return EVERY_PATH;
  const fields = isRecord(value) ? value : { value };
  const { type = 'PathPrefix', value: text = '/' } = fields;
  if (typeof text !== 'string') {
    reportShape(report, `${path}.value`, 'a string');
    return undefined;
  }
  if (type === 'RegularExpression') {
    report.issues.push(unreadExpression(report, path, text));
    return undefined;
  }
  if ((type === 'Exact' || type === 'PathPrefix') && text.startsWith('/') && isRecord(value)) {
    return { path: text, pathType: type === 'Exact' ? 'Exact' : 'Prefix' };
  }
  reportShape(report, path, 'Exact, PathPrefix or RegularExpression with a value that starts with /');
  return undefined;
}

function unreadExpression(report: ShapeReport, path: string, text: string): Issue {
  return {
    severity: 'info',
    reason: 'RouteMatchUnread',
    path: `${path}.value`,
    message: `${quoted(text)} is an expression that only the controller understands: no request is looked up by it here`,
    object: objectRef(report.object),
  };
}

function readConditions(
  match: Fields,
  report: ShapeReport,
  path: string,
): { readonly method?: string; readonly conditional?: true } {
  const { method, headers, queryParams } = match;
  const conditional = isFilled(headers) || isFilled(queryParams) ? { conditional: true as const } : {};
  if (method === undefined || method === null) return conditional;
  if (typeof method === 'string' && method !== '') return { method, ...conditional };
  reportShape(report, `${path}.method`, 'a method');
  return { ...conditional, conditional: true };
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}

/** The first backend with a weight; several with weights are told apart by nothing a request shows. */
function readBackend(value: unknown, object: KubernetesObject): BackendRef | undefined {
  if (!Array.isArray(value)) return undefined;
  const chosen: unknown = value.find((each) => isRecord(each) && each['weight'] !== 0);
  if (!isRecord(chosen)) return undefined;
  const { name, port, namespace = objectNamespace(object), kind = 'Service', group = '' } = chosen;
  if (kind !== 'Service' || group !== '' || typeof name !== 'string') return undefined;
  if (typeof port !== 'number' || typeof namespace !== 'string') return undefined;
  return { namespace, service: name, port };
}
