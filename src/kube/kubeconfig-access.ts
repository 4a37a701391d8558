import type { AccessCredentials, ClusterAccess, TlsMaterial } from './access-credentials.ts';
import { createAuthProviderSource } from './auth-provider.ts';
import { createCachedFile } from './cached-file.ts';
import type { Clock } from './clock.ts';
import { environmentProxy } from './environment-proxy.ts';
import { createExecSource, type ExecSource } from './exec-credentials.ts';
import { KubeError } from './kube-error.ts';
import { type KubeconfigChoice, type KubeconfigCluster, type KubeconfigUser, readKubeconfig } from './kubeconfig.ts';
import { createTlsMemory } from './tls-memory.ts';

/** Which kubeconfig files, and what of them. */
export type KubeconfigSearch = {
  readonly paths: readonly string[];
  /** Whether somebody asked for them, so that missing files are an error. */
  readonly needed: boolean;
  readonly context: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
};

/**
 * The cluster of a kubeconfig's context; undefined when nobody asked for it and there is none.
 *
 * @throws KubeError `NoAccess`
 */
export async function findKubeconfigAccess(search: KubeconfigSearch): Promise<ClusterAccess | undefined> {
  const choice = await readKubeconfig(search.paths, search.context, search.needed ? 'Refused' : 'Allowed');
  if (choice === undefined) {
    return undefined;
  }
  const { cluster, user } = choice;
  refuseUnsaid(choice);
  const server = cluster.server.replace(/\/+$/, '');
  const proxy = cluster['proxy-url'] ?? environmentProxy(server, search.environment);
  const source = createSource(cluster, user, search.clock);
  return {
    server,
    namespace: choice.namespace ?? 'default',
    name: choice.context,
    ...(proxy === undefined ? {} : { proxy }),
    ...source,
  };
}

type Source = Pick<ClusterAccess, 'credentials' | 'forget'>;
type Bytes = () => Promise<Buffer | undefined>;

function createSource(cluster: KubeconfigCluster, user: KubeconfigUser, clock: Clock): Source {
  const exec = user.exec ? createExecSource(user.exec, cluster) : undefined;
  const login = createLogin(user, clock);
  const material = createMaterial(cluster, user, clock);
  const remember = createTlsMemory();
  const impersonation = impersonationHeaders(user);
  return {
    async credentials(): Promise<AccessCredentials> {
      const given = await exec?.read();
      const { cert, key, token } = given ?? {};
      const authorization = token === undefined ? await login.authorization() : `Bearer ${token}`;
      const own = await material();
      const tls = cert === undefined || key === undefined ? own : { ...own, cert, key };
      return {
        headers: { ...(authorization === undefined ? {} : { authorization }), ...impersonation },
        tls: remember(tls),
      };
    },
    forget() {
      exec?.forget();
      login.forget();
    },
  };
}

type Login = { readonly authorization: () => Promise<string | undefined>; readonly forget: ExecSource['forget'] };

/** A file wins over a token, a token over the rest, as in client-go. */
function createLogin(user: KubeconfigUser, clock: Clock): Login {
  const { token, tokenFile, username, password = '' } = user;
  const nothing = () => undefined;
  if (tokenFile !== undefined) {
    const file = createCachedFile(tokenFile, clock);
    return {
      authorization: async () => `Bearer ${(await file.read()).toString('utf8').trim()}`,
      forget: file.forget,
    };
  }
  if (token !== undefined) {
    return { authorization: () => Promise.resolve(`Bearer ${token}`), forget: nothing };
  }
  if (username !== undefined) {
    const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
    return { authorization: () => Promise.resolve(`Basic ${basic}`), forget: nothing };
  }
  const provider = user['auth-provider'] ? createAuthProviderSource(user['auth-provider']) : undefined;
  return {
    authorization: async () => {
      const given = await provider?.token();
      return given === undefined ? undefined : `Bearer ${given}`;
    },
    forget: nothing,
  };
}

function createMaterial(cluster: KubeconfigCluster, user: KubeconfigUser, clock: Clock): () => Promise<TlsMaterial> {
  const ca = fileOrData(cluster['certificate-authority'], cluster['certificate-authority-data'], clock);
  const cert = fileOrData(user['client-certificate'], user['client-certificate-data'], clock);
  const key = fileOrData(user['client-key'], user['client-key-data'], clock);
  const insecure = cluster['insecure-skip-tls-verify'] === true;
  const servername = cluster['tls-server-name'];
  return async () => ({
    ...present('ca', insecure ? undefined : await ca()),
    ...present('cert', await cert()),
    ...present('key', await key()),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(servername === undefined ? {} : { servername }),
  });
}

/** Data wins over a file, as in kubectl. */
function fileOrData(path: string | undefined, data: string | undefined, clock: Clock): Bytes {
  if (data !== undefined) {
    const bytes = Buffer.from(data, 'base64');
    return () => Promise.resolve(bytes);
  }
  const file = path === undefined ? undefined : createCachedFile(path, clock);
  return async () => file?.read();
}

function present(field: 'ca' | 'cert' | 'key', value: Buffer | undefined): TlsMaterial {
  return value === undefined ? {} : { [field]: value };
}

/** undici joins header lines of one name under HTTP/2, so that several groups would be one with a comma in its name. */
function refuseUnsaid({ context, user }: KubeconfigChoice): void {
  if ((user['as-groups']?.length ?? 0) > 1 || Object.keys(user['as-user-extra'] ?? {}).length > 0) {
    throw new KubeError(
      'NoAccess',
      `context ${context}: as-user-extra, and more than one of as-groups, cannot be sent`,
    );
  }
}

/** @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
function impersonationHeaders(user: KubeconfigUser): Readonly<Record<string, string>> {
  const { as, 'as-uid': uid, 'as-groups': [group] = [] } = user;
  return {
    ...(as === undefined ? {} : { 'impersonate-user': as }),
    ...(group === undefined ? {} : { 'impersonate-group': group }),
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
  };
}
