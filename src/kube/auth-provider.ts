import { KubeError } from './kube-error.ts';
import type { KubeconfigUser } from './kubeconfig.ts';

type AuthProvider = NonNullable<KubeconfigUser['auth-provider']>;

/** Gives the token of an `auth-provider`, renewed as far as the provider can. */
export type AuthProviderSource = {
  /** @throws KubeError `NoAccess` */
  readonly token: () => Promise<string | undefined>;
};

/** The older way to log in (oidc; gcp and azure before their plugins), left to client-node, which is loaded for it. */
export function createAuthProviderSource(provider: AuthProvider): AuthProviderSource {
  let loaded: Promise<() => Promise<unknown>> | undefined;
  return {
    async token() {
      loaded ??= loadProvider(provider);
      try {
        const bearer = await (await loaded)();
        return typeof bearer === 'string' ? bearer.replace(/^Bearer /, '') : undefined;
      } catch (error) {
        // The cause is not kept: it may quote what an identity provider answered.
        const kind = error instanceof Error ? error.name : 'unknown';
        throw new KubeError('NoAccess', `auth-provider ${provider.name} gave no token (${kind})`);
      }
    },
  };
}

async function loadProvider(provider: AuthProvider): Promise<() => Promise<unknown>> {
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  const cluster = { name: 'cluster', server: 'https://localhost', skipTLSVerify: false };
  config.loadFromClusterAndUser(cluster, { name: 'user', authProvider: { config: {}, ...provider } });
  return async () => {
    const options: { headers: Record<string, string> } = { headers: {} };
    await config.applyToHTTPSOptions(options);
    return options.headers['Authorization'];
  };
}
