import { creationTime } from './creation-time.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { isRecord } from './object-shape.ts';
import type { RouteClass } from './snapshot.ts';

const DEFAULT_ANNOTATION = 'ingressclass.kubernetes.io/is-default-class';

/** Reads an IngressClass; a controller that cannot be read is "", which no dialect detects. */
export function readIngressClass(object: KubernetesObject): RouteClass {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  return {
    kind: 'IngressClass',
    ...classFields(object, spec['controller']),
    isDefault: object.metadata.annotations?.[DEFAULT_ANNOTATION] === 'true',
  };
}

/** Reads a GatewayClass, with the features that its controller advertises. */
export function readGatewayClass(object: KubernetesObject): RouteClass {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const fields = { ...classFields(object, spec['controllerName']), isDefault: false };
  const features = isRecord(object['status']) ? object['status']['supportedFeatures'] : undefined;
  if (!Array.isArray(features)) return { kind: 'GatewayClass', ...fields };
  return { kind: 'GatewayClass', ...fields, supportedFeatures: features.flatMap(featureName) };
}

/**
 * The class of an Ingress that names none: of several defaults the newest, then the first by name, as the API server's
 * admission chooses.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/network/defaultingressclass/admission.go
 */
export function defaultIngressClass(classes: readonly RouteClass[]): string | undefined {
  let chosen: RouteClass | undefined;
  for (const each of classes) {
    if (each.isDefault && (chosen === undefined || comesBefore(each, chosen))) chosen = each;
  }
  return chosen?.name;
}

function classFields(
  object: KubernetesObject,
  controller: unknown,
): Pick<RouteClass, 'name' | 'controller' | 'annotations' | 'creationTimestamp'> {
  return {
    name: object.metadata.name,
    controller: typeof controller === 'string' ? controller : '',
    annotations: object.metadata.annotations ?? {},
    creationTimestamp: object.metadata.creationTimestamp ?? '',
  };
}

/** Names since Gateway API 1.1; before, the list held plain strings. */
function featureName(feature: unknown): readonly string[] {
  const name = isRecord(feature) ? feature['name'] : feature;
  return typeof name === 'string' ? [name] : [];
}

function comesBefore(left: RouteClass, right: RouteClass): boolean {
  const difference = creationTime(right.creationTimestamp) - creationTime(left.creationTimestamp);
  return difference < 0 || (!(difference > 0) && left.name < right.name);
}
