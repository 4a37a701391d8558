import { isForbiddenMethod, isToken, normalizeMethod } from '../../cors/method.ts';
import type { Issue } from '../issue.ts';
import type { ValidationReason } from '../issue-reason.ts';
import type { FieldContext } from './field-context.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { entryPath, type TextEntry } from './text-entry.ts';

/**
 * Methods that are registered and that browsers do not normalise.
 *
 * @see https://www.iana.org/assignments/http-methods
 */
const REGISTERED = new Set(
  (
    'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF ' +
    'MKWORKSPACE MOVE ORDERPATCH PATCH PROPFIND PROPPATCH QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK ' +
    'UPDATE UPDATEREDIRECTREF VERSION-CONTROL'
  ).split(' '),
);

/**
 * Judges `allowMethods`.
 *
 * @param path of the list
 */
export function methodListIssues(entries: readonly TextEntry[], path: string, context: FieldContext): readonly Issue[] {
  const hasAny = entries.some(({ text }) => text === '*');
  const first = new Map<string, number>();
  for (const { index, text } of entries) {
    if (!first.has(normalizeMethod(text))) first.set(normalizeMethod(text), index);
  }
  return entries.flatMap((entry) => {
    const at = entryPath(path, entry);
    const report = (reason: ValidationReason, message: string, suggestion?: string): Issue =>
      finding(reason, at, `${quoted(entry.text)} ${message}`, { suggestion });
    if (entry.text === '*') return anyIssues(entry, first, context, report);
    return [...valueIssues(entry.text, context, report), ...repetitionIssues(entry, first, hasAny, report)];
  });
}

type Report = (reason: ValidationReason, message: string, suggestion?: string) => Issue;

function anyIssues(
  { index }: TextEntry,
  first: ReadonlyMap<string, number>,
  { allowCredentials, role }: FieldContext,
  report: Report,
): readonly Issue[] {
  if (first.get('*') !== index) return [report('MethodDuplicate', 'stands in the list already; remove one of the two')];
  if (!allowCredentials || role === 'Ceiling') return [];
  const message =
    'with credentials is answered by echoing the requested method, which not every controller can; list the methods';
  return [report('MethodWildcardCredentials', message)];
}

function valueIssues(text: string, { role }: FieldContext, report: Report): readonly Issue[] {
  if (text === '') return [report('MethodEmpty', 'is empty; remove the entry')];
  if (!isToken(text)) return [report('MethodToken', 'is not a method name; write one method per entry', trimmed(text))];
  if (isForbiddenMethod(text)) return [report('MethodForbidden', 'can never be sent by scripts; remove it')];
  const issues: Issue[] = [];
  const usual = usualCase(text);
  if (usual !== undefined) issues.push(report('MethodCase', caseMessage(text, usual), usual));
  if (normalizeMethod(text) === 'OPTIONS' && role === 'Grant') {
    issues.push(
      report('MethodOptionsUnneeded', 'is not needed for preflights; remove it unless scripts call it themselves'),
    );
  }
  return issues;
}

/** A name that is a method once the spaces round it are gone. */
function trimmed(text: string): string | undefined {
  const name = text.trim();
  return name !== text && isToken(name) && !isForbiddenMethod(name) ? name : undefined;
}

/** @returns the upper-case form of a method that was probably meant; undefined when it is written so, or is nobody's */
function usualCase(text: string): string | undefined {
  const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (upper === text) return undefined;
  return REGISTERED.has(upper) || normalizeMethod(text) === upper ? upper : undefined;
}

function caseMessage(text: string, usual: string): string {
  if (normalizeMethod(text) === usual) return `is sent by browsers as ${usual}; write it so`;
  return `is another method than ${usual}: methods are compared byte by byte and browsers send this one as written; write ${usual}`;
}

function repetitionIssues(
  { index, text }: TextEntry,
  first: ReadonlyMap<string, number>,
  hasAny: boolean,
  report: Report,
): readonly Issue[] {
  if (!isToken(text) || isForbiddenMethod(text)) return [];
  const earlier = first.get(normalizeMethod(text));
  if (earlier !== index)
    return [report('MethodDuplicate', `stands in entry ${earlier} already; remove one of the two`)];
  return hasAny
    ? [report('MethodWildcardRedundant', 'stands beside "*", which allows every method; remove one of the two')]
    : [];
}
