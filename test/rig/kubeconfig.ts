import type { ApiAccess } from './api-request.ts';

/** A kubeconfig of one cluster and one user, as text. */
export function kubeconfigText({ url, ca, token }: ApiAccess): string {
  const cluster = { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'rig',
    clusters: [{ name: 'rig', cluster }],
    users: [{ name: 'rig', user: { token } }],
    contexts: [{ name: 'rig', context: { cluster: 'rig', user: 'rig' } }],
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
