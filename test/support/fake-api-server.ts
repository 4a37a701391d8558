import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import {
  createFakeStore,
  type FakeObject,
  type FakeStore,
  type StoreAnswer,
  type StoreEvent,
  statusBody,
} from './fake-store.ts';
import type { ThrowawayCertificate } from './throwaway-certificate.ts';

/** A request as it arrived. */
export type LoggedRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
};

/** What happens to a request instead of an answer. */
export type Fault =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Never answered. */
  | 'Hang'
  /** The connection ends. */
  | 'Reset'
  /** 200, these bytes, and then this end. */
  | { readonly raw: string | Buffer; readonly end: 'Cleanly' | 'Abruptly' | 'Open' };

export type FakeApiServer = {
  readonly url: string;
  readonly store: FakeStore;
  readonly requests: readonly LoggedRequest[];
  /** Connections that were opened since the start. */
  readonly connections: () => number;
  readonly openWatches: () => number;
  /** Asked for each request; undefined for a proper answer. */
  setFault: (fault: (request: LoggedRequest) => Fault | undefined) => void;
  /** Sends a bookmark to all watches. */
  readonly bookmark: (version?: number) => void;
  /** Sends bytes to all watches as they are. */
  readonly sendRaw: (bytes: string | Buffer) => void;
  readonly endWatches: (how: 'Cleanly' | 'Abruptly') => void;
  /** Ends every connection and listens no more. */
  readonly kill: () => Promise<void>;
  /** Listens again on the same port, with the same objects. */
  readonly restart: () => Promise<void>;
  readonly close: () => Promise<void>;
};

export type FakeApiServerOptions = {
  readonly certificate?: ThrowawayCertificate;
  /** With a certificate: HTTP/1.1 only. */
  readonly http1?: boolean;
  /** Watches are written in parts of so many bytes. */
  readonly splitEvery?: number;
  /** Answers lists in gzip when the client takes it. */
  readonly gzip?: boolean;
  /** How streaming lists are answered: `Refused` as by a server without the feature, `Ignored` as by one that does not know it. */
  readonly streamingLists?: 'Served' | 'Refused' | 'Ignored';
};

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/** Starts an API server on loopback that has behaviour, and faults on demand. */
export async function startFakeApiServer(options: FakeApiServerOptions = {}): Promise<FakeApiServer> {
  const server = new FakeServer(options);
  await server.listen(0);
  return server;
}

class FakeServer implements FakeApiServer {
  readonly store = createFakeStore();
  readonly requests: LoggedRequest[] = [];
  readonly #options: FakeApiServerOptions;
  readonly #watches = new Set<Watch>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;
  #connections = 0;
  #fault: (request: LoggedRequest) => Fault | undefined = () => undefined;

  constructor(options: FakeApiServerOptions) {
    this.#options = options;
  }

  get url(): string {
    return `${this.#options.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${this.#port}`;
  }

  async listen(port: number): Promise<void> {
    const handler = (request: Request, response: Response) => void this.#answer(request, response);
    const { certificate, http1 } = this.#options;
    const server =
      certificate === undefined
        ? createServer({ keepAliveTimeout: 60_000 }, handler)
        : createSecureServer(
            { ...certificate, allowHTTP1: true, ...(http1 === true ? { ALPNProtocols: ['http/1.1'] } : {}) },
            handler,
          );
    server.on('connection', (socket: Socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.on('sessionError', () => undefined);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  connections = (): number => this.#connections;
  openWatches = (): number => this.#watches.size;
  setFault = (fault: (request: LoggedRequest) => Fault | undefined): void => {
    this.#fault = fault;
  };
  bookmark = (version = this.store.version()): void => {
    for (const watch of this.#watches) watch.bookmark(version, false);
  };
  sendRaw = (bytes: string | Buffer): void => {
    for (const watch of this.#watches) watch.write(bytes);
  };
  endWatches = (how: 'Cleanly' | 'Abruptly'): void => {
    for (const watch of this.#watches) watch.end(how);
  };
  kill = async (): Promise<void> => {
    const server = this.#server;
    this.#server = undefined;
    for (const watch of this.#watches) watch.forget();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  };
  restart = (): Promise<void> => this.listen(this.#port);
  close = (): Promise<void> => this.kill();

  async #answer(request: Request, response: Response): Promise<void> {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const logged = await logRequest(request);
    this.requests.push(logged);
    const fault = this.#fault(logged);
    if (fault !== undefined) {
      applyFault(fault, response);
    } else if (logged.query['watch'] === 'true') {
      this.#watch(logged, response);
    } else {
      const gzip = this.#options.gzip === true && String(logged.headers['accept-encoding']).includes('gzip');
      sendJson(response, this.store.handle(logged), gzip);
    }
  }

  #watch(request: LoggedRequest, response: Response): void {
    const found = this.store.resourceAt(request.path);
    const refusal = this.#refuseWatch(request, found !== undefined);
    if (refusal !== undefined || found === undefined) {
      sendJson(response, refusal ?? statusBody(404, 'NotFound'), false);
      return;
    }
    writeHead(response, 200, { 'content-type': 'application/json' });
    const watch = new Watch(response, this.#options.splitEvery, () => this.#watches.delete(watch));
    this.#watches.add(watch);
    const isMeant = (object: FakeObject) => found.namespace === '' || object.metadata.namespace === found.namespace;
    watch.follow(this.store, ({ resource, object }) => resource.plural === found.resource.plural && isMeant(object));
    const timeout = setTimeout(() => watch.end('Cleanly'), Number(request.query['timeoutSeconds'] ?? 3600) * 1000);
    response.on('close', () => clearTimeout(timeout));
    const from = request.query['resourceVersion'];
    const past =
      from === undefined
        ? this.store.objects(found.resource).map((object) => ({ type: 'ADDED', object }))
        : this.store.events(found.resource, Number(from));
    for (const { type, object } of past) {
      if (isMeant(object)) watch.event(type, object);
    }
    if (request.query['sendInitialEvents'] === 'true' && this.#options.streamingLists !== 'Ignored') {
      watch.bookmark(this.store.version(), true);
    }
  }

  #refuseWatch({ query }: LoggedRequest, served: boolean): StoreAnswer | undefined {
    const from = query['resourceVersion'];
    if (!served) return statusBody(404, 'NotFound', 'the server could not find the requested resource');
    if (query['sendInitialEvents'] === 'true' && this.#options.streamingLists === 'Refused') {
      return statusBody(422, 'Invalid', 'sendInitialEvents: Forbidden');
    }
    return from !== undefined && Number(from) < this.store.compacted()
      ? statusBody(410, 'Expired', `too old resource version: ${from} (${this.store.compacted()})`)
      : undefined;
  }
}

class Watch {
  readonly #response: Response;
  readonly #splitEvery: number | undefined;
  readonly #onEnd: () => void;
  #unsubscribe = (): void => undefined;
  #writing: Promise<void> = Promise.resolve();
  #over = false;

  constructor(response: Response, splitEvery: number | undefined, onEnd: () => void) {
    this.#response = response;
    this.#splitEvery = splitEvery;
    this.#onEnd = onEnd;
    response.on('close', () => this.forget());
  }

  follow(store: FakeStore, matches: (event: StoreEvent) => boolean): void {
    this.#unsubscribe = store.subscribe((event) => {
      if (matches(event)) this.event(event.type, event.object);
    });
  }

  event(type: string, object: unknown): void {
    this.write(`${JSON.stringify({ type, object })}\n`);
  }

  bookmark(version: number, initialEnd: boolean): void {
    const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
    this.event('BOOKMARK', {
      kind: 'Bookmark',
      apiVersion: 'v1',
      metadata: { resourceVersion: String(version), ...annotations },
    });
  }

  write(bytes: string | Buffer): void {
    const buffer = Buffer.from(bytes);
    this.#writing = this.#writing.then(() => this.#writeParts(buffer));
  }

  end(how: 'Cleanly' | 'Abruptly'): void {
    void this.#writing.then(() => {
      endResponse(this.#response, how);
      this.forget();
    });
  }

  forget(): void {
    this.#over = true;
    this.#unsubscribe();
    this.#onEnd();
  }

  async #writeParts(buffer: Buffer): Promise<void> {
    const size = this.#splitEvery ?? buffer.length;
    for (let start = 0; start < buffer.length && !this.#over; start += size) {
      write(this.#response, buffer.subarray(start, start + size));
      if (this.#splitEvery !== undefined) await setImmediate();
    }
  }
}

async function logRequest(request: Request): Promise<LoggedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://fake');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
    at: performance.now(),
  };
}

function applyFault(fault: Fault, response: Response): void {
  if (fault === 'Reset') {
    endResponse(response, 'Abruptly');
  } else if (fault !== 'Hang' && 'raw' in fault) {
    writeHead(response, 200, { 'content-type': 'application/json' });
    write(response, fault.raw);
    if (fault.end !== 'Open')
      void setImmediate().then(() => endResponse(response, fault.end === 'Abruptly' ? 'Abruptly' : 'Cleanly'));
  } else if (fault !== 'Hang') {
    writeHead(response, fault.status, { 'content-type': 'application/json', ...fault.headers });
    end(response, typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {}));
  }
}

function sendJson(response: Response, { status, body }: StoreAnswer, gzip: boolean): void {
  const bytes = Buffer.from(JSON.stringify(body));
  writeHead(response, status, { 'content-type': 'application/json', ...(gzip ? { 'content-encoding': 'gzip' } : {}) });
  end(response, gzip ? gzipSync(bytes) : bytes);
}

/** Both kinds of answers have these methods, but TypeScript cannot call them on either. */
function writeHead(response: Response, status: number, headers: Record<string, string>): void {
  if ('assignSocket' in response) response.writeHead(status, headers).flushHeaders();
  else response.writeHead(status, headers);
}

function write(response: Response, bytes: string | Buffer): void {
  if ('assignSocket' in response) response.write(bytes);
  else response.write(bytes);
}

function end(response: Response, bytes?: string | Buffer): void {
  if ('assignSocket' in response) response.end(bytes);
  else response.end(bytes ?? '');
}

function endResponse(response: Response, how: 'Cleanly' | 'Abruptly'): void {
  if (how === 'Cleanly') end(response);
  else if ('assignSocket' in response) response.socket?.resetAndDestroy();
  else response.stream.close(2);
}
