import type { BrowserRequest, HeaderFields } from './browser-request.ts';

/** The head of an answer as it came; names in lower case, repeated lines one by one. */
export type LiveAnswer = {
  readonly status: number;
  readonly lines: readonly { readonly name: string; readonly value: string }[];
};

/** What came back; absent where nothing was sent. */
export type LiveExchange = {
  readonly preflight?: LiveAnswer;
  readonly response?: LiveAnswer;
  /** Why there is no answer. */
  readonly error?: string;
};

/** What was received, as far as CORS concerns it: repeated lines are joined, as browsers do. */
export type LiveFields = { readonly status: number; readonly headers: HeaderFields };

/**
 * What is sent: the request itself only when its method changes nothing, else the preflight, even where a browser asks none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1
 */
export function liveRequests({ method, needsPreflight }: BrowserRequest): {
  readonly preflight: boolean;
  readonly actual: boolean;
} {
  const actual = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return { preflight: needsPreflight || !actual, actual };
}

/** What CORS concerns of an answer: other headers may hold secrets and decide nothing here. */
export function liveFields({ status, lines }: LiveAnswer): LiveFields {
  const headers = new Map<string, string>();
  for (const { name, value } of lines) {
    if (isCorsHeader(name) || name === 'location') {
      const before = headers.get(name);
      headers.set(name, before === undefined ? value : `${before}, ${value}`);
    }
  }
  return { status, headers: Object.fromEntries([...headers].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Whether a header is about CORS; the name in lower case. */
export function isCorsHeader(name: string): boolean {
  return name === 'vary' || name.startsWith('access-control-');
}
