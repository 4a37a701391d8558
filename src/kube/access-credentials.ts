import type { SecureContextOptions } from 'node:tls';

/** TLS towards the API server; the same object as long as nothing changed. */
export type TlsMaterial = Readonly<Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>> & {
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
};

/** What a request needs now. */
export type AccessCredentials = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
};

/** Where the API server is, and how to prove who we are. */
export type ClusterAccess = {
  /** URL without slash at the end; may have a path. */
  readonly server: string;
  /** The pod's own, or that of the context; "default" when neither says one. */
  readonly namespace: string;
  /** For people: `in-cluster`, or the context's name. */
  readonly name: string;
  /** URL of a proxy, http, https or socks5. */
  readonly proxy?: string;
  /**
   * Reads files again that changed and renews what expired.
   *
   * @throws KubeError `NoAccess`
   */
  readonly credentials: () => Promise<AccessCredentials>;
  /** The server refused them: what is remembered is read or got anew next time. */
  readonly forget: () => void;
};
