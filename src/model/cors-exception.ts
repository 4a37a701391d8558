import { type CorsExceptionSpec, corsExceptionSpecSchema } from './cors-exception-spec.ts';
import { creationTime } from './creation-time.ts';
import { isDateTime } from './date-time.ts';
import type { Issue } from './issue.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { type Fields, isRecord } from './object-shape.ts';
import type { ExceptionObject } from './policy-object.ts';
import { corsFieldsIssues } from './validation/cors-fields-issues.ts';
import { pathBelow } from './validation/field-path.ts';
import { finding } from './validation/finding.ts';
import { readOwnObject } from './validation/own-object.ts';
import { quoted } from './validation/quoted-text.ts';

export type { CorsExceptionSpec };

const DAY = 24 * 60 * 60 * 1000;

/** Farthest that an exception may end, in days from now. */
const MAX_DAYS = 400;

/** Reads a CorsException, all its problems at once. Whether it has expired is asked with {@link expiryIssues}. */
export function parseCorsException(object: KubernetesObject): ExceptionObject {
  return readOwnObject(object, {
    schema: corsExceptionSpecSchema,
    judge: exceptionIssues,
    ref: { kind: 'CorsException', name: object.metadata.name },
  });
}

/**
 * Judges when an exception ends: `ExceptionExpiry` for one in the past or over 400 days ahead.
 *
 * @param now milliseconds since 1970
 * @returns empty also for an invalid exception, whose end nobody asks for
 */
export function expiryIssues({ spec, ref }: ExceptionObject, now: number): readonly Issue[] {
  if (spec === undefined) return [];
  const { begin, end } = exceptionSpan(spec);
  const path = 'spec.expiresAt';
  if (end <= now) {
    const message = `${quoted(spec.expiresAt)} lies in the past; the exception does nothing: renew or delete it`;
    return [{ ...finding('ExceptionExpiry', path, message), object: ref }];
  }
  if (begin <= now) return [];
  const message = `${quoted(spec.expiresAt)} lies more than ${MAX_DAYS} days ahead; write a nearer time and renew the exception when it comes`;
  return [{ ...finding('ExceptionExpiry', path, message), object: ref }];
}

/**
 * When an exception may act: from `begin` on, and no more at `end`, both in milliseconds since 1970. Before that it ends too far
 * ahead.
 */
export function exceptionSpan({ expiresAt }: Pick<CorsExceptionSpec, 'expiresAt'>): {
  readonly begin: number;
  readonly end: number;
} {
  const end = creationTime(expiresAt);
  return { begin: end - MAX_DAYS * DAY, end };
}

function exceptionIssues(spec: Fields, path: string): readonly Issue[] {
  return [
    ...refIssues(spec['policyRefs'], pathBelow(path, 'policyRefs')),
    ...corsFieldsIssues(spec, path, 'Ceiling'),
    ...timeIssues(spec['expiresAt'], pathBelow(path, 'expiresAt')),
  ];
}

function refIssues(refs: unknown, path: string): readonly Issue[] {
  if (!Array.isArray(refs)) return [];
  const first = new Map<string, number>();
  return refs.flatMap((ref: unknown, index) => {
    if (!isRecord(ref)) return [];
    const key = JSON.stringify([ref['namespace'], ref['name']]);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, index);
      return [];
    }
    return [
      finding(
        'TargetDuplicate',
        pathBelow(path, index),
        `entry ${earlier} names the same policy; remove one of the two`,
      ),
    ];
  });
}

function timeIssues(value: unknown, path: string): readonly Issue[] {
  if (typeof value !== 'string' || isDateTime(value)) return [];
  return [finding('FieldValue', path, `${quoted(value)} is not a time in RFC 3339; write it as 2026-03-31T00:00:00Z`)];
}
