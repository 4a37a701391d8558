import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Answers on a connection whose request could not be read, and ends it.
 *
 * @param error of a server's `clientError` event
 */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const status = STATUSES.get(error.code ?? '') ?? 400;
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  socket.end(head, () => socket.destroy());
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/**
 * An answer to an earlier request on the connection, or to the same one whose body broke, is under way: another status
 * line in the middle of it would be read as part of its body. Node tells only by this field, which its own handler reads too.
 */
function isAnswering(socket: Socket): boolean {
  return '_httpMessage' in socket && socket._httpMessage !== null && socket._httpMessage !== undefined;
}
