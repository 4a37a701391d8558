import { FIELD_BOUNDS, MAX_MAX_AGE } from '../cors-fields.ts';
import type { Issue } from '../issue.ts';
import type { Fields } from '../object-shape.ts';
import { exposeListIssues } from './expose-list.ts';
import type { FieldContext, FieldRole } from './field-context.ts';
import { pathBelow } from './field-path.ts';
import { finding } from './finding.ts';
import { headerListIssues } from './header-list.ts';
import { methodListIssues } from './method-list.ts';
import { originListIssues } from './origin-list.ts';
import { quoted } from './quoted-text.ts';
import { regexListIssues } from './regex-list.ts';
import { entryPath, type TextEntry, textEntries } from './text-entry.ts';

/**
 * Judges the CORS fields of an object, as far as each can be read.
 *
 * @param path of the object
 */
export function corsFieldsIssues(fields: Fields, path: string, role: FieldRole): readonly Issue[] {
  const context: FieldContext = {
    path,
    role,
    allowCredentials: fields['allowCredentials'] === true,
    wildcardDepth: fields['wildcardDepth'] === 'Single' ? 'Single' : 'Any',
  };
  const below = (field: string): string => pathBelow(path, field);
  const methods = textEntries(fields['allowMethods'], FIELD_BOUNDS.allowMethods);
  const headers = textEntries(fields['allowHeaders'], FIELD_BOUNDS.allowHeaders);
  const exposed = textEntries(fields['exposeHeaders'], FIELD_BOUNDS.exposeHeaders);
  return [
    ...missingOrigins(fields, context),
    ...originIssues(fields, context),
    ...methodListIssues(methods, below('allowMethods'), context),
    ...headerListIssues(headers, below('allowHeaders'), context),
    ...exposeListIssues(exposed, below('exposeHeaders'), context),
    ...maxAgeIssues(fields['maxAge'], below('maxAge'), role),
  ];
}

const ORIGIN_FIELDS = ['allowOrigins', 'allowOriginRegexes', 'allowOriginsFrom'];

function missingOrigins(fields: Fields, { path, role }: FieldContext): readonly Issue[] {
  const isEmpty = (value: unknown): boolean => value === undefined || (Array.isArray(value) && value.length === 0);
  if (role === 'Ceiling' || !ORIGIN_FIELDS.every((field) => isEmpty(fields[field]))) return [];
  const message = 'no origin is named; list some in allowOrigins, allowOriginRegexes or allowOriginsFrom';
  return [finding('OriginMissing', pathBelow(path, 'allowOrigins'), message)];
}

function originIssues(fields: Fields, context: FieldContext): readonly Issue[] {
  const origins = textEntries(fields['allowOrigins'], {
    ...FIELD_BOUNDS.allowOrigins,
    length: Number.POSITIVE_INFINITY,
  });
  const regexes = textEntries(fields['allowOriginRegexes'], {
    ...FIELD_BOUNDS.allowOriginRegexes,
    length: Number.POSITIVE_INFINITY,
  });
  const regexPath = pathBelow(context.path, 'allowOriginRegexes');
  return [
    ...originListIssues(origins, pathBelow(context.path, 'allowOrigins'), context),
    ...regexListIssues(regexes, regexPath, context),
    ...(origins.some(({ text }) => text === '*') ? regexes.map((entry) => besideAny(entry, regexPath)) : []),
  ];
}

function besideAny(entry: TextEntry, path: string): Issue {
  const message = `${quoted(entry.text)} stands beside "*" in allowOrigins, which allows every origin; remove one of the two`;
  return finding('OriginWildcardRedundant', entryPath(path, entry), message);
}

/** Longest time in seconds that browsers keep a preflight's answer. */
const CAPS = [
  { browser: 'WebKit', seconds: 600 },
  { browser: 'Chromium', seconds: 7200 },
];

function maxAgeIssues(value: unknown, path: string, role: FieldRole): readonly Issue[] {
  if (typeof value !== 'number' || !Number.isInteger(value) || role === 'Ceiling') return [];
  const capped = CAPS.filter(({ seconds }) => value > seconds && value <= MAX_MAX_AGE);
  if (capped.length === 0) return [];
  const list = capped.map(({ browser, seconds }) => `${browser} at most ${seconds} seconds`).join(', ');
  return [
    finding(
      'MaxAgeCapped',
      path,
      `browsers keep the answer for less than ${value} seconds: ${list}; write the smaller number, or expect more preflights`,
    ),
  ];
}
