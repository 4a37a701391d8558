import { request } from 'node:https';

/** Where an API server is and who asks. */
export type ApiAccess = { readonly url: string; readonly ca: string; readonly token: string };

/** An answer; status 0 when there was none, with the error's message as body. */
export type ApiAnswer = { readonly status: number; readonly body: string };

/** How long the rig waits for one answer, milliseconds. */
const PATIENCE = 5000;

/** One request of the rig's own on a connection of its own; it never throws. */
export function apiRequest(access: ApiAccess, path: string, body?: unknown): Promise<ApiAnswer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const { url, ca, token } = access;
  return new Promise((resolve) => {
    const call = request(
      new URL(path, url),
      {
        ca,
        agent: false,
        timeout: PATIENCE,
        method: text === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'rig' },
      },
      (response) => {
        let answer = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          answer += chunk;
        });
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: answer }));
        response.once('error', (error) => resolve({ status: 0, body: error.message }));
      },
    );
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', (error) => resolve({ status: 0, body: error.message }));
    call.end(text);
  });
}
