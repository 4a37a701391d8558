import { readFileSync } from 'node:fs';
import { type KubernetesObject, parseObject } from '../../src/model/kubernetes-object.ts';
import { isRecord } from '../../src/model/object-shape.ts';

/** A request that was meant to change something, as the API server recorded it. */
export type AuditedWrite = {
  readonly auditId: string;
  readonly user: string;
  readonly userAgent: string;
  /** "" when the request named none. */
  readonly fieldManager: string;
  readonly verb: string;
  readonly target: AuditTarget;
  /** HTTP status of the answer. */
  readonly code: number;
  readonly isDryRun: boolean;
  /** Milliseconds since 1970, when it came in and when it was answered. */
  readonly received: number;
  readonly answered: number;
  /** Body of the answer; undefined where only names are recorded. */
  readonly answer: unknown;
};

/** What a request was about. */
export type AuditTarget = {
  readonly group: string;
  /** Plural, as in paths. */
  readonly resource: string;
  /** "" for none. */
  readonly subresource: string;
  /** "" when cluster-scoped. */
  readonly namespace: string;
  /** "" for a create with a generated name, and for all objects of a kind. */
  readonly name: string;
};

const WRITES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/**
 * Writes of an API server's audit log, in the order of their answers.
 *
 * A line may be torn where the server was killed, with the first one of its successor behind it; anything else that is no event is
 * an error.
 */
export function readAuditLog(path: string): readonly AuditedWrite[] {
  return parseAuditLog(readFileSync(path, 'utf8'));
}

/** The same of a log's text. */
export function parseAuditLog(text: string): readonly AuditedWrite[] {
  const lines = text.split('\n');
  const writes: AuditedWrite[] = [];
  for (const [index, line] of lines.entries()) {
    const event = line === '' ? undefined : parseLine(line, index === lines.length - 1);
    const write = event === undefined ? undefined : readWrite(event);
    if (write !== undefined) writes.push(write);
  }
  return writes.sort((left, right) => left.answered - right.answered);
}

/** Objects in an answer: one, or the items of a list; none for a Status. */
export function answeredObjects(answer: unknown): readonly KubernetesObject[] {
  if (!isRecord(answer) || answer['kind'] === 'Status') return [];
  const items = answer['items'];
  if (!Array.isArray(items)) return objectOf(answer);
  const kind = String(answer['kind']).replace(/List$/, '');
  return items.flatMap((item) => (isRecord(item) ? objectOf({ apiVersion: answer['apiVersion'], kind, ...item }) : []));
}

type Fields = Readonly<Record<string, unknown>>;

/** Every line of the log begins with it. */
const START = '{"kind":"Event"';

function parseLine(line: string, isLast: boolean): Fields | undefined {
  const event = parseEvent(line) ?? parseEvent(line.slice(Math.max(0, line.lastIndexOf(START))));
  if (event !== undefined || isLast) return event;
  throw new Error(`not an audit event: ${line.slice(0, 200)}`);
}

function parseEvent(text: string): Fields | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return isRecord(event) ? event : undefined;
  } catch {
    return undefined;
  }
}

function readWrite(event: Fields): AuditedWrite | undefined {
  const { objectRef, user, responseStatus, requestURI } = event;
  const verb = textOf(event, 'verb');
  if (event['stage'] !== 'ResponseComplete' || !WRITES.has(verb) || !isRecord(objectRef)) return undefined;
  const query = new URL(String(requestURI), 'https://host').searchParams;
  return {
    auditId: textOf(event, 'auditID'),
    user: isRecord(user) ? textOf(user, 'username') : '',
    userAgent: textOf(event, 'userAgent'),
    fieldManager: query.get('fieldManager') ?? '',
    verb,
    target: {
      group: textOf(objectRef, 'apiGroup'),
      resource: textOf(objectRef, 'resource'),
      subresource: textOf(objectRef, 'subresource'),
      namespace: textOf(objectRef, 'namespace'),
      name: textOf(objectRef, 'name'),
    },
    code: isRecord(responseStatus) ? Number(responseStatus['code']) : 0,
    isDryRun: query.has('dryRun'),
    received: Date.parse(textOf(event, 'requestReceivedTimestamp')),
    answered: Date.parse(textOf(event, 'stageTimestamp')),
    answer: event['responseObject'],
  };
}

function textOf(fields: Fields, field: string): string {
  const value = fields[field];
  return typeof value === 'string' ? value : '';
}

function objectOf(value: unknown): readonly KubernetesObject[] {
  const parsed = parseObject(value);
  return parsed.ok ? [parsed.value] : [];
}
