import type { KubernetesObject } from './kubernetes-object.ts';
import type { TargetRef } from './reference.ts';

/**
 * A route: what one policy governs as a whole. An Ingress is one route; an HTTPRoute is one route per rule that has a
 * name, and one for all rules without. Rules that share a name are one route; an HTTPRoute without rules is one without
 * matches.
 */
export type Route = {
  readonly target: TargetRef;
  /** The target object, whole and unchanged. */
  readonly object: KubernetesObject;
  /** Which entries of an HTTPRoute's `spec.rules` belong to this route, ascending; empty for an Ingress. */
  readonly rules: readonly number[];
  /** How requests reach it, for the responder: every host with every path. */
  readonly matches: readonly RouteMatch[];
  /**
   * The controllers that serve it, never empty: an Ingress has one, an HTTPRoute one per parent, and one without a class
   * when it names no parent.
   */
  readonly parents: readonly RouteParent[];
};

/** One host and path that a route answers. */
export type RouteMatch = {
  /** Lower case; "*.example.com" covers one label for an Ingress and any depth for an HTTPRoute; "" any host. */
  readonly host: string;
  readonly hostWildcard: 'None' | 'Single' | 'Any';
  readonly path: string;
  readonly pathType: 'Exact' | 'Prefix';
  /** Only requests with this method, if set. */
  readonly method?: string;
  /** Only requests with certain headers or query parameters, which a table of hosts and paths does not see. */
  readonly conditional?: true;
  /** Where such requests go: of several the first with a weight; absent when that is not a plain Service with a port. */
  readonly backend?: BackendRef;
};

/** A Service port as the route writes it. */
export type BackendRef = { readonly namespace: string; readonly service: string; readonly port: number | string };

/** A class of controllers that serves a route, as far as the input tells. */
export type RouteParent = {
  /** IngressClass or GatewayClass name; undefined when the route names none and there is no default, or its Gateway is not in the input. */
  readonly className?: string;
  readonly classKind: 'IngressClass' | 'GatewayClass';
  /**
   * For messages: `class nginx`, `default class nginx`, `no class`, `Gateway shop/public`, `Gateway shop/public, which is
   * not in the input`, `no parent`.
   */
  readonly description: string;
};
