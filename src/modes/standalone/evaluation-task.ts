import type { OutputStyle } from '../../cli/output-style.ts';
import type { SettingsFlags } from '../../config.ts';
import type { PackedRouting } from '../../responder/routing-state.ts';
import type { StateProblem } from '../../responder/state-health.ts';

/** What a worker thread is asked to read and evaluate. Plain data. */
export type EvaluationTask = {
  readonly task: 'evaluate';
  readonly paths: readonly string[];
  readonly defaultNamespace: string | undefined;
  readonly settings: SettingsFlags;
  /** Where the reconciled manifests go, if they are wanted. */
  readonly output: string | undefined;
  readonly style: OutputStyle;
  /** Errors of the state that is served now; undefined for the first one, which takes errors as they are. */
  readonly knownErrors: readonly string[] | undefined;
};

/** What a worker thread found. Plain data. */
export type EvaluationResult = GoodState | WrongInput | RefusedOptions;

/** A state to be served. */
export type GoodState = {
  readonly kind: 'Good';
  readonly routing: PackedRouting;
  /** Of the admin server; UTF-8 JSON. */
  readonly documents: { readonly routes: Uint8Array; readonly issues: Uint8Array };
  readonly report: StateReport;
  /** Errors that this state has: what they concern grants nothing. */
  readonly problems: readonly StateProblem[];
  /** What has errors, see `errorKeys`. */
  readonly errors: readonly string[];
  /** Requests that show what the state does, best first. */
  readonly examples: readonly ExampleRequest[];
  /** The soonest first. */
  readonly expiries: readonly GrantExpiry[];
  /** Files of `output` that changed, or why they could not be written. */
  readonly output: { readonly written: number; readonly problem: string | undefined };
};

/** What people are told about a state. */
export type StateReport = {
  /** One line per route. */
  readonly routes: string;
  /** What changes in the files, as a unified diff; "" for nothing. */
  readonly diff: string;
  readonly routeCount: number;
};

/** Input that must not replace what is served. */
export type WrongInput = {
  readonly kind: 'Wrong';
  readonly problems: readonly StateProblem[];
};

/** The command line asks for something that does not exist. */
export type RefusedOptions = { readonly kind: 'Refused'; readonly message: string };

/** A preflight that a route should grant. */
export type ExampleRequest = {
  readonly host: string;
  readonly path: string;
  readonly origin: string;
  readonly method: string;
  readonly header: string | undefined;
};

/** When what is granted changes without a change of files: a CorsException begins to act, or ends. */
export type GrantExpiry = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Names of the policies that it widened until then, as in `PackedRoute.policyName`; none for one that begins. */
  readonly policies: readonly string[];
};
