import { KubeError } from '../kube/kube-error.ts';

/** What a failed request means for whoever sent it. */
export type ApiFailure =
  /** The object is not there any more, or another of its name is. */
  | { readonly kind: 'Gone' }
  /** It changed since it was read: read it again and decide anew. */
  | { readonly kind: 'Stale' }
  /** Its annotations would be larger than may be stored. */
  | { readonly kind: 'TooLong'; readonly message: string }
  /** Somebody says no: the API server, RBAC, or somebody's admission. */
  | { readonly kind: 'Refused'; readonly message: string }
  /** It may succeed in a moment. */
  | { readonly kind: 'Failed'; readonly message: string; readonly retryAfter?: number };

/**
 * Tells what a failed write means. A `test` of a JSON patch that fails and a uid that is another both come back as 422, and
 * mean that the object changed; what else is invalid was refused.
 *
 * @throws whatever is no KubeError
 */
export function apiFailure(error: unknown): ApiFailure {
  if (!(error instanceof KubeError)) throw error;
  const message = boundedMessage(error.body?.message ?? error.message);
  switch (error.reason) {
    case 'NotFound':
      return { kind: 'Gone' };
    case 'Conflict':
    case 'AlreadyExists':
      return { kind: 'Stale' };
    case 'Invalid':
      return invalid(error, message);
    case 'Aborted':
    case 'NoAccess':
      return { kind: 'Failed', message };
    default:
      return error.retry === 'Soon' ? failed(error, message) : { kind: 'Refused', message };
  }
}

function failed({ retryAfter }: KubeError, message: string): ApiFailure {
  return { kind: 'Failed', message, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

/** UTF-16 units of somebody else's message that are passed on. */
const MAX_MESSAGE = 1000;

/** What the API server says about a `test` that failed names nothing; only a patch of ours without fields can be meant. */
const FAILED_TEST = 'the server rejected our request due to an error in our request';

function invalid(error: KubeError, message: string): ApiFailure {
  if (isStale(error)) return { kind: 'Stale' };
  const isTooLong = error.body?.causes.some(({ field, reason }) => field === ANNOTATIONS && reason === TOO_LONG);
  return { kind: isTooLong === true ? 'TooLong' : 'Refused', message };
}

const ANNOTATIONS = 'metadata.annotations';
const TOO_LONG = 'FieldValueTooLong';

function isStale({ body }: KubeError): boolean {
  if (body === undefined) return false;
  const isUid = body.causes.some(({ field }) => field === 'metadata.uid');
  return isUid || body.message.includes(FAILED_TEST);
}

function boundedMessage(message: string): string {
  return message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`;
}
