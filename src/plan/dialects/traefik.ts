import type { Policy } from '../../cors/policy.ts';
import type { KubernetesObject } from '../../model/kubernetes-object.ts';
import type { Fields } from '../../model/object-shape.ts';
import { remembered } from '../../model/remembered.ts';
import type { Route } from '../../model/route.ts';
import type { ClassContext, Dialect, Expression, Reading, Speaker } from '../dialect.ts';
import { type ListEntry, MANAGED_BY, MANAGED_BY_LABEL, noChanges } from '../plan.ts';
import { annotationOf, labelOf, listEntriesOf } from '../target-keys.ts';
import { expressHeaders } from './traefik/expression.ts';
import {
  headerConfigurations,
  indexMiddlewares,
  type MiddlewareIndex,
  middlewareWords,
  overlayMiddlewares,
} from './traefik/middlewares.ts';
import { readConfigurations, setsCorsHeaders } from './traefik/reading.ts';
import {
  classNaming,
  MIDDLEWARES_ANNOTATION,
  middlewareName,
  middlewareReference,
  type Naming,
  namingBalance,
} from './traefik/references.ts';
import { middlewareViolations } from './traefik/violations.ts';

/**
 * Traefik: a headers Middleware of our own beside the Ingress, named first in its list of Middlewares.
 *
 * @see https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/headers/
 */
export const traefik: Dialect = {
  name: 'traefik',
  targetKinds: ['Ingress'],
  versions: { oldest: '2.11.0', newest: '3.7.13' },
  preflightStatus: 200,
  detect: (routeClass) =>
    routeClass.kind === 'IngressClass' && routeClass.controller === 'traefik.io/ingress-controller',
  evidence: namingBalance,
  open: speaker,
  violations: middlewareViolations,
  isRestorable: () => false,
  ownEntries: (target) =>
    target.kind === 'Ingress'
      ? bothReferences({ target }).map((entry) => ({ annotation: MIDDLEWARES_ANNOTATION, entry }))
      : [],
};

function speaker(context: ClassContext): Speaker {
  const naming = classNaming(context);
  const index = indexMiddlewares(context.objects.values());
  const readAlone = remembered((headers: Fields) => readConfigurations([headers], context.version));
  return {
    express: (policy) => expressFor(policy, context.version, { naming, index }),
    off: (route) => ({ ...noChanges, listEntries: bothReferences(route).map(absent) }),
    read: (route, owned) => {
      const chain = readChain(route, overlayMiddlewares(index, owned));
      if (!chain.ok) return chain.reading;
      const [only] = chain.configurations;
      const isAlone = only !== undefined && chain.configurations.length === 1;
      return isAlone ? readAlone(only) : readConfigurations(chain.configurations, context.version);
    },
    reads: 'Everything',
    inUse: (route) =>
      listedReferences(route)
        .flatMap(index.find)
        .filter((object) => isOurs(object, route)),
    foreignCors: (route) => foreignMiddleware(route, index),
  };
}

type Surroundings = { readonly naming: Naming; readonly index: MiddlewareIndex };

function expressFor(
  policy: Policy,
  version: string | undefined,
  surroundings: Surroundings,
): (route: Route) => Expression {
  const expression = expressHeaders(policy, version);
  if (!expression.ok) return () => expression;
  const spec = { headers: expression.headers };
  return (route) => attach(route, spec, { ...surroundings, losses: expression.losses });
}

type Attachment = Surroundings & { readonly losses: Extract<Expression, { ok: true }>['losses'] };

function attach(route: Route, spec: Readonly<Record<string, unknown>>, attachment: Attachment): Expression {
  const { naming, index, losses } = attachment;
  const name = middlewareName(route);
  const { namespace } = route.target;
  const entry = middlewareReference(namespace, name, naming);
  const other = middlewareReference(namespace, name, naming === 'legacy' ? 'safe' : 'legacy');
  const twin = index.find(entry).find((each) => !isNamed(each, namespace, name));
  if (twin !== undefined) {
    const message = `${middlewareWords(twin)} has the same name for Traefik as the Middleware that the route needs, ${entry}: rename it, or start Traefik with safeNaming`;
    return { ok: false, reason: 'NameTaken', message };
  }
  const listEntries = [first(entry), absent(other)];
  return { ok: true, changes: { ...noChanges, listEntries }, owned: [middleware(route, name, spec)], losses };
}

function middleware(route: Route, name: string, spec: Readonly<Record<string, unknown>>): KubernetesObject {
  const { apiVersion, kind, metadata } = route.object;
  const owner = { apiVersion, kind, name: metadata.name };
  const ownerReferences = metadata.uid === undefined ? {} : { ownerReferences: [{ ...owner, uid: metadata.uid }] };
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: {
      name,
      namespace: route.target.namespace,
      labels: { [MANAGED_BY_LABEL]: MANAGED_BY },
      ...ownerReferences,
    },
    spec,
  };
}

function bothReferences(route: Pick<Route, 'target'>): readonly string[] {
  const name = middlewareName(route);
  return (['legacy', 'safe'] as const).map((naming) => middlewareReference(route.target.namespace, name, naming));
}

function first(entry: string): ListEntry {
  return { annotation: MIDDLEWARES_ANNOTATION, entry, presence: 'First' };
}

function absent(entry: string): ListEntry {
  return { annotation: MIDDLEWARES_ANNOTATION, entry, presence: 'Absent' };
}

type Chain =
  | { readonly ok: true; readonly configurations: readonly Fields[] }
  | { readonly ok: false; readonly reading: Reading };

/** Every Middleware of the list that the input holds; one of ours that it does not hold makes the whole route a 404. */
function readChain(route: Route, index: MiddlewareIndex): Chain {
  const ours = bothReferences(route);
  const found: KubernetesObject[] = [];
  for (const entry of listedReferences(route)) {
    const middlewares = index.find(entry);
    if (middlewares.length === 0 && ours.includes(entry)) {
      const message = `${entry} does not exist, so the whole route is a 404`;
      return { ok: false, reading: { kind: 'Invalid', message } };
    }
    found.push(...middlewares);
  }
  return { ok: true, configurations: found.flatMap((object) => headerConfigurations(object, index)) };
}

function foreignMiddleware(route: Route, index: MiddlewareIndex): string | undefined {
  for (const entry of listedReferences(route)) {
    for (const object of index.find(entry)) {
      if (isOurs(object, route)) continue;
      if (headerConfigurations(object, index).some(setsCorsHeaders)) {
        return `${middlewareWords(object)}, which the route names, sets CORS headers`;
      }
    }
  }
  return undefined;
}

function isOurs(object: KubernetesObject, route: Route): boolean {
  const isManaged = labelOf(object, MANAGED_BY_LABEL) === MANAGED_BY;
  return isManaged && isNamed(object, route.target.namespace, middlewareName(route));
}

function isNamed(object: KubernetesObject, namespace: string, name: string): boolean {
  return object.metadata.name === name && object.metadata.namespace === namespace;
}

const NO_REFERENCES: readonly string[] = [];

function listedReferences(route: Route): readonly string[] {
  const value = annotationOf(route.object, MIDDLEWARES_ANNOTATION);
  return value === undefined ? NO_REFERENCES : listEntriesOf(value);
}
