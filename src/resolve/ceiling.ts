import type { StepBudget } from '../analysis/origin-containment.ts';
import { isSafelistedMethod } from '../cors/method.ts';
import type { Policy } from '../cors/policy.ts';
import { confineOrigins } from './confined-origins.ts';
import { type Ceiling, type Confinement, type CutLog, logCut, type RequestedPolicy } from './confinement.ts';
import { guardrailField } from './guardrail-issues.ts';
import type { Cut } from './resolution.ts';

/**
 * Cuts a policy down to what a ceiling allows, whatever its enforcement. The result allows nothing that either of the two
 * does not.
 *
 * Origins entry by entry: one that is proven inside stays, a wildcard and a `*` become the ceiling's entries inside them,
 * everything else goes. Lists are intersected, `*` meets a list as that list, credentials need both, of two ages the lower
 * counts.
 *
 * @param budget for proofs about this policy, shared by its guardrails
 */
export function confine(request: RequestedPolicy, ceiling: Ceiling, budget: StepBudget): Confinement {
  const log: CutLog = { notes: [], count: 0, budget };
  const origins = confineOrigins(request.origins, ceiling.origins, log);
  const fields = confineFields(request, ceiling, log);
  const cuts = log.notes.map((note): Cut => ({ ...note, guardrail: guardrailOf(ceiling, note.field) }));
  return { confined: { ...request, origins, fields }, cuts, cutCount: log.count };
}

/** Seconds that browsers keep a preflight's answer when it names no age. */
const ASSUMED_MAX_AGE = 5;

function guardrailOf(ceiling: Ceiling, field: Cut['field']): Cut['guardrail'] {
  const path = `spec.guardrail.${guardrailField(field)}`;
  return { name: ceiling.policy.name, path, enforcement: ceiling.enforcement };
}

type NameList = 'allowMethods' | 'allowHeaders' | 'exposeHeaders';

function confineFields(request: RequestedPolicy, ceiling: Ceiling, log: CutLog): RequestedPolicy['fields'] {
  const { fields } = request;
  return {
    allowMethods: confineNames('allowMethods', request, ceiling, log),
    allowHeaders: confineNames('allowHeaders', request, ceiling, log),
    exposeHeaders: confineNames('exposeHeaders', request, ceiling, log),
    allowCredentials: confineCredentials(request, ceiling, log),
    ...confineMaxAge(fields.maxAge, request, ceiling, log),
  };
}

function confineNames(field: NameList, request: RequestedPolicy, ceiling: Ceiling, log: CutLog): readonly string[] {
  const asked = request.fields[field];
  const allowed = ceiling[field];
  if (allowed === undefined || allowed.includes('*')) return asked;
  const star = asked.indexOf('*');
  if (star !== -1) {
    const replacedBy = allowed.filter((name) => coveredByStar(field, request, name));
    logCut(log, () => ({
      field,
      entry: '*',
      place: namePlace(field, request, star),
      replacedBy: replacedBy.slice(0, 10),
    }));
    return replacedBy;
  }
  if (asked.length === 0) return asked;
  return asked.filter((name, index) => {
    if (isListed(field, allowed, name) || (field === 'allowMethods' && isSafelistedMethod(name))) return true;
    logCut(log, () => ({ field, entry: name, place: namePlace(field, request, index), replacedBy: [] }));
    return false;
  });
}

function namePlace(field: string, request: RequestedPolicy, index: number): Cut['place'] {
  return { from: request.policy, path: `${request.path}.${field}[${index}]` };
}

/** Header names are compared without case, methods as they are: both sides write them as browsers send them. */
function isListed(field: NameList, allowed: readonly string[], name: string): boolean {
  if (field === 'allowMethods') return allowed.includes(name);
  const lower = name.toLowerCase();
  return allowed.some((each) => each.toLowerCase() === lower);
}

/** Without credentials `*` does not cover Authorization, so neither may what takes its place. */
function coveredByStar(field: NameList, request: RequestedPolicy, name: string): boolean {
  if (field !== 'allowHeaders' || name.toLowerCase() !== 'authorization' || request.fields.allowCredentials)
    return true;
  return request.fields.allowHeaders.some((asked) => asked.toLowerCase() === 'authorization');
}

function confineCredentials(request: RequestedPolicy, ceiling: Ceiling, log: CutLog): boolean {
  if (!request.fields.allowCredentials || ceiling.allowCredentials) return request.fields.allowCredentials;
  const place = { from: request.policy, path: `${request.path}.allowCredentials` };
  logCut(log, () => ({ field: 'allowCredentials', entry: 'true', place, replacedBy: ['false'] }));
  return false;
}

function confineMaxAge(
  asked: number | undefined,
  request: RequestedPolicy,
  ceiling: Ceiling,
  log: CutLog,
): Pick<Policy, 'maxAge'> {
  const highest = ceiling.maxAge;
  if (highest === undefined || (asked ?? ASSUMED_MAX_AGE) <= highest)
    return asked === undefined ? {} : { maxAge: asked };
  if (asked !== undefined) {
    const place = { from: request.policy, path: `${request.path}.maxAge` };
    logCut(log, () => ({ field: 'maxAge', entry: String(asked), place, replacedBy: [String(highest)] }));
  }
  return { maxAge: highest };
}
