import type { RefusedOrigins } from './refused-origins.ts';
import type { ResponderCounts } from './responder-counts.ts';
import type { ResponderLimits } from './responder-limits.ts';
import type { RoutingState } from './routing-state.ts';
import type { Upstreams } from './upstreams.ts';

/** What every request is served with. */
export type DataPlane = {
  /** The state of this moment; a request asks once and keeps what it got. */
  readonly currentState: () => RoutingState;
  readonly upstreams: Upstreams;
  readonly limits: ResponderLimits;
  readonly counts: ResponderCounts;
  readonly refusedOrigins: RefusedOrigins;
  /** Pseudonym of this process in `Via`, by which it knows a request that it sent itself. */
  readonly viaToken: string;
  /** Told to stop: connections end with the answer under way. */
  isStopping: boolean;
};
