/** One installation of the operator: several may share a cluster. */
export type Installation = {
  /** "" unless it was given a name. */
  readonly instance: string;
  /** Field manager of all its writes: `cors-operator`, or `cors-operator-<instance>`. */
  readonly fieldManager: string;
};

/** Names an installation. */
export function installationOf(instance: string): Installation {
  return { instance, fieldManager: nameOf(instance) };
}

/** Whether a field manager is another installation's. */
export function isOtherInstallation(manager: unknown, { fieldManager }: Installation): boolean {
  return typeof manager === 'string' && manager !== fieldManager && /^cors-operator(?:-|$)/.test(manager);
}

/** Name of the Lease by which an installation's controllers agree on who writes. */
export function leaseNameOf(instance: string): string {
  return nameOf(instance);
}

function nameOf(instance: string): string {
  return instance === '' ? MANAGER : `${MANAGER}-${instance}`;
}

const MANAGER = 'cors-operator';
