import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { type ChunkQueue, createChunkQueue } from './chunk-queue.ts';
import { KubeError } from './kube-error.ts';
import { transportError } from './transport-error.ts';

/** An answer whose body is still to be read. */
export type OpenAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Next part of the body, undefined at its end; throws KubeError when it breaks. */
  readonly next: () => Promise<Buffer | undefined>;
  /** Ends an answer that is not read to its end. */
  readonly cancel: () => void;
};

export type ExchangeOptions = {
  /** Method and path, for messages. */
  readonly call: string;
  readonly signal?: AbortSignal | undefined;
  readonly permit?: (() => boolean) | undefined;
  /** Told once, when it fails or is given up, at any time before its end. */
  readonly onFailure?: (error: KubeError) => void;
};

/**
 * Sends a request and waits for the beginning of its answer.
 *
 * undici's `request` is not used: it does not say when a request that waited for a connection is written.
 *
 * @throws KubeError
 */
export function openExchange(
  pool: Dispatcher,
  request: Dispatcher.DispatchOptions,
  options: ExchangeOptions,
): Promise<OpenAnswer> {
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(options, resolve, reject);
    if (exchange.isOver()) {
      return;
    }
    try {
      pool.dispatch(request, exchange);
    } catch (error) {
      exchange.fail(transportError(error, options.call));
    }
  });
}

/** The error of a call that its signal ended. */
export function abortedError(call: string, signal?: AbortSignal): KubeError {
  const reason: unknown = signal?.reason;
  return reason instanceof KubeError ? reason : new KubeError('Aborted', `${call}: given up`, { cause: reason });
}

/** Hears of one exchange from undici; a class because undici calls methods, once per chunk of each answer. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  readonly #resolve: (answer: OpenAnswer) => void;
  readonly #reject: (error: KubeError) => void;
  readonly #chunks: ChunkQueue = createChunkQueue(() => this.#controller?.resume());
  readonly #onAbort = () => this.fail(abortedError(this.#options.call, this.#options.signal));
  #controller: Dispatcher.DispatchController | undefined;
  #over = false;

  constructor(options: ExchangeOptions, resolve: (answer: OpenAnswer) => void, reject: (error: KubeError) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    if (options.signal?.aborted === true) {
      this.#onAbort();
    } else {
      options.signal?.addEventListener('abort', this.#onAbort);
    }
  }

  isOver(): boolean {
    return this.#over;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (!this.#over && this.#options.permit?.() === false) {
      this.fail(new KubeError('Aborted', `${this.#options.call}: not sent, since it is not permitted any more`));
    }
    if (this.#over) {
      controller.abort(new Error('given up before it was sent'));
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status >= 200) {
      const cancel = () => this.fail(abortedError(this.#options.call));
      this.#resolve({ status, headers, next: this.#chunks.next, cancel });
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#chunks.push(chunk)) {
      controller.pause();
    }
  }

  onResponseEnd(): void {
    this.#finish();
    this.#chunks.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(transportError(error, this.#options.call));
  }

  fail(error: KubeError): void {
    if (this.#over) {
      return;
    }
    this.#finish();
    this.#chunks.fail(error);
    this.#reject(error);
    this.#options.onFailure?.(error);
    if (this.#controller?.aborted === false) {
      this.#controller.abort(error);
    }
  }

  #finish(): void {
    this.#over = true;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}
