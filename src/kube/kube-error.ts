/**
 * Why a call failed. The first group is what the API server said, the second what happened on the way.
 *
 * @see https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#StatusReason
 */
export type KubeErrorReason =
  | 'BadRequest'
  | 'Unauthorized'
  /** RBAC, or somebody's admission, says no. */
  | 'Forbidden'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'AlreadyExists'
  /** Another resourceVersion or uid than expected, or keys that another field manager owns. */
  | 'Conflict'
  /** Resource version or continue token that the server no longer has: list again. */
  | 'Expired'
  /** Body or answer larger than it may be. */
  | 'TooLarge'
  | 'UnsupportedMediaType'
  | 'Invalid'
  | 'TooManyRequests'
  | 'InternalError'
  | 'Unavailable'
  | 'Timeout'
  /** By the caller's signal, or because the client was closed. */
  | 'Aborted'
  /** No connection, or one that broke. */
  | 'Unreachable'
  /** Not what the API says: no JSON, cut short, no object. */
  | 'BadAnswer'
  /** Credentials or certificates that cannot be read or got. */
  | 'NoAccess';

/**
 * What may be done about it: `Soon` the same work, read anew, may succeed in a moment; `Later` when somebody changed
 * something in the cluster (rights, a missing kind or object); `Never` as it is, since the call itself is wrong.
 */
export type RetryAdvice = 'Soon' | 'Later' | 'Never';

/** One of several causes, such as a key that another field manager owns. */
export type StatusCause = { readonly reason: string; readonly message: string; readonly field: string };

/** What the API server said, cut to a bounded size. */
export type StatusBody = {
  readonly reason: string;
  readonly message: string;
  readonly code: number;
  /** Name of the object, "" when not told. */
  readonly name: string;
  readonly causes: readonly StatusCause[];
};

/** Details of a KubeError. */
export type KubeErrorDetails = {
  /** HTTP status, 0 when there was no answer. */
  readonly status?: number;
  /** Seconds that the server asks to wait. */
  readonly retryAfter?: number;
  readonly body?: StatusBody;
  readonly cause?: unknown;
};

/** A call to the API server that failed. Messages hold neither tokens nor header values. */
export class KubeError extends Error {
  readonly reason: KubeErrorReason;
  readonly retry: RetryAdvice;
  /** HTTP status, 0 when there was no answer. */
  readonly status: number;
  /** Seconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  readonly body: StatusBody | undefined;

  constructor(reason: KubeErrorReason, message: string, details: KubeErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'KubeError';
    this.reason = reason;
    this.retry = advice[reason];
    this.status = details.status ?? 0;
    this.retryAfter = details.retryAfter;
    this.body = details.body;
  }
}

const advice: Readonly<Record<KubeErrorReason, RetryAdvice>> = {
  BadRequest: 'Never',
  Unauthorized: 'Later',
  Forbidden: 'Later',
  NotFound: 'Later',
  MethodNotAllowed: 'Never',
  NotAcceptable: 'Never',
  AlreadyExists: 'Soon',
  Conflict: 'Soon',
  Expired: 'Soon',
  TooLarge: 'Never',
  UnsupportedMediaType: 'Never',
  Invalid: 'Never',
  TooManyRequests: 'Soon',
  InternalError: 'Soon',
  Unavailable: 'Soon',
  Timeout: 'Soon',
  Aborted: 'Never',
  Unreachable: 'Soon',
  BadAnswer: 'Soon',
  NoAccess: 'Later',
};

/** Whether it is a KubeError of one of these reasons. */
export function isKubeError(error: unknown, ...reasons: readonly KubeErrorReason[]): error is KubeError {
  return error instanceof KubeError && (reasons.length === 0 || reasons.includes(error.reason));
}
