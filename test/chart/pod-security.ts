/** A pod as a template holds it; only what the standard asks about. */
export type PodSpec = {
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
};

export type Container = {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly hostPort?: number; readonly name: string; readonly containerPort: number }[];
  readonly securityContext?: SecurityContext;
  readonly resources?: unknown;
};

type SecurityContext = {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly seccompProfile?: { readonly type?: string };
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
};

/**
 * What the Pod Security Standard `restricted` forbids in a pod, and a root file system that can be written besides.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function restrictedViolations(pod: PodSpec): readonly string[] {
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return [
    ...violated('hostNetwork', pod.hostNetwork === true),
    ...violated('hostPID', pod.hostPID === true),
    ...violated('hostIPC', pod.hostIPC === true),
    ...(pod.volumes ?? []).flatMap(volumeViolations),
    ...containers.flatMap((container) => containerViolations(pod, container)),
  ];
}

const ALLOWED_VOLUMES: ReadonlySet<string> = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

function volumeViolations(volume: Readonly<Record<string, unknown>>): readonly string[] {
  const kinds = Object.keys(volume).filter((key) => key !== 'name');
  return kinds.filter((kind) => !ALLOWED_VOLUMES.has(kind)).map((kind) => `volume ${kind}`);
}

function containerViolations(
  pod: PodSpec,
  { name, ports = [], securityContext: own = {} }: Container,
): readonly string[] {
  const inherited = { ...pod.securityContext, ...own };
  const profile = inherited.seccompProfile?.type;
  const added = own.capabilities?.add ?? [];
  const found = [
    ...violated(
      'hostPort',
      ports.some(({ hostPort = 0 }) => hostPort !== 0),
    ),
    ...violated('privileged', own.privileged === true),
    ...violated('allowPrivilegeEscalation', own.allowPrivilegeEscalation !== false),
    ...violated('readOnlyRootFilesystem', own.readOnlyRootFilesystem !== true),
    ...violated('runAsNonRoot', inherited.runAsNonRoot !== true),
    ...violated('runAsUser', inherited.runAsUser === 0),
    ...violated('seccompProfile', profile !== 'RuntimeDefault' && profile !== 'Localhost'),
    ...violated(
      'capabilities',
      own.capabilities?.drop?.includes('ALL') !== true || added.some((each) => each !== 'NET_BIND_SERVICE'),
    ),
  ];
  return found.map((what) => `${name}: ${what}`);
}

function violated(what: string, is: boolean): readonly string[] {
  return is ? [what] : [];
}
