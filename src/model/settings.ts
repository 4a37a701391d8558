/** What the platform decided outside of the objects: flags, `.cors-operator.yaml`, chart values. */
export type Settings = {
  /** Namespace of the operator itself: holds the ConfigMaps of guardrails, never governed by default. */
  readonly operatorNamespace: string;
  /** Dialects of classes that the input does not hold or that detection would get wrong, by class name. */
  readonly classes: Readonly<Record<string, DialectChoice>>;
  /** Overrides every class. */
  readonly dialect?: DialectChoice;
  /** Whether routes that no dialect can say may go to the responder. `Standalone`: one process answers for all of them. */
  readonly responder: 'Disabled' | 'Standalone';
  /** How much one namespace may hold; {@link defaultLimits} when absent. */
  readonly limits?: Limits;
};

/** Bounds that keep one namespace from taking what all share; the youngest policies beyond them are not accepted. */
export type Limits = {
  readonly policiesPerNamespace: number;
  /** Bytes of origins and regexes of all policies of a namespace, a list counted once per policy that names it. */
  readonly originBytesPerNamespace: number;
};

/** 200 policies and 64 MiB of origins a namespace. */
export const defaultLimits: Limits = { policiesPerNamespace: 200, originBytesPerNamespace: 64 * 1024 * 1024 };

/** A dialect by name, and the version of its controller when it is known. */
export type DialectChoice = { readonly name: string; readonly version?: string };

/** What holds when nobody decided otherwise. */
export const defaultSettings: Settings = { operatorNamespace: 'cors-operator', classes: {}, responder: 'Standalone' };
