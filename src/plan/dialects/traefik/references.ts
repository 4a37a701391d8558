import type { Route } from '../../../model/route.ts';
import type { ClassContext } from '../../dialect.ts';
import { annotationOf, listEntriesOf } from '../../target-keys.ts';
import { textDigest } from '../../text-digest.ts';

/** Annotation that lists the Middlewares of an Ingress, outermost first. */
export const MIDDLEWARES_ANNOTATION = 'traefik.ingress.kubernetes.io/router.middlewares';

const NAMING_ANNOTATION = 'cors-operator.dev/traefik-naming';
const PROVIDER = '@kubernetescrd';

/** How the controller names Middlewares: `legacy` unless it was started with `safeNaming`. */
export type Naming = 'legacy' | 'safe';

/** Longest name of a Middleware of ours, so that it fits wherever a name does. */
const MAX_NAME_LENGTH = 63;

/** A name that no naming scheme changes: legacy names lose dots and repeated dashes. */
const PLAIN_NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * The name under which the list of an Ingress names a Middleware. A wrong one makes the whole route a 404.
 *
 * Legacy names join namespace and name with a dash and turn every run of other characters into one, so that different
 * Middlewares can have the same.
 *
 * @see https://github.com/traefik/traefik/blob/v3.7.13/pkg/provider/kubernetes/crd/name_builder.go
 */
export function middlewareReference(namespace: string, name: string, naming: Naming): string {
  if (naming === 'safe') return `${namespace}_${name}${PROVIDER}`;
  return `${plainWords(`${namespace}-${name}`)}${PROVIDER}`;
}

/**
 * The name of the Middleware of ours for an Ingress: at most 63 bytes, the same for ever, different for every Ingress of a
 * namespace under both naming schemes.
 */
export function middlewareName({ target: { name } }: Pick<Route, 'target'>): string {
  const natural = `cors-operator-ingress-${name}`;
  if (natural.length <= MAX_NAME_LENGTH && PLAIN_NAME.test(name)) return natural;
  const digest = textDigest(name);
  const words = plainWords(name).slice(0, MAX_NAME_LENGTH - 'cors-operator-ingressx--'.length - digest.length);
  return `cors-operator-ingressx-${plainWords(`${words}-${digest}`)}`;
}

/** How the controller of a class names Middlewares: by the class annotation, else as its routes refer to them, else legacy. */
export function classNaming(context: ClassContext): Naming {
  const said = context.routeClass?.annotations[NAMING_ANNOTATION];
  if (said === 'legacy' || said === 'safe') return said;
  return context.evidence > 0 ? 'safe' : 'legacy';
}

/** Positive when a route refers to Middlewares by safe names, which alone hold an underscore. */
export function namingBalance(route: Route): number {
  const value = annotationOf(route.object, MIDDLEWARES_ANNOTATION);
  if (value === undefined) return 0;
  const references = listEntriesOf(value).filter((entry) => entry.endsWith(PROVIDER));
  const safe = references.filter((entry) => entry.includes('_')).length;
  return safe - (references.length - safe);
}

function plainWords(text: string): string {
  if (PLAIN_NAME.test(text)) return text;
  return text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .join('-');
}
