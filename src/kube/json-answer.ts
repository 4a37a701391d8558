import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { OpenAnswer } from './http-exchange.ts';
import { KubeError } from './kube-error.ts';

/**
 * Reads an answer's body.
 *
 * @param maxBytes largest body, packed or unpacked
 * @returns its JSON, or its text when it is none; undefined when it is empty
 * @throws KubeError `TooLarge`, `BadAnswer`, or what broke the connection
 */
export async function readBody(answer: OpenAnswer, call: string, maxBytes: number): Promise<unknown> {
  const packed = await readBytes(answer, call, maxBytes);
  const bytes = answer.headers['content-encoding'] === 'gzip' ? await unpack(packed, call, maxBytes) : packed;
  const text = bytes.toString('utf8');
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    if (answer.status >= 200 && answer.status < 300) {
      throw new KubeError('BadAnswer', `${call}: the answer is no JSON`, { status: answer.status, cause: error });
    }
    return text;
  }
}

async function readBytes(answer: OpenAnswer, call: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (let chunk = await answer.next(); chunk !== undefined; chunk = await answer.next()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) {
      answer.cancel();
      throw tooLarge(call, maxBytes);
    }
  }
  const [first] = chunks;
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
}

/** In a thread of its own. */
const gunzipApart = promisify(gunzip);

async function unpack(packed: Buffer, call: string, maxBytes: number): Promise<Buffer> {
  try {
    return await gunzipApart(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) {
      throw tooLarge(call, maxBytes);
    }
    throw new KubeError('BadAnswer', `${call}: the answer is not packed as it says`, { cause: error });
  }
}

function tooLarge(call: string, maxBytes: number): KubeError {
  return new KubeError('TooLarge', `${call}: the answer is larger than ${maxBytes} bytes`);
}
