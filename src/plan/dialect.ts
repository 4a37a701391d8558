import type { Policy } from '../cors/policy.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import type { Route } from '../model/route.ts';
import type { Loss, RouteReason } from '../model/route-reason.ts';
import type { RouteClass } from '../model/snapshot.ts';
import type { DialectName } from './dialect-name.ts';
import type { ListEntry, TargetChanges } from './plan.ts';

export type { DialectName };

/** One controller's way of saying CORS. */
export type Dialect = {
  readonly name: DialectName;
  /** Target kinds it understands: `Ingress`, `HTTPRoute`. */
  readonly targetKinds: readonly string[];
  /** Supported versions of the controller, inclusive; newer ones count as the newest, unknown means "all of these". */
  readonly versions: { readonly oldest: string; readonly newest: string };
  /** Status code of a granted preflight, undefined where implementations differ. */
  readonly preflightStatus: 200 | 204 | undefined;
  /** Whether a class belongs to this dialect, by its controller string. */
  readonly detect: (routeClass: RouteClass) => boolean;
  /** What a route holds already, and how that speaks for one of two ways in which its controller may have been started. */
  readonly evidence?: (route: Route) => number;
  /** The dialect as the controller of one class speaks it. */
  readonly open: (context: ClassContext) => Speaker;
  /** Violations of the controller's own grammar in what is to be written; empty when it may be written. */
  readonly violations: (changes: TargetChanges, owned: readonly KubernetesObject[]) => readonly string[];
  /**
   * Whether an annotation is a key of this dialect to which a value may come back that stood there before; undefined: none
   * did. Records of what stood there may be forged, so that nothing else is ever restored.
   */
  readonly isRestorable: (annotation: string, original: string | undefined) => boolean;
  /** Entries in lists of a target that others share which name objects of our own for it. */
  readonly ownEntries: (target: TargetRef) => readonly OwnEntry[];
};

/** An entry of ours in an annotation that holds a comma list. */
export type OwnEntry = Pick<ListEntry, 'annotation' | 'entry'>;

/** What is known about the class of controllers that a dialect is opened for. */
export type ClassContext = {
  /** For messages: `class nginx`, `Gateway shop/public`. */
  readonly description: string;
  /** Undefined where the input does not hold the class object. */
  readonly routeClass: RouteClass | undefined;
  /** The platform named the dialect by hand, which vouches for optional features. */
  readonly named: boolean;
  /** Undefined: unknown. */
  readonly version: string | undefined;
  /** Prefix of annotation keys, of ingress-nginx and its forks; the dialect's own default when undefined. */
  readonly annotationPrefix: string | undefined;
  /** Objects of other kinds on the input, by `kind/namespace/name`. */
  readonly objects: ReadonlyMap<string, KubernetesObject>;
  /** Sum of {@link Dialect.evidence} over all routes of the class. */
  readonly evidence: number;
};

/**
 * A dialect with its class known. What depends on the policy alone is done once, in `express(policy)`, and holds for every
 * route.
 */
export type Speaker = {
  /** Says a policy, a plain one, exactly, or why that cannot be. */
  readonly express: (policy: Policy) => (route: Route) => Expression;
  /** Switches CORS off explicitly: never by leaving out a key that has a permissive default. */
  readonly off: (route: Route) => TargetChanges;
  /**
   * What the controller really does with what stands on a route, its defaults, anchoring and label classes included. Where
   * an answer cannot be exact it grants more than the controller does, never less.
   *
   * @param owned objects of our own as a plan would leave them, beside or instead of those of the input; none to read what
   *   stands
   */
  readonly read: (route: Route, owned: readonly KubernetesObject[]) => Reading;
  /** Annotations on which alone it depends what `read` says; `Everything`: what stands elsewhere counts, too. */
  readonly reads: readonly string[] | 'Everything';
  /** Objects of our own that the route uses as it stands; they have to stay as long as what names them does. */
  readonly inUse: (route: Route) => readonly KubernetesObject[];
  /** CORS headers that the route sets by other means than keys of this dialect, in words; they are never ours to change. */
  readonly foreignCors: (route: Route) => string | undefined;
};

/** A policy said in a dialect, or why not. */
export type Expression =
  | {
      readonly ok: true;
      readonly changes: TargetChanges;
      readonly owned: readonly KubernetesObject[];
      readonly losses: readonly Loss[];
    }
  | Inexpressible;

/** Why a dialect cannot say a policy, and what change would help. */
export type Inexpressible = { readonly ok: false; readonly reason: RouteReason; readonly message: string };

/**
 * The CORS header fields that every origin which is let in gets beside `access-control-allow-origin`, on preflights and on
 * other answers alike: names in lower case, in the order in which they are set, `vary` only if it is sent.
 */
export type SentFields = Readonly<Record<string, string>>;

/** What a controller does with a route's CORS configuration. */
export type Reading =
  /** It adds no CORS headers. */
  | { readonly kind: 'Off' }
  /** It behaves like this policy; regexes are full matches, whatever the controller's own anchoring. */
  | {
      readonly kind: 'On';
      readonly policy: Policy;
      /** `Echo`: any origin is echoed, with credentials too when the policy says so (`origins.any` is true then). */
      readonly anyOrigin: 'No' | 'Star' | 'Echo';
      /** Also the origin `null` is granted, which any page can produce and no policy can name. */
      readonly nullOrigin: boolean;
      /** An expression for origins that is too complex to be told: it counts as matching every origin. */
      readonly unread?: string;
      /**
       * To the byte, also what browsers ignore or cut and the policy therefore leaves out; the application answers whoever is not
       * let in, preflights included. Absent where that is not known.
       */
      readonly sent?: SentFields;
    }
  /** Its configuration is not accepted, so the whole route is broken or undefined. */
  | { readonly kind: 'Invalid'; readonly message: string };
