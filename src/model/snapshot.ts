import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import type { ClusterPolicyObject, ExceptionObject, PolicyObject } from './policy-object.ts';
import type { Route } from './route.ts';
import type { Settings } from './settings.ts';

export type {
  ClusterPolicyObject,
  ClusterPolicyReach,
  ExceptionObject,
  OwnObject,
  PolicyObject,
} from './policy-object.ts';

/** All inputs of one evaluation at one moment. Order never matters. */
export type Snapshot = {
  readonly policies: readonly PolicyObject[];
  readonly clusterPolicies: readonly ClusterPolicyObject[];
  readonly exceptions: readonly ExceptionObject[];
  readonly routes: readonly Route[];
  /** What routes that are left out of this snapshot tell about how their controllers were started, by dialect and class. */
  readonly peerEvidence: ReadonlyMap<string, number>;
  readonly classes: readonly RouteClass[];
  /** Labels of every Namespace in the input, by name; `kubernetes.io/metadata.name` always stands among them. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** ConfigMaps, by `namespace/name`: those that policies may refer to, and others unread. */
  readonly originLists: ReadonlyMap<string, OriginListObject>;
  /**
   * Objects of all other kinds but Secrets (Middlewares, Services, Gateways and so on), by `kind/namespace/name`; of two
   * groups with one kind and name, the one whose apiVersion is lower in byte order. Cluster-scoped: `kind//name`.
   */
  readonly dialectObjects: ReadonlyMap<string, KubernetesObject>;
  /** Target kinds `group/kind` that are known not to be installed; empty for files. */
  readonly missingKinds: ReadonlySet<string>;
  /** Problems of the input that belong to no policy, sorted. */
  readonly issues: readonly Issue[];
  readonly settings: Settings;
};

/** An IngressClass or GatewayClass. */
export type RouteClass = {
  readonly kind: 'IngressClass' | 'GatewayClass';
  readonly name: string;
  /** `spec.controller` or `spec.controllerName`. */
  readonly controller: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Marked as default with `ingressclass.kubernetes.io/is-default-class: "true"`. */
  readonly isDefault: boolean;
  readonly creationTimestamp: string;
  /** `status.supportedFeatures` of a GatewayClass, names only; undefined when the status has none. */
  readonly supportedFeatures?: readonly string[];
};

/** A ConfigMap of origins, unparsed. */
export type OriginListObject = {
  readonly namespace: string;
  readonly name: string;
  /** Has the label `cors-operator.dev/origins: "true"`; without it no policy may read it. */
  readonly labelled: boolean;
  readonly data: Readonly<Record<string, string>>;
};
