/** Bounds of the responder, fixed so that no request can cost more than foreseen. Times are milliseconds. */
export type ResponderLimits = {
  /** Bytes of a request's target and header section together; beyond it 431. */
  readonly headerBytes: number;
  /** Until the header section is complete, else 408. */
  readonly headersTimeout: number;
  /** Silence of a client while it sends a request, or reads an answer of ours. */
  readonly clientTimeout: number;
  /** How long an idle connection is kept; longer than the 60 s for which ingress controllers keep theirs. */
  readonly keepAliveTimeout: number;
  /** Client connections in all. */
  readonly connections: number;
  /** Until an upstream accepts a connection, else 504. */
  readonly connectTimeout: number;
  /** Until an upstream starts to answer, and of its silence within an answer; 504, or the answer is cut. */
  readonly upstreamTimeout: number;
  /** Requests under way at one upstream, which is also the bound of its connections; beyond it 503. */
  readonly requestsPerUpstream: number;
  /** How long a client that expects a 100 waits for the upstream's before its body is sent on without. */
  readonly continueTimeout: number;
  /** WebSockets in all; beyond it 503. */
  readonly tunnels: number;
  /** Silence of a WebSocket in both directions. */
  readonly tunnelTimeout: number;
  /** How long requests under way may take to finish once the responder was told to stop. */
  readonly stopTimeout: number;
};

/** What the responder runs with; tests shorten times. */
export const responderLimits: ResponderLimits = {
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  clientTimeout: 60_000,
  keepAliveTimeout: 75_000,
  connections: 16_384,
  connectTimeout: 5_000,
  upstreamTimeout: 300_000,
  requestsPerUpstream: 1_024,
  continueTimeout: 1_000,
  tunnels: 1_024,
  tunnelTimeout: 3_600_000,
  stopTimeout: 5_000,
};
