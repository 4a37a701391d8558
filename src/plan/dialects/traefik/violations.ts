import { isToken } from '../../../cors/method.ts';
import { isOrigin } from '../../../cors/origin.ts';
import type { KubernetesObject } from '../../../model/kubernetes-object.ts';
import { type Fields, isRecord } from '../../../model/object-shape.ts';
import type { TargetChanges } from '../../plan.ts';
import { isClosedExpression } from './origin-expressions.ts';

/** What Traefik would not take, or would match more loosely than it reads. */
export function middlewareViolations(changes: TargetChanges, owned: readonly KubernetesObject[]): readonly string[] {
  const entries = changes.listEntries.map((each) => each.entry).filter((entry) => !REFERENCE.test(entry));
  return [...entries.map((entry) => `reference: ${entry}`), ...owned.flatMap(objectViolations)];
}

const REFERENCE = /^[a-z0-9-]+(?:_[a-z0-9.-]+)?@kubernetescrd$/;

function objectViolations(object: KubernetesObject): readonly string[] {
  const spec = object['spec'];
  const headers = isRecord(spec) ? spec['headers'] : undefined;
  if (!isRecord(headers)) return ['spec.headers: missing'];
  const listed = listOf(headers, 'accessControlAllowOriginList');
  const expressions = listOf(headers, 'accessControlAllowOriginListRegex');
  const isAny = listed.includes('*');
  return [
    ...listed.filter((text) => text !== '*' && !isOrigin(text)).map((text) => `origin: ${text}`),
    ...expressions.filter((text) => !isClosedExpression(text)).map((text) => `regex: ${text}`),
    ...NAMES.flatMap((field) =>
      listOf(headers, field)
        .filter((name) => !isToken(name))
        .map((name) => `${field}: ${name}`),
    ),
    ...(isAny && (listed.length + expressions.length > 1 || headers['accessControlAllowCredentials'] === true)
      ? ['origin: * beside others or with credentials']
      : []),
    ...(listed.length + expressions.length === 0 ? ['origin: none'] : []),
    ...(isTime(headers['accessControlMaxAge'])
      ? []
      : [`accessControlMaxAge: ${String(headers['accessControlMaxAge'])}`]),
  ];
}

const NAMES = ['accessControlAllowMethods', 'accessControlAllowHeaders', 'accessControlExposeHeaders'];

function listOf(headers: Fields, field: string): readonly string[] {
  const list = headers[field];
  return Array.isArray(list) ? list.map(String) : [];
}

function isTime(value: unknown): boolean {
  return value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 86_400);
}
