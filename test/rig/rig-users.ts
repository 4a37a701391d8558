import { randomBytes } from 'node:crypto';

/** Somebody whom the API server knows by a token. */
export type RigUser = { readonly name: string; readonly groups?: readonly string[] };

/** A user with the token that proves it. */
export type TokenHolder = Required<RigUser> & { readonly token: string };

/** May do everything. */
export const ADMIN: RigUser = { name: 'admin', groups: ['system:masters'] };

/** Bound by the API server's default roles. */
export const CONTROLLER_MANAGER: RigUser = { name: 'system:kube-controller-manager' };

/** Gives a user a token. */
export function withToken({ name, groups = [] }: RigUser): TokenHolder {
  return { name, groups, token: randomBytes(24).toString('hex') };
}

/**
 * A static token file.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file
 */
export function tokenFile(holders: readonly TokenHolder[]): string {
  return holders.map(({ token, name, groups }) => `${token},${name},${name},"${groups.join(',')}"\n`).join('');
}
