import type { KubernetesObject } from '../../model/kubernetes-object.ts';
import { type Fields, isRecord } from '../../model/object-shape.ts';
import { remembered } from '../../model/remembered.ts';
import type { Route } from '../../model/route.ts';
import type { ClassContext, Dialect, Expression, Inexpressible, Reading, Speaker } from '../dialect.ts';
import { noChanges, type RuleFilter } from '../plan.ts';
import { unionReading } from '../reading-union.ts';
import { isCorsHeader } from '../static-headers.ts';
import { isCorsFilter, ruleFilters, ruleOf } from '../target-keys.ts';
import { expressFilter } from './gateway-api/expression.ts';
import { filterViolations, MAX_FILTERS } from './gateway-api/filter-grammar.ts';
import { type Implementation, implementationOf } from './gateway-api/implementations.ts';
import { filterLosses } from './gateway-api/losses.ts';
import { unreachedRule } from './gateway-api/preflight-rules.ts';
import { modifiedHeaders, readFilters } from './gateway-api/reading.ts';

/** The feature that a GatewayClass advertises when its controller carries the CORS filter out. */
const FEATURE = 'HTTPRouteCORS';

/**
 * Gateway API: the CORS filter of HTTPRoute rules, standard since 1.5. Any controller that advertises it will do; one that
 * does not may take the filter and answer every request with an error, or ignore it.
 *
 * @see https://gateway-api.sigs.k8s.io/guides/http-cors/
 */
export const gatewayApi: Dialect = {
  name: 'gateway-api',
  targetKinds: ['HTTPRoute'],
  versions: { oldest: '1.5.0', newest: '1.6.1' },
  preflightStatus: undefined,
  detect: (routeClass) => routeClass.kind === 'GatewayClass',
  open: speaker,
  violations: (changes) => changes.filters.flatMap(({ filter }) => (filter === null ? [] : filterViolations(filter))),
  isRestorable: () => false,
  ownEntries: () => [],
};

function speaker(context: ClassContext): Speaker {
  const missing = missingFeature(context);
  const implementation = implementationOf(context.routeClass);
  const readAlone = remembered((filter: Fields) => readFilters([filter]));
  return {
    express: (policy) => {
      if (missing !== undefined) return () => missing;
      const expression = expressFilter(policy);
      if (!expression.ok) return () => expression;
      const said: Said = { filter: expression.filter, losses: filterLosses(policy, implementation) };
      return (route) => routeRefusal(route, implementation) ?? attach(route, said);
    },
    off: (route) => ({ ...noChanges, filters: everyRule(route, null) }),
    read: (route) => readRules(route, readAlone),
    reads: 'Everything',
    inUse: () => [],
    foreignCors: foreignHeaders,
  };
}

/** Rules that do the same are read as one. */
function readRules(route: Route, readAlone: (filter: Fields) => Reading): Reading {
  const readings = new Set<Reading>();
  for (const rule of route.rules) {
    const filters = ruleFilters(route.object, rule);
    const [only] = filters;
    readings.add(filters.length === 1 && isCorsFilter(only) ? readAlone(only) : readFilters(filters));
  }
  return unionReading([...readings]);
}

type Said = {
  readonly filter: NonNullable<RuleFilter['filter']>;
  readonly losses: Extract<Expression, { ok: true }>['losses'];
};

function attach(route: Route, said: Said): Expression {
  const changes = { ...noChanges, filters: everyRule(route, said.filter) };
  return { ok: true, changes, owned: [], losses: said.losses };
}

function everyRule(route: Route, filter: RuleFilter['filter']): readonly RuleFilter[] {
  return route.rules.map((rule) => ({ rule, filter }));
}

function missingFeature(context: ClassContext): Inexpressible | undefined {
  if (context.named || context.routeClass?.supportedFeatures?.includes(FEATURE) === true) return undefined;
  const name = context.routeClass?.name ?? 'NAME';
  const what =
    context.routeClass?.supportedFeatures === undefined
      ? `the status of GatewayClass ${name} lists no features`
      : `GatewayClass ${name} does not advertise ${FEATURE}`;
  const message = `${what}, and a gateway without it may answer every request with an error or ignore the filter: use a version that has it, or vouch for it with --class ${name}=gateway-api`;
  return { ok: false, reason: 'FeatureNotAdvertised', message };
}

function routeRefusal(route: Route, implementation: Implementation): Inexpressible | undefined {
  if (route.rules.length === 0) {
    return {
      ok: false,
      reason: 'RouteShape',
      message: 'the HTTPRoute has no rules that could hold a filter: write the rule',
    };
  }
  const full = route.rules.find((rule) => isFull(route.object, rule));
  if (full !== undefined) {
    const message = `spec.rules[${full}] has ${MAX_FILTERS} filters already, and the Gateway API takes no more: merge some`;
    return { ok: false, reason: 'RouteShape', message };
  }
  const unreached = implementation.addsPreflightRoute ? undefined : unreachedRule(route);
  if (unreached === undefined) return undefined;
  const message = `${unreached}, so preflights never reach it: add a match for the same path without that condition`;
  return { ok: false, reason: 'MethodMatch', message };
}

function isFull(object: KubernetesObject, rule: number): boolean {
  const filters = ruleFilters(object, rule);
  return filters.length >= MAX_FILTERS && !filters.some(isCorsFilter);
}

/** Headers set by other filters of a rule or of its backends, which answer whatever the CORS filter says. */
function foreignHeaders(route: Route): string | undefined {
  for (const index of route.rules) {
    const rule = ruleOf(route.object, index);
    if (rule === undefined) continue;
    const backends = listOf(rule['backendRefs']).filter((each) => isRecord(each) && each['filters'] !== undefined);
    const foreign = ownModifier(rule, index) ?? backends.map((each) => backendFilter(each, index)).find(isText);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

function ownModifier(rule: unknown, index: number): string | undefined {
  if (!filtersOf(rule).some(modifiesCors)) return undefined;
  return `a ResponseHeaderModifier of spec.rules[${index}] sets Access-Control-* headers`;
}

function backendFilter(backend: unknown, index: number): string | undefined {
  if (filtersOf(backend).some(isCorsFilter)) return `a backend of spec.rules[${index}] has a CORS filter of its own`;
  return ownModifier(backend, index);
}

function modifiesCors(filter: unknown): boolean {
  return [...modifiedHeaders(filter).keys()].some(isCorsHeader);
}

function filtersOf(value: unknown): readonly unknown[] {
  return isRecord(value) ? listOf(value['filters']) : NOTHING;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NOTHING;
}

const NOTHING: readonly unknown[] = [];

function isText(value: string | undefined): value is string {
  return value !== undefined;
}
