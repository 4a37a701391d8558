/** One installation of the operator: several may share a cluster. */
export type Installation = {
  /** "" unless it was given a name. */
  readonly instance: string;
  /** Field manager of all its writes: `cors-operator`, or `cors-operator-<instance>`. */
  readonly fieldManager: string;
};

/** Names an installation. */
export function installationOf(instance: string): Installation {
  return { instance, fieldManager: instance === '' ? MANAGER : `${MANAGER}-${instance}` };
}

const MANAGER = 'cors-operator';
