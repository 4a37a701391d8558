import type { KubernetesObject } from './kubernetes-object.ts';
import { isRecord } from './object-shape.ts';

/** API group of Gateway, GatewayClass and HTTPRoute. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** What a route has to know of a Gateway. */
export type Gateway = {
  /** `spec.gatewayClassName`; undefined when it cannot be read. */
  readonly className: string | undefined;
  readonly listeners: readonly Listener[];
};

/** A listener that HTTPRoutes can be attached to. */
export type Listener = {
  readonly name: string | undefined;
  readonly port: number | undefined;
  /** "" for every host. */
  readonly hostname: string;
};

/** Reads a Gateway: its class and its HTTP and HTTPS listeners. What has a wrong type is left out. */
export function readGateway(object: KubernetesObject): Gateway {
  const spec = isRecord(object['spec']) ? object['spec'] : {};
  const { gatewayClassName, listeners } = spec;
  return {
    className: typeof gatewayClassName === 'string' && gatewayClassName !== '' ? gatewayClassName : undefined,
    listeners: Array.isArray(listeners) ? listeners.flatMap(readListener) : [],
  };
}

function readListener(value: unknown): readonly Listener[] {
  if (!isRecord(value)) return [];
  const { name, port, hostname, protocol } = value;
  if (protocol !== 'HTTP' && protocol !== 'HTTPS') return [];
  if (hostname !== undefined && typeof hostname !== 'string') return [];
  return [
    {
      name: typeof name === 'string' ? name : undefined,
      port: typeof port === 'number' ? port : undefined,
      hostname: hostname ?? '',
    },
  ];
}
