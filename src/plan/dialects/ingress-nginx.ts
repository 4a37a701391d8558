import type { KubernetesObject } from '../../model/kubernetes-object.ts';
import type { Route } from '../../model/route.ts';
import type { ClassContext, Dialect, Expression, Speaker } from '../dialect.ts';
import { noChanges } from '../plan.ts';
import { isRestorableText } from '../restorable-text.ts';
import { annotationOf } from '../target-keys.ts';
import {
  corsAnnotations,
  DEFAULT_PREFIX,
  isCorsAnnotation,
  OFF_VALUES,
  prefixed,
} from './ingress-nginx/annotation-keys.ts';
import { expressValues } from './ingress-nginx/expression.ts';
import { readValues } from './ingress-nginx/reading.ts';
import { annotationViolations } from './ingress-nginx/violations.ts';

/**
 * ingress-nginx and its forks: seven annotations on an Ingress.
 *
 * @see https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/#enable-cors
 */
export const ingressNginx: Dialect = {
  name: 'ingress-nginx',
  targetKinds: ['Ingress'],
  versions: { oldest: '1.9.1', newest: '1.15.1' },
  preflightStatus: 204,
  detect: (routeClass) => routeClass.kind === 'IngressClass' && routeClass.controller === 'k8s.io/ingress-nginx',
  open: speaker,
  violations: (changes) => annotationViolations(changes),
  isRestorable: (annotation, original) =>
    isCorsAnnotation(annotation) && (original === undefined || isRestorableText(original)),
  ownEntries: () => [],
};

function speaker(context: ClassContext): Speaker {
  const prefix = context.annotationPrefix ?? DEFAULT_PREFIX;
  const keys = corsAnnotations(prefix);
  const snippets = SNIPPETS.map((name) => `${prefix}/${name}`);
  const off = { ...noChanges, annotations: prefixed(OFF_VALUES, prefix) };
  return {
    express: (policy) => {
      const expression = expressValues(policy, context.version);
      if (!expression.ok) return () => expression;
      const changes = { ...noChanges, annotations: prefixed(expression.values, prefix) };
      const said: Expression = { ok: true, changes, owned: [], losses: expression.losses };
      return () => said;
    },
    off: () => off,
    read: (route) => readValues((key) => annotationOf(route.object, keys[key]), context.version),
    reads: Object.values(keys),
    inUse: () => [],
    foreignCors: (route) => foreignSnippet(route, snippets),
  };
}

const SNIPPETS: readonly string[] = ['configuration-snippet', 'server-snippet', 'auth-snippet'];

/** A snippet that sets CORS headers answers beside the annotations, whatever they say. */
function foreignSnippet(route: Route, snippets: readonly string[]): string | undefined {
  for (const key of snippets) {
    if (setsCorsHeaders(route.object, key)) return `the annotation ${key} sets Access-Control-* headers`;
  }
  return undefined;
}

function setsCorsHeaders(object: KubernetesObject, annotation: string): boolean {
  const snippet = annotationOf(object, annotation);
  return snippet !== undefined && /access-control-(?:allow|expose|max)/i.test(snippet);
}
