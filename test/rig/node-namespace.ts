import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { firstInside, startNamespaced } from './namespaced-process.ts';
import { until } from './patience.ts';
import { type ProcessCommand, type RigProcess, startProcess } from './rig-process.ts';

/** Address of the node, on a bridge that leads nowhere. */
export const NODE_ADDRESS = '10.200.0.1';

/** Namespaces of network, mounts and processes in which a node runs. */
export type NodeNamespace = {
  /** Starts a server inside; it ends with the namespaces. */
  readonly start: (command: ProcessCommand) => RigProcess;
  /** Makes a program of this machine that runs another one inside, as this user. @returns its path */
  readonly wrap: (name: string, path: string) => Promise<string>;
  /** Ends everything inside. */
  readonly end: () => Promise<void>;
};

/**
 * Makes namespaces with one network of their own, a private `/run`, and kernel settings that a node may change without changing those of
 * this machine.
 *
 * @param folder of the rig; holds logs and wrappers
 */
export async function createNodeNamespace(folder: string): Promise<NodeNamespace> {
  const ready = join(folder, 'namespaces-are-ready');
  const command = { name: 'namespaces', path: 'sh', args: ['-euc', SCRIPT, 'sh', ready], folder };
  const holder = startNamespaced(command, { network: 'Own' });
  const servers: RigProcess[] = [];
  const end = async () => {
    await holder.kill();
    await Promise.all(servers.map((server) => server.kill()));
  };
  try {
    await until({ what: 'the namespaces of the node', check: () => existsSync(ready), servers: [holder] });
  } catch (error) {
    await end();
    throw error;
  }
  const flags = ['--target', String(firstInside(holder)), '--net', '--mount', '--pid', '--'];
  return {
    start(server) {
      const started = startProcess({ ...server, path: 'nsenter', args: [...flags, server.path, ...server.args] });
      servers.push(started);
      return started;
    },
    async wrap(name, path) {
      const wrapper = join(folder, name);
      await writeFile(wrapper, `#!/bin/sh\nexec nsenter ${flags.join(' ')} '${path}' "$@"\n`);
      await chmod(wrapper, 0o755);
      return wrapper;
    },
    end,
  };
}

/**
 * kubelet insists on writing a few settings of the kernel that are not a namespace's: it gets files of its own to write to. The shell
 * stays and takes the exit codes of what lost its parent.
 */
const SCRIPT = `
mount -t tmpfs -o mode=755 tmpfs /run
mkdir /run/netns /run/lock /run/settings
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \\
    kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  file=/run/settings/$(basename "\${setting%=*}")
  echo "\${setting#*=}" > "$file"
  mount --bind "$file" "/proc/sys/\${setting%=*}"
done
ip link set lo up
ip link add node0 type bridge
ip addr add ${NODE_ADDRESS}/24 dev node0
ip link set node0 up
ip route add default dev node0 src ${NODE_ADDRESS}
echo 1 > /proc/sys/net/ipv4/ip_forward
if [ -e /proc/sys/net/bridge/bridge-nf-call-iptables ]; then echo 1 > /proc/sys/net/bridge/bridge-nf-call-iptables; fi
: > "$1"
sleep infinity &
wait
`;
