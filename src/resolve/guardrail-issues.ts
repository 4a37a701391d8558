import type { Issue, Severity } from '../model/issue.ts';
import { quoted } from '../model/validation/quoted-text.ts';
import type { Ceiling, Confinement, RequestedPolicy } from './confinement.ts';
import type { Cut } from './resolution.ts';

/** Cuts of one guardrail that are issues of their own; the rest is counted. */
const REPORTED_CUTS = 20;

/**
 * What goes beyond one guardrail, as issues of the policy or of the ConfigMap line that says it: the first ones, then how many
 * more. Errors under `Enforce`, warnings under `Warn`, infos under `Audit`.
 */
export function guardrailIssues(finding: Confinement, ceiling: Ceiling, request: RequestedPolicy): readonly Issue[] {
  if (finding.cutCount === 0) return NO_ISSUES;
  const severity = guardrailSeverity(ceiling.enforcement);
  const issues = finding.cuts.slice(0, REPORTED_CUTS).map((cut) => cutIssue(cut, severity));
  const more = finding.cutCount - issues.length;
  if (more <= 0) return issues;
  const message = `${more} more entries go beyond the guardrail ${ceiling.policy.name}`;
  return [...issues, { severity, reason: 'ExceedsGuardrail', path: request.path, message, object: request.policy }];
}

/** How grave it is to go beyond a guardrail: an error under `Enforce`, a warning under `Warn`, an info under `Audit`. */
export function guardrailSeverity(enforcement: Ceiling['enforcement']): Severity {
  return SEVERITIES[enforcement];
}

/** The field of a guardrail that speaks of a field of a policy. */
export function guardrailField(field: Cut['field']): string {
  return field === 'allowOriginRegexes' ? 'allowOrigins' : field;
}

/** An entry in a message. */
export function entryWords(field: Cut['field'], entry: string): string {
  return field === 'allowCredentials' || field === 'maxAge' ? `${field}: ${entry}` : quoted(entry);
}

const NO_ISSUES: readonly Issue[] = [];
const SEVERITIES: Readonly<Record<Ceiling['enforcement'], Severity>> = {
  Enforce: 'error',
  Warn: 'warning',
  Audit: 'info',
};

function cutIssue(cut: Cut, severity: Severity): Issue {
  if (cut.unproven === true) return unprovenIssue(cut, severity);
  return {
    severity,
    reason: 'ExceedsGuardrail',
    path: cut.place.path,
    message: `${entryWords(cut.field, cut.entry)} goes beyond ${cut.guardrail.path} of the guardrail ${cut.guardrail.name}: ${consequence(cut)}`,
    object: cut.place.from,
    ...(cut.witness === undefined ? {} : { witness: cut.witness }),
  };
}

function unprovenIssue(cut: Cut, severity: Severity): Issue {
  const { name, path } = cut.guardrail;
  const message = `${entryWords(cut.field, cut.entry)} is too complex to be proved inside ${path} of the guardrail ${name}, and counts as beyond it: ${consequence(cut)}; write it simpler`;
  return { severity, reason: 'RegexTooComplex', path: cut.place.path, message, object: cut.place.from };
}

function consequence(cut: Cut): string {
  if (cut.guardrail.enforcement !== 'Enforce') return 'it would be cut if the guardrail were enforced';
  return cut.replacedBy.length === 0 ? 'it is left out' : `it is narrowed to ${cut.replacedBy.join(', ')}`;
}
