import type { IncomingMessage } from 'node:http';
import type { Upstream } from './upstreams.ts';

/** A request as it is sent to an upstream. */
export type UpstreamCall = {
  readonly upstream: Upstream;
  readonly method: string;
  /** Byte for byte as the client sent it. */
  readonly pathAndQuery: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** The client's request, when it has a body to send on. */
  readonly body: IncomingMessage | undefined;
  /** Value of `Expect` in lower case; with `100-continue` the client waits for a 100 before it sends its body. */
  readonly expectation: string | undefined;
};

/** Why an upstream gave no answer, or broke off in the middle of one. */
export type UpstreamFailure = 'Unreachable' | 'Timeout' | 'BrokenAnswer';

/** Where an answer goes, in this order: any number of `information`, one `head`, any number of `data`, one `end`; or `failed`, once, at any point. */
export type AnswerSink = {
  /** An interim response, 1xx but 101. */
  readonly information: (status: number, headers: readonly string[]) => void;
  readonly head: (status: number, statusText: string, headers: readonly string[]) => void;
  /** False: pause, until `resume` of the exchange. */
  readonly data: (chunk: Uint8Array) => boolean;
  /** Trailers: names and values in turn. */
  readonly end: (trailers: readonly string[]) => void;
  readonly failed: (failure: UpstreamFailure) => void;
};

/** A request under way at an upstream. */
export type Exchange = {
  readonly resume: () => void;
  /** The client is gone: the upstream's connection is closed, nothing more reaches the sink. */
  readonly cancel: () => void;
};
