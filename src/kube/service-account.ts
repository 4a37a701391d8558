import { access, readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { ClusterAccess } from './access-credentials.ts';
import { createCachedFile } from './cached-file.ts';
import type { Clock } from './clock.ts';
import { createTlsMemory } from './tls-memory.ts';

/** Where kubelet mounts the files of a pod's service account. */
const MOUNTED = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The cluster that this process runs in as a pod; undefined when it does not. Its token lives an hour or so and its CA may
 * be replaced: both are read again when they change.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
 */
export async function findServiceAccount(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string | undefined,
  clock: Clock,
): Promise<ClusterAccess | undefined> {
  const host = environment['KUBERNETES_SERVICE_HOST'] ?? '';
  const port = environment['KUBERNETES_SERVICE_PORT'] ?? '443';
  const mounted = folder ?? MOUNTED;
  if (host === '' || !(await exists(join(mounted, 'token')))) {
    return undefined;
  }
  const token = createCachedFile(join(mounted, 'token'), clock);
  const ca = createCachedFile(join(mounted, 'ca.crt'), clock);
  const remember = createTlsMemory();
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: (await readNamespace(mounted)) ?? 'default',
    name: 'in-cluster',
    credentials: async () => ({
      headers: { authorization: `Bearer ${(await token.read()).toString('utf8').trim()}` },
      tls: remember({ ca: await ca.read() }),
    }),
    forget: token.forget,
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readNamespace(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'namespace'), 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}
