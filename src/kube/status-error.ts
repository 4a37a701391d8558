import { fieldsOf } from './json-fields.ts';
import { KubeError, type KubeErrorReason, type StatusBody, type StatusCause } from './kube-error.ts';

/** What the server answered instead of what was asked for. */
export type FailedAnswer = {
  /** HTTP status, or the code of an ERROR event. */
  readonly status: number;
  /** A Status object, or whatever else came. */
  readonly body: unknown;
  /** Of the header, in seconds. */
  readonly retryAfter?: number | undefined;
};

/**
 * Makes an error of an answer that is none of success.
 *
 * @param call method and path, for the message
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 */
export function statusError(answer: FailedAnswer, call: string): KubeError {
  const body = readStatus(answer.body, answer.status);
  const reason = reasons.get(body.reason) ?? reasonOfCode(answer.status);
  const text = body.message === '' ? explainCode(answer.status) : body.message;
  const retryAfter = answer.retryAfter ?? retryAfterOf(answer.body);
  return new KubeError(reason, `${call}: ${answer.status} ${reason}: ${text}`, {
    status: answer.status,
    body,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

/** Texts of the server are cut here: a refusal may quote a whole object. */
const LONGEST_TEXT = 4096;
/** More causes than keys that we write on one object. */
const MOST_CAUSES = 100;

/** Reasons of apimachinery that mean more than their HTTP status. */
const reasons: ReadonlyMap<string, KubeErrorReason> = new Map([
  ['Unauthorized', 'Unauthorized'],
  ['Forbidden', 'Forbidden'],
  ['NotFound', 'NotFound'],
  ['AlreadyExists', 'AlreadyExists'],
  ['Conflict', 'Conflict'],
  ['Gone', 'Expired'],
  ['Expired', 'Expired'],
  ['Invalid', 'Invalid'],
  ['ServerTimeout', 'Timeout'],
  ['Timeout', 'Timeout'],
  ['TooManyRequests', 'TooManyRequests'],
  ['BadRequest', 'BadRequest'],
  ['MethodNotAllowed', 'MethodNotAllowed'],
  ['NotAcceptable', 'NotAcceptable'],
  ['RequestEntityTooLarge', 'TooLarge'],
  ['UnsupportedMediaType', 'UnsupportedMediaType'],
  ['InternalError', 'InternalError'],
  ['ServiceUnavailable', 'Unavailable'],
]);

const codes: Readonly<Partial<Record<number, KubeErrorReason>>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  408: 'Timeout',
  409: 'Conflict',
  410: 'Expired',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Timeout',
};

function reasonOfCode(code: number): KubeErrorReason {
  const known = codes[code];
  if (known !== undefined) {
    return known;
  }
  if (code >= 500 && code < 600) {
    return 'InternalError';
  }
  return code >= 400 && code < 500 ? 'BadRequest' : 'BadAnswer';
}

function explainCode(code: number): string {
  return code >= 300 && code < 400
    ? 'the server redirects; is its URL that of an API server?'
    : 'the server does not say why';
}

function readStatus(body: unknown, code: number): StatusBody {
  if (typeof body === 'string') {
    return { reason: '', message: cut(body.trim()), code, name: '', causes: [] };
  }
  const details = fieldsOf(fieldsOf(body)['details']);
  return {
    reason: textOf(fieldsOf(body)['reason']),
    message: textOf(fieldsOf(body)['message']),
    code,
    name: textOf(details['name']),
    causes: readCauses(details['causes']),
  };
}

function readCauses(causes: unknown): readonly StatusCause[] {
  const list: readonly unknown[] = Array.isArray(causes) ? causes.slice(0, MOST_CAUSES) : [];
  return list.map((cause) => {
    const fields = fieldsOf(cause);
    return {
      reason: textOf(fields['reason']),
      message: textOf(fields['message']),
      field: textOf(fields['field']),
    };
  });
}

function retryAfterOf(body: unknown): number | undefined {
  const seconds = fieldsOf(fieldsOf(body)['details'])['retryAfterSeconds'];
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? cut(value) : '';
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}
