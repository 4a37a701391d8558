import { KubeError, type KubeErrorReason } from './kube-error.ts';

/** What a failed connection or exchange means; codes are undici's, Node's and the system's. */
export function transportError(error: unknown, call: string): KubeError {
  if (error instanceof KubeError) {
    return error;
  }
  const code = codeOf(error);
  const reason = reasonOf(code);
  return new KubeError(reason, `${call}: ${sentences[reason] ?? 'failed'} (${describe(error, code)})`, {
    cause: error,
  });
}

const sentences: Partial<Record<KubeErrorReason, string>> = {
  Timeout: 'the server did not answer in time',
  TooLarge: 'the answer is larger than it may be',
  BadAnswer: 'what answered does not speak HTTP as expected',
  NoAccess: 'the server is not trusted, or does not trust us; is the certificate authority right?',
  Aborted: 'the client was closed',
  Unreachable: 'the server cannot be reached, or the connection broke',
};

/** TLS failures that waiting does not cure; names are OpenSSL's and Node's. */
const TLS_CODE =
  /^(CERT_|ERR_TLS_CERT|ERR_OSSL|ERR_SSL_(?!WRONG_VERSION)|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|HOSTNAME_MISMATCH)/;

const PATTERNS: readonly (readonly [RegExp, KubeErrorReason])[] = [
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'Timeout'],
  [/^UND_ERR_RES_EXCEEDED_MAX_SIZE$/, 'TooLarge'],
  [/^UND_ERR_(DESTROYED|CLOSED)$/, 'Aborted'],
  [/^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_CONTENT_LENGTH|ERR_SSL_WRONG_VERSION)/, 'BadAnswer'],
  [TLS_CODE, 'NoAccess'],
];

function reasonOf(code: string): KubeErrorReason {
  return PATTERNS.find(([pattern]) => pattern.test(code))?.[1] ?? 'Unreachable';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** One line; several addresses of one name fail with one error each. */
function describe(error: unknown, code: string): string {
  const inner = error instanceof AggregateError && error.message === '' ? error.errors[0] : error;
  const text = inner instanceof Error ? inner.message : String(inner);
  return code === '' || text.includes(code) ? text : `${code}: ${text}`;
}
