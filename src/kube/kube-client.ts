/** A resource as the API server's paths name it. */
export type KubeResource = {
  /** "" for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in paths: `ingresses`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
};

/** How a PATCH body is to be understood. */
export type PatchType =
  | 'application/apply-patch+yaml'
  | 'application/merge-patch+json'
  | 'application/json-patch+json'
  | 'application/strategic-merge-patch+json';

/** One request to the API server. */
export type KubeCall = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute path, every segment escaped. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** `application/json` when absent. */
  readonly contentType?: PatchType;
  readonly signal?: AbortSignal;
  /**
   * Asked in the moment in which an attempt is written to the connection; false ends the call as `Aborted`. For writes that
   * need a Lease: the call may have waited for credentials, for a connection, or for the server's Retry-After. Writes are only
   * repeated by the client itself when they have it.
   */
  readonly permit?: () => boolean;
};

/** Speaks to one API server over connections that it keeps and shares. */
export type KubeClient = {
  /**
   * Sends a request and reads its JSON answer.
   *
   * @throws KubeError
   */
  readonly send: (call: KubeCall) => Promise<unknown>;
  /**
   * Opens a stream of JSON values, one a line, such as a watch.
   *
   * @throws KubeError before the first value, and while values are read
   */
  readonly stream: (call: KubeCall) => Promise<AsyncIterable<unknown>>;
  /** Ends every connection; calls under way fail. */
  readonly close: () => Promise<void>;
};
