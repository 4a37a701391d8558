import type { Route } from '../model/route.ts';
import type { RouteReason } from '../model/route-reason.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { hostOwners } from '../resolve/host-claims.ts';
import type { Inexpressible } from './dialect.ts';

/** Whether the responder answers for a route: with what to say about it, or why not. */
export type ResponderAnswer = { readonly ok: true; readonly message: string } | Inexpressible;

/** Asks for the responder; `problem` is why there is no native way, undefined when the policy asks for the responder. */
export type ResponderPlanner = (route: Route, problem: Inexpressible | undefined) => ResponderAnswer;

/** What the policy says and the dialect cannot: with the responder switched on, it would answer. */
const MORE_THAN_THE_DIALECT: ReadonlySet<RouteReason> = new Set<RouteReason>([
  'AnyOrigin',
  'CredentialsUnsupported',
  'CustomScheme',
  'ExposeUnsupported',
  'HeaderUnsupported',
  'HostUnderscore',
  'IpV6',
  'MaxAgeUnsupported',
  'MethodUnsupported',
  'Regex',
  'TokenLimit',
  'TooManyOrigins',
  'WildcardDepth',
  'WildcardUnsupported',
]);

/** Whether the responder can take a route for which this is why there is no native way: it cannot silence somebody else. */
export function isForResponder(reason: RouteReason): boolean {
  return reason !== 'ForeignCors';
}

/** Makes the planner of routes that go to the responder: two namespaces may not claim one host. */
export function createResponderPlanner(snapshot: Snapshot): ResponderPlanner {
  let owners: ReadonlyMap<string, string> | undefined;
  return (route, problem) => {
    if (snapshot.settings.responder === 'Disabled') return disabled(problem);
    owners ??= hostOwners(snapshot.routes);
    const claimed = claimedHost(route, owners);
    if (claimed !== undefined) return claimed;
    const why = problem === undefined ? 'the policy asks for it' : problem.message;
    return { ok: true, message: `the responder answers, since ${why}` };
  };
}

/** What another change would help more than the responder keeps its own reason. */
function disabled(problem: Inexpressible | undefined): Inexpressible {
  const helps = 'switch the responder on';
  if (problem === undefined) {
    const message = `the policy asks for the responder, which is switched off: ${helps}, or set strategy: Auto`;
    return { ok: false, reason: 'ResponderDisabled', message };
  }
  if (!MORE_THAN_THE_DIALECT.has(problem.reason)) return problem;
  const message = `${problem.message} (${problem.reason}); the responder could answer, but is switched off: ${helps}`;
  return { ok: false, reason: 'ResponderDisabled', message };
}

function claimedHost(route: Route, owners: ReadonlyMap<string, string>): Inexpressible | undefined {
  for (const { host } of route.matches) {
    const owner = owners.get(host);
    if (owner === undefined || owner === route.target.namespace) continue;
    const words = host === '' ? 'every host' : host;
    const message = `the namespace ${owner} has an older route for ${words}, and the responder serves a host for one namespace only: use another host, or keep its routes in one namespace`;
    return { ok: false, reason: 'HostClaimed', message };
  }
  return undefined;
}
