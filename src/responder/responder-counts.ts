import type { ProblemReason } from './problem.ts';

/** What a responder has done since it started, apart from decisions: plain numbers. */
export type ResponderCounts = {
  /** Requests that the responder answered itself, with an error. */
  readonly problems: Record<ProblemReason, number>;
  /** Connections that broke off with a request that is not HTTP/1.1, too large or too slow. */
  brokenRequests: number;
  /** Requests under way at upstreams. */
  activeRequests: number;
  /** WebSockets that are open. */
  activeTunnels: number;
};

/** All zero; every reason is there, so that each has its series from the start. */
export function noResponderCounts(): ResponderCounts {
  const problems: Record<ProblemReason, number> = {
    MalformedRequest: 0,
    TransferEncodingUnsupported: 0,
    NoRoute: 0,
    NoUpstream: 0,
    NotReady: 0,
    UpstreamBusy: 0,
    UpstreamUnreachable: 0,
    UpstreamTimeout: 0,
    UpstreamBroken: 0,
    RequestLoop: 0,
  };
  return { problems, brokenRequests: 0, activeRequests: 0, activeTunnels: 0 };
}
