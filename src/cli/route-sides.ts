import type { Evaluation, RouteEvaluation } from '../evaluate.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import type { TargetRef } from '../model/reference.ts';
import { remembered } from '../model/remembered.ts';
import type { Route } from '../model/route.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type Grant, grantOf } from '../plan/containment.ts';
import { isRestorable, ownEntries } from '../plan/dialects/index.ts';
import { plainPolicy } from '../plan/plain-policy.ts';
import { POLICY_ANNOTATION } from '../plan/plan.ts';
import { annotationOf, isCorsFilter, listEntriesOf, ruleFilters } from '../plan/target-keys.ts';
import { createTargetReaders, type TargetReader } from '../plan/target-reader.ts';
import { appliedObject } from './applied-object.ts';
import { storableObject } from './reconciled-objects.ts';
import { type RouteDocument, routeDocument } from './route-document.ts';
import type { TargetOutlook, TargetState } from './target-outlook.ts';

/** One side of a route that is compared. */
export type RouteSide = {
  readonly target: TargetRef;
  /** What the route grants; undefined: nothing. */
  readonly grant: Grant | undefined;
  readonly document: SideDocument;
  /** Two sides differ when this does. */
  readonly compared: unknown;
};

/** A side as `diff -o json` shows it. Of what merely stands, nothing is decided: only its objects are known. */
export type SideDocument = Partial<Omit<RouteDocument, 'target'>> & {
  /** The target and the objects of ours that belong to it, ready for `kubectl apply`. */
  readonly objects: readonly KubernetesObject[];
};

/** Tells what becomes of a target, of which all routes are given. */
export type Outlook = (routes: readonly [RouteEvaluation, ...RouteEvaluation[]]) => TargetOutlook;

/** Both sides of every route, in the order of the evaluation: as it stands, and as it is decided. */
export type OutlookSides = {
  readonly standing: readonly RouteSide[];
  readonly decided: readonly RouteSide[];
  /** Targets that would not be written as it is decided. */
  readonly blocked: readonly Blocked[];
};

/** A target on which something is in the way. */
export type Blocked = { readonly target: TargetRef; readonly problem: NonNullable<TargetOutlook['problem']> };

/**
 * Looks at every route of an evaluation.
 *
 * @param evaluation of the snapshot, some routes of it possibly left out
 */
export function outlookSides(snapshot: Snapshot, evaluation: Evaluation, outlookOf: Outlook): OutlookSides {
  const readerOf = createTargetReaders(snapshot);
  // Routes of one policy share its grant, so that it is compared once.
  const grantFor = remembered(grantOf);
  const standing: RouteSide[] = [];
  const decided: RouteSide[] = [];
  const blocked: Blocked[] = [];
  for (const [, routes] of Map.groupBy(evaluation.routes, ({ resolution }) => resolution.route.object)) {
    const [first, ...rest] = routes;
    if (first === undefined) continue;
    const outlook = outlookOf([first, ...rest]);
    if (outlook.problem !== undefined) {
      blocked.push({ target: first.resolution.route.target, problem: outlook.problem });
    }
    for (const route of routes) {
      const reader = readerOf(route.resolution.route);
      standing.push(standingSide(route, outlook, reader));
      decided.push(decidedSide(route, outlook, decidedGrant(route, outlook, { reader, grantFor })));
    }
  }
  return { standing, decided, blocked };
}

function standingSide(
  { resolution: { route } }: RouteEvaluation,
  { before }: TargetOutlook,
  reader: Reader,
): RouteSide {
  return {
    target: route.target,
    grant: standingGrant(before, reader),
    document: { objects: shownObjects(before) },
    compared: corsOf(route, before),
  };
}

type Reader = TargetReader | undefined;

function decidedSide(evaluation: RouteEvaluation, outlook: TargetOutlook, grant: Grant | undefined): RouteSide {
  const { route } = evaluation.resolution;
  const { target, ...document } = routeDocument(evaluation);
  return {
    target,
    grant,
    document: { ...document, objects: shownObjects(outlook.after) },
    compared: corsOf(route, outlook.after),
  };
}

/** Sides on which also counts what was decided, and what follows for browsers. */
export function withDecisions(sides: readonly RouteSide[]): readonly RouteSide[] {
  const plainGrant = remembered((grant: Grant) => ({ ...grant, policy: plainPolicy(grant.policy), sent: undefined }));
  return sides.map((side) => {
    const { dialect, dialectVersion, outcome, policy, reason } = side.document;
    const decision = { dialect, dialectVersion, outcome, policy, reason };
    return { ...side, compared: { decision, grant: side.grant && plainGrant(side.grant), cors: side.compared } };
  });
}

/** What is said exactly grants the policy; of anything else the controller is asked what it makes of it. */
function decidedGrant(
  { plan, resolution: { governed } }: RouteEvaluation,
  { after, problem }: TargetOutlook,
  { reader, grantFor }: { readonly reader: Reader; readonly grantFor: typeof grantOf },
): Grant | undefined {
  const isProgrammed = plan.outcome === 'Responder' || (plan.outcome === 'Native' && problem === undefined);
  return isProgrammed && governed.by === 'Policy' ? grantFor(governed.effective.cors) : standingGrant(after, reader);
}

function standingGrant({ object, owned }: TargetState, reader: Reader): Grant | undefined {
  const reading = reader?.read(object, owned);
  return reading?.kind === 'On' ? reading : undefined;
}

function shownObjects({ object, owned }: TargetState): readonly KubernetesObject[] {
  return [object, ...owned].map((each) => appliedObject(storableObject(each)));
}

/** What of a target and of the objects beside it concerns CORS on one route. */
function corsOf({ target, rules }: Route, { object, owned }: TargetState): unknown {
  const annotations = Object.entries(object.metadata.annotations ?? {}).filter(
    ([annotation]) => annotation === POLICY_ANNOTATION || isRestorable(annotation, undefined),
  );
  const entries = ownEntries(target).filter(({ annotation, entry }) =>
    listEntriesOf(annotationOf(object, annotation)).includes(entry),
  );
  return {
    annotations: Object.fromEntries(annotations),
    entries,
    filters: rules.map((rule) => ruleFilters(object, rule).filter(isCorsFilter)),
    owned: owned.map(({ kind, metadata: { name, namespace }, spec }) => ({ kind, namespace, name, spec })),
  };
}
