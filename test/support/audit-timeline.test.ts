import { describe, expect, test } from 'vitest';
import { parseAuditLog } from './audit-log.ts';
import { changesOf } from './audit-timeline.ts';

type Fields = Readonly<Record<string, unknown>>;

let made = 0;

/** One line of a log: a write to Ingress `shop/web`, unless a test says otherwise. */
function event(verb: string, responseObject: unknown, more: Fields = {}): string {
  made++;
  const time = `2026-01-01T00:00:00.${String(made).padStart(6, '0')}Z`;
  return JSON.stringify({
    kind: 'Event',
    stage: 'ResponseComplete',
    auditID: String(made),
    requestURI: '/apis/networking.k8s.io/v1/namespaces/shop/ingresses/web',
    verb,
    user: { username: 'admin' },
    objectRef: { apiGroup: 'networking.k8s.io', resource: 'ingresses', namespace: 'shop', name: 'web' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
    responseObject,
    ...more,
  });
}

function ingress(resourceVersion: number, metadata: Fields = {}): Fields {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: String(resourceVersion), ...metadata },
  };
}

function deleted(uid: string): Fields {
  return { apiVersion: 'v1', kind: 'Status', status: 'Success', details: { name: 'web', uid } };
}

/** Revisions before and after each change; `-`: no object. */
function steps(...lines: readonly string[]): readonly string[] {
  const version = (object: { readonly metadata: Fields } | undefined): string =>
    String(object?.metadata['resourceVersion'] ?? '-');
  return changesOf(parseAuditLog(lines.join('\n'))).map(({ before, after }) => `${version(before)}>${version(after)}`);
}

describe('changesOf', () => {
  test('revisions count in the order in which they were stored, not in that of their lines', () => {
    expect(steps(event('create', ingress(5)), event('patch', ingress(9)), event('patch', ingress(7)))).toEqual([
      '->5',
      '5>7',
      '7>9',
    ]);
  });

  test('a write that changed nothing is no change', () => {
    expect(steps(event('create', ingress(5)), event('patch', ingress(5)))).toEqual(['->5']);
  });

  test('what failed, was a dry run or is about a part is no change', () => {
    expect(
      steps(
        event('create', ingress(5), { responseStatus: { code: 409 } }),
        event('create', ingress(5), { requestURI: '/apis/networking.k8s.io/v1/ingresses?dryRun=All' }),
        event(
          'update',
          { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web', resourceVersion: '8' } },
          {
            objectRef: { resource: 'deployments', subresource: 'scale', namespace: 'shop', name: 'web' },
          },
        ),
        event('get', ingress(5)),
      ),
    ).toEqual([]);
  });

  test('an object that is deleted and made again is another one, in whatever order the lines come', () => {
    const create = event('create', ingress(5));
    const remove = event('delete', deleted('u1'));
    const again = event('create', ingress(8, { uid: 'u2' }));
    expect(steps(create, remove, again)).toEqual(['->5', '5>-', '->8']);
    const late = event('delete', deleted('u1'));
    expect(steps(create, again, late)).toEqual(['->5', '5>8']);
  });

  test('an object with finalizers goes with the last of them', () => {
    const held = { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['a/b'] };
    const free = { deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(
      steps(event('create', ingress(5)), event('delete', ingress(6, held)), event('patch', ingress(7, free))),
    ).toEqual(['->5', '5>6', '6>-']);
  });

  test('all objects of a kind that are deleted at once are gone', () => {
    const list = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressList', metadata: {}, items: [ingress(5)] };
    const objectRef = { apiGroup: 'networking.k8s.io', resource: 'ingresses', namespace: 'shop' };
    expect(steps(event('create', ingress(5)), event('deletecollection', list, { objectRef }))).toEqual(['->5', '5>-']);
  });
});

describe('parseAuditLog', () => {
  test('a line torn by a killed server hides neither itself nor the next one', () => {
    const torn = event('create', ingress(5)).slice(0, 100);
    expect(steps(`${torn}${event('create', ingress(6))}`, event('patch', ingress(7)))).toEqual(['->6', '6>7']);
    expect(steps(event('create', ingress(5)), torn)).toEqual(['->5']);
  });

  test('a line that is no event is an error', () => {
    expect(() => parseAuditLog(`hello\n${event('create', ingress(5))}`)).toThrow('not an audit event: hello');
  });

  test('the field manager is what the request named', () => {
    const [write] = parseAuditLog(
      event('patch', ingress(5), { requestURI: '/x?force=true&fieldManager=cors-operator' }),
    );
    expect(write).toMatchObject({ fieldManager: 'cors-operator', user: 'admin', verb: 'patch', code: 200 });
  });
});
