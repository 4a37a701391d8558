import { POLICY_STEPS } from '../analysis/origin-containment.ts';
import { compileMatcher, matchOrigin } from '../cors/matcher.ts';
import { parseOriginPattern } from '../cors/origin-pattern.ts';
import type { Issue } from '../model/issue.ts';
import { quoted } from '../model/validation/quoted-text.ts';
import { confine } from './ceiling.ts';
import type { Ceiling, RequestedPolicy } from './confinement.ts';
import type { Cut, Permit } from './resolution.ts';

/**
 * The entries of a policy that are in force although they go beyond a guardrail, since an exception made its ceiling wider.
 *
 * @param final what is in force
 */
export function permitsOf(final: RequestedPolicy, ceilings: readonly Ceiling[]): readonly Permit[] {
  const permits: Permit[] = [];
  for (const ceiling of ceilings) {
    const { exception } = ceiling;
    if (exception === undefined) continue;
    // What is only reported goes beyond both, and is in force by no exception.
    const { confined } = confine(final, ceiling, { left: POLICY_STEPS });
    const { cuts } = confine(confined, exception.base, { left: POLICY_STEPS });
    for (const cut of cuts) permits.push(permitOf(cut, exception));
  }
  return permits.length === 0 ? NO_PERMITS : permits;
}

/** Says of a policy that an exception acts for it, once per exception. */
export function permitIssues(permits: readonly Permit[], ceilings: readonly Ceiling[]): readonly Issue[] {
  if (permits.length === 0) return NO_ISSUES;
  return ceilings.flatMap(({ policy, exception }): readonly Issue[] => {
    const permitted = permits.filter(({ guardrail }) => guardrail.name === policy.name);
    const [first] = permitted;
    if (exception === undefined || first === undefined) return NO_ISSUES;
    const message = `${quoted(first.entry)}${moreWords(permitted.length - 1)} beyond the guardrail ${policy.name}: allowed by the exception ${exception.ref.name} until ${exception.expiresAt}`;
    const { path, from } = first.place;
    return [{ severity: 'info', reason: 'ExceedsGuardrail', path, message, object: from }];
  });
}

const NO_PERMITS: readonly Permit[] = [];
const NO_ISSUES: readonly Issue[] = [];

/** Of one guardrail a hundred are kept. */
function moreWords(count: number): string {
  if (count === 0) return ' goes';
  return ` and ${count < MOST_MORE ? count : `at least ${MOST_MORE}`} more go`;
}

const MOST_MORE = 99;

type Exception = NonNullable<Ceiling['exception']>;

function permitOf({ field, entry, place, guardrail, witness }: Cut, exception: Exception): Permit {
  return {
    field,
    entry,
    place,
    guardrail,
    exception: { name: exception.ref.name, path: `spec.${exceptionField(field, entry, exception)}` },
    ...(witness === undefined ? {} : { witness }),
  };
}

/** An exact origin may be allowed by a regex, and what only several entries cover together by all of them. */
function exceptionField(field: Cut['field'], entry: string, { origins }: Exception): string {
  if (field !== 'allowOrigins') return field;
  if (origins.regexes.length === 0) return field;
  const listed = compileMatcher({ ...origins, regexes: [] });
  const pattern = parseOriginPattern(entry, 'Any');
  if (pattern?.kind === 'exact') return matchOrigin(listed, entry) ? field : 'allowOriginRegexes';
  return origins.exact.length + origins.wildcards.length === 0 && !origins.any ? 'allowOriginRegexes' : field;
}
