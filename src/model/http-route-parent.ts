import { GATEWAY_GROUP, type Gateway } from './gateway.ts';
import { type Fields, isRecord, objectNamespace, reportShape, type ShapeReport } from './object-shape.ts';
import type { RouteParent } from './route.ts';

/** Gateways of the input, by `namespace/name`. */
export type Gateways = ReadonlyMap<string, Gateway>;

/** A parent of an HTTPRoute, and the hosts that reach the route through it; "" for every host. */
export type ParentReading = { readonly parent: RouteParent; readonly hostnames: readonly string[] };

/**
 * Reads `spec.parentRefs`, one reading per parent object, in the order they are first named.
 *
 * A Gateway that is not in the input may have any class and any listener. Parents of other kinds (a Service, for a mesh)
 * have no class.
 */
export function readParents(spec: Fields, report: ShapeReport, gateways: Gateways): readonly ParentReading[] {
  const refs = spec['parentRefs'];
  if (refs === undefined || refs === null) return [NO_PARENT];
  if (!Array.isArray(refs)) {
    reportShape(report, 'spec.parentRefs', 'a list');
    return [NO_PARENT];
  }
  const readings = new Map<string, ParentReading>();
  for (const [index, ref] of refs.entries()) {
    const reading = readParent(ref, report, gateways);
    if (reading === undefined) reportShape(report, `spec.parentRefs[${index}]`, 'a reference with a name');
    else mergeReading(readings, reading);
  }
  return readings.size === 0 ? [NO_PARENT] : [...readings.values()];
}

const ANY_HOSTNAME: readonly string[] = [''];
const NO_PARENT: ParentReading = {
  parent: { classKind: 'GatewayClass', description: 'no parent' },
  hostnames: ANY_HOSTNAME,
};

function readParent(ref: unknown, report: ShapeReport, gateways: Gateways): ParentReading | undefined {
  if (!isRecord(ref)) return undefined;
  const { name, namespace = objectNamespace(report.object), kind = 'Gateway', group = GATEWAY_GROUP } = ref;
  if (typeof name !== 'string' || typeof namespace !== 'string') return undefined;
  const words = `${String(kind)} ${namespace}/${name}`;
  if (kind !== 'Gateway' || group !== GATEWAY_GROUP) return classless(words, ANY_HOSTNAME);
  const gateway = gateways.get(`${namespace}/${name}`);
  if (gateway === undefined) return classless(`${words}, which is not in the input`, ANY_HOSTNAME);
  const hostnames = listenerHostnames(gateway, ref);
  if (gateway.className === undefined) return classless(`${words}, which names no class`, hostnames);
  return { parent: { className: gateway.className, classKind: 'GatewayClass', description: words }, hostnames };
}

function classless(description: string, hostnames: readonly string[]): ParentReading {
  return { parent: { classKind: 'GatewayClass', description }, hostnames };
}

function listenerHostnames(gateway: Gateway, ref: Fields): readonly string[] {
  const { sectionName, port } = ref;
  return gateway.listeners
    .filter((each) => (sectionName ?? each.name) === each.name && (port ?? each.port) === each.port)
    .map((each) => each.hostname);
}

function mergeReading(readings: Map<string, ParentReading>, reading: ParentReading): void {
  const key = reading.parent.description;
  const former = readings.get(key);
  const hostnames = [...new Set([...(former?.hostnames ?? []), ...reading.hostnames])];
  readings.set(key, { parent: reading.parent, hostnames });
}
