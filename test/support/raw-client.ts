import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An answer as it came over the wire. */
export type RawAnswer = {
  readonly status: number;
  readonly statusText: string;
  /** Names as sent and values, in turn. */
  readonly headers: readonly string[];
  readonly body: string;
  /** Trailers of a chunked body, as `headers`. */
  readonly trailers: readonly string[];
};

/** A connection on which a test says exactly the bytes it means, one character each. */
export type RawClient = {
  readonly socket: Socket;
  readonly send: (text: string) => void;
  /** The next answer, interim ones included. Rejects when the connection ends before it is complete. */
  readonly answer: (options?: { readonly bodiless?: boolean }) => Promise<RawAnswer>;
  /** Everything until the other side closes. */
  readonly rest: () => Promise<string>;
  /** Resolved when the connection is closed, however. */
  readonly closed: Promise<void>;
};

/** Connects to a port of loopback; closed when the test ends. */
export async function openRawClient(port: number): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  onTestFinished(() => {
    socket.destroy();
  });
  const input = createInput(socket);
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    send: (text) => socket.write(text, 'latin1'),
    answer: (options = {}) => readAnswer(input, options.bodiless === true),
    rest: async () => {
      await input.ended;
      return input.take(input.text().length);
    },
    closed: input.ended,
  };
}

/** Sends one text and collects everything until the server closes; with `Connection: close` in it that is the answer. */
export async function rawExchange(port: number, text: string): Promise<string> {
  const client = await openRawClient(port);
  client.send(text);
  return client.rest();
}

/** Values of a header, by any case of its name. */
export function headerValues(headers: readonly string[], name: string): readonly string[] {
  return headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name.toLowerCase());
}

type Input = {
  readonly text: () => string;
  readonly take: (length: number) => string;
  /** Waits for more bytes; false at the end. */
  readonly more: () => Promise<boolean>;
  readonly ended: Promise<void>;
};

function createInput(socket: Socket): Input {
  let text = '';
  let isEnded = false;
  let wake = (): void => undefined;
  const ended = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    wake();
  });
  const end = (): void => {
    isEnded = true;
    ended.resolve();
    wake();
  };
  socket.on('end', end).on('close', end).on('error', end);
  return {
    text: () => text,
    take(length) {
      const taken = text.slice(0, length);
      text = text.slice(length);
      return taken;
    },
    async more() {
      if (!isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return !isEnded;
    },
    ended: ended.promise,
  };
}

async function readUntil(input: Input, mark: string): Promise<string> {
  for (;;) {
    const index = input.text().indexOf(mark);
    if (index !== -1) {
      return input.take(index + mark.length).slice(0, index);
    }
    if (!(await input.more()) && !input.text().includes(mark)) {
      throw new Error(`the connection ended within ${JSON.stringify(input.text().slice(0, 200))}`);
    }
  }
}

async function readBytes(input: Input, length: number): Promise<string> {
  while (input.text().length < length) {
    if (!(await input.more()) && input.text().length < length) {
      throw new Error(`the connection ended ${length - input.text().length} bytes early`);
    }
  }
  return input.take(length);
}

async function readAnswer(input: Input, bodiless: boolean): Promise<RawAnswer> {
  const [first = '', ...lines] = (await readUntil(input, '\r\n\r\n')).split('\r\n');
  const [, status = '', statusText = ''] = /^HTTP\/1\.1 (\d{3}) ?(.*)$/.exec(first) ?? [];
  const headers = lines.flatMap(splitLine);
  const code = Number(status);
  const hasBody = !bodiless && code >= 200 && code !== 204 && code !== 304;
  const body = hasBody ? await readBody(input, headers) : { text: '', trailers: [] };
  return { status: code, statusText, headers, body: body.text, trailers: body.trailers };
}

function splitLine(line: string): readonly string[] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

async function readBody(
  input: Input,
  headers: readonly string[],
): Promise<{ readonly text: string; readonly trailers: readonly string[] }> {
  const [length] = headerValues(headers, 'content-length');
  if (length !== undefined) {
    return { text: await readBytes(input, Number(length)), trailers: [] };
  }
  if (!headerValues(headers, 'transfer-encoding').includes('chunked')) {
    await input.ended;
    return { text: input.take(input.text().length), trailers: [] };
  }
  let text = '';
  for (;;) {
    const size = Number.parseInt(await readUntil(input, '\r\n'), 16);
    if (size === 0) {
      break;
    }
    text += (await readBytes(input, size + 2)).slice(0, -2);
  }
  const trailers: string[] = [];
  for (let line = await readUntil(input, '\r\n'); line !== ''; line = await readUntil(input, '\r\n')) {
    trailers.push(...splitLine(line));
  }
  return { text, trailers };
}
