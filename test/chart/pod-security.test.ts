import { describe, expect, test } from 'vitest';
import { type PodSpec, restrictedViolations } from './pod-security.ts';

const CONTAINER = {
  name: 'main',
  image: 'image',
  args: [],
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
};

const POD: PodSpec = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [CONTAINER],
};

function withContext(securityContext: PodSpec['securityContext']): PodSpec {
  return {
    ...POD,
    containers: [{ ...CONTAINER, securityContext: { ...CONTAINER.securityContext, ...securityContext } }],
  };
}

const cases: readonly { readonly name: string; readonly pod: PodSpec; readonly says: readonly string[] }[] = [
  { name: 'restricted', pod: POD, says: [] },
  { name: 'the network of the host', pod: { ...POD, hostNetwork: true }, says: ['hostNetwork'] },
  { name: 'the processes of the host', pod: { ...POD, hostPID: true }, says: ['hostPID'] },
  { name: 'the IPC of the host', pod: { ...POD, hostIPC: true }, says: ['hostIPC'] },
  { name: 'a folder of the host', pod: { ...POD, volumes: [{ name: 'a', hostPath: {} }] }, says: ['volume hostPath'] },
  { name: 'an empty folder', pod: { ...POD, volumes: [{ name: 'a', emptyDir: {} }] }, says: [] },
  {
    name: 'a port of the host',
    pod: { ...POD, containers: [{ ...CONTAINER, ports: [{ name: 'a', containerPort: 1, hostPort: 1 }] }] },
    says: ['main: hostPort'],
  },
  { name: 'privileged', pod: withContext({ privileged: true }), says: ['main: privileged'] },
  {
    name: 'rights that grow',
    pod: withContext({ allowPrivilegeEscalation: true }),
    says: ['main: allowPrivilegeEscalation'],
  },
  {
    name: 'a root that can be written',
    pod: withContext({ readOnlyRootFilesystem: false }),
    says: ['main: readOnlyRootFilesystem'],
  },
  {
    name: 'maybe root',
    pod: { ...POD, securityContext: { seccompProfile: { type: 'RuntimeDefault' } } },
    says: ['main: runAsNonRoot'],
  },
  { name: 'root after all', pod: withContext({ runAsUser: 0 }), says: ['main: runAsUser'] },
  {
    name: 'no seccomp profile',
    pod: { ...POD, securityContext: { runAsNonRoot: true } },
    says: ['main: seccompProfile'],
  },
  {
    name: 'an unconfined container in a confined pod',
    pod: withContext({ seccompProfile: { type: 'Unconfined' } }),
    says: ['main: seccompProfile'],
  },
  { name: 'capabilities kept', pod: withContext({ capabilities: {} }), says: ['main: capabilities'] },
  {
    name: 'a capability added',
    pod: withContext({ capabilities: { drop: ['ALL'], add: ['NET_RAW'] } }),
    says: ['main: capabilities'],
  },
  {
    name: 'an init container of any kind',
    pod: {
      ...POD,
      initContainers: [
        {
          name: 'first',
          image: 'image',
          args: [],
          securityContext: { ...CONTAINER.securityContext, privileged: true },
        },
      ],
    },
    says: ['first: privileged'],
  },
];

describe('restrictedViolations', () => {
  test.each(cases)('$name', ({ pod, says }) => {
    expect(restrictedViolations(pod)).toEqual(says);
  });
});
