import type { StoredObject } from '../kube/stored-object.ts';
import type { KubernetesObject, ObjectMetadata } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';

/**
 * What a cache keeps of an object: the fields that are evaluated, and those that a write has to know. `last-applied` copies,
 * field managers of other fields and statuses are most of what a cluster stores, and are left out.
 */
export function keptObject(object: StoredObject): KubernetesObject {
  const { apiVersion, kind } = object;
  const kept = { apiVersion, kind, metadata: keptMetadata(object) };
  switch (kind) {
    case 'Namespace':
      return kept;
    case 'ConfigMap':
      return { ...kept, data: object['data'] };
    case 'GatewayClass':
      return { ...kept, spec: object['spec'], status: featuresOf(object['status']) };
    case 'CorsPolicy':
    case 'ClusterCorsPolicy':
    case 'CorsException':
      return { ...kept, spec: object['spec'], status: object['status'] };
    default:
      return { ...kept, spec: object['spec'] };
  }
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Kinds on which annotations are written, so that their owners have to be known. */
const TARGET_KINDS: ReadonlySet<string> = new Set(['Ingress', 'HTTPRoute']);

function keptMetadata(object: StoredObject): ObjectMetadata {
  const { metadata } = object;
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, labels, ownerReferences } = metadata;
  const fields = {
    name,
    namespace,
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    labels,
    annotations: keptAnnotations(metadata['annotations']),
    ownerReferences,
    managedFields: managersOf(object),
  };
  // A field that is absent stays absent: that is shorter, and what readers expect.
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ObjectMetadata;
}

function managersOf({ apiVersion, kind, metadata: { managedFields } }: StoredObject): unknown {
  if (TARGET_KINDS.has(kind)) return annotationManagers(managedFields);
  return apiVersion.startsWith('cors-operator.dev/') ? statusManagers(managedFields) : undefined;
}

/** Who writes the status of an object of ours: another installation may. */
function statusManagers(managedFields: unknown): unknown {
  if (!Array.isArray(managedFields)) return undefined;
  const entries = managedFields.filter(isRecord).filter(({ subresource }) => subresource === 'status');
  return entries.map(({ manager, operation, subresource }) => ({ manager, operation, subresource }));
}

function keptAnnotations(annotations: unknown): unknown {
  if (!isRecord(annotations) || !Object.hasOwn(annotations, LAST_APPLIED)) return annotations;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED));
}

/** Who owns which annotation; entries keep their order and number, since a patch names them by index. */
function annotationManagers(managedFields: unknown): unknown {
  if (!Array.isArray(managedFields)) return undefined;
  return managedFields.map((entry: unknown) => {
    if (!isRecord(entry)) return {};
    const { manager, operation, subresource, fieldsV1 } = entry;
    const metadata = isRecord(fieldsV1) ? fieldsV1['f:metadata'] : undefined;
    const annotations = isRecord(metadata) ? metadata['f:annotations'] : undefined;
    const owned = annotations === undefined ? {} : { 'f:metadata': { 'f:annotations': annotations } };
    return { manager, operation, ...(subresource === undefined ? {} : { subresource }), fieldsV1: owned };
  });
}

function featuresOf(status: unknown): unknown {
  return isRecord(status) ? { supportedFeatures: status['supportedFeatures'] } : undefined;
}
