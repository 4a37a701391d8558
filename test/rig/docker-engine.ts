import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { ownCgroup, removeCgroup } from './cgroups.ts';
import { startNamespaced } from './namespaced-process.ts';
import { until } from './patience.ts';
import { createRigFolder } from './rig-folder.ts';
import { ensurePrograms, isRoot, programPath } from './system-packages.ts';

/** A Docker engine that containers are run with. */
export type DockerEngine = {
  /** `Own`: started here; it has no network but the host's or none, and cannot pull. `Found`: one that was there. */
  readonly kind: 'Own' | 'Found';
  /** Ends what was started here and removes what it stored; safe to call twice. */
  readonly stop: () => Promise<void>;
};

/**
 * Has testcontainers use the Docker engine that DOCKER_HOST names, or one at the usual place, or one of its own.
 *
 * @throws with one line that says what it needs
 */
export async function useDockerEngine(): Promise<DockerEngine> {
  // Its image cannot be pulled everywhere; suites clean up themselves.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  if ((process.env['DOCKER_HOST'] ?? '') !== '' || (await accepts('/var/run/docker.sock'))) {
    return { kind: 'Found', stop: () => Promise.resolve() };
  }
  const { socket, stop } = await startDockerEngine();
  process.env['DOCKER_HOST'] = `unix://${socket}`;
  // Else it looks for a bridge where it runs in a container itself.
  process.env['TESTCONTAINERS_HOST_OVERRIDE'] = '127.0.0.1';
  return { kind: 'Own', stop };
}

type OwnEngine = { readonly socket: string; readonly stop: () => Promise<void> };

/** All of it is inside its folder and namespaces of its own, so that everything ends with it, whatever ends the suite. */
async function startDockerEngine(): Promise<OwnEngine> {
  if (!isRoot()) throw new Error('no Docker engine answers: start one, name one by DOCKER_HOST, or run as root');
  await ensurePrograms('the image tier', { dockerd: 'docker.io', unshare: 'util-linux', mount: 'mount' });
  const folder = await createRigFolder();
  const cgroup = await ownCgroup('docker');
  const socket = join(folder, 'docker.sock');
  const server = startNamespaced({
    name: 'dockerd',
    path: 'sh',
    args: ['-euc', SCRIPT, 'sh', ...flags(folder, cgroup)],
    folder,
    env: { DOCKERD: programPath('dockerd') ?? 'dockerd' },
  });
  const stop = async () => {
    await server.kill();
    await removeCgroup(cgroup);
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  };
  try {
    await until({ what: 'the Docker engine', check: () => accepts(socket), servers: [server] });
    return { socket, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The engine sees no containerd, plugins or configuration of the host's, and leaves none of its own there. The name servers' file may
 * lie below the hidden folder.
 */
const SCRIPT = `
servers=$(cat /etc/resolv.conf)
mkdir -p /etc/docker
mount -t tmpfs tmpfs /etc/docker
mount -t tmpfs tmpfs /run
if ! [ -e /etc/resolv.conf ]; then
  file=$(readlink -m /etc/resolv.conf)
  mkdir -p "$(dirname "$file")"
  printf '%s\\n' "$servers" > "$file"
fi
exec "$DOCKERD" "$@"
`;

/** Nothing on the host's network is changed: no bridge, no packet filter, no forwarding. */
function flags(folder: string, cgroup: string): readonly string[] {
  return [
    `--data-root=${join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'docker.pid')}`,
    `--host=unix://${join(folder, 'docker.sock')}`,
    `--cgroup-parent=/${cgroup}`,
    '--bridge=none',
    '--iptables=false',
    '--ip6tables=false',
    '--ip-forward=false',
    '--ip-masq=false',
    '--log-level=warn',
  ];
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', () => resolve(false));
  });
}
