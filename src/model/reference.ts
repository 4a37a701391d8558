/** Names one object of a kind whose group is known from the kind. */
export type ObjectRef = {
  readonly kind: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly name: string;
};

/** Names a route: a target object, or one named rule of an HTTPRoute. */
export type TargetRef = {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The rule's `name`, for an HTTPRoute whose rules have names. */
  readonly sectionName?: string;
};
