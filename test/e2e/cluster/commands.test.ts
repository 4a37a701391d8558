import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import { isRecord } from '../../../src/model/object-shape.ts';
import {
  checkDocument,
  diffDocument,
  explainDocument,
  lintDocument,
  renderDocument,
} from '../../contract/output-documents.ts';
import { until } from '../../rig/patience.ts';
import { ingressObject, ingressTarget, policyObject } from '../../support/cluster-objects.ts';
import { inputFolder } from '../../support/input-folder.ts';
import { type OperatorCluster, startOperatorCluster } from '../../support/operator-cluster.ts';
import { type ProgramResult, runInProcess } from '../../support/program.ts';
import { grantedOrigins, NGINX, originOf, webIngress, webPolicy } from '../../support/shop-objects.ts';

let cluster: OperatorCluster;

beforeAll(async () => {
  cluster = await startOperatorCluster({ users: [{ name: 'developer' }, { name: 'nobody' }] });
});
afterAll(() => cluster.stop());

/** Runs a command line as the admin. */
function run(args: readonly string[], stdin = ''): Promise<ProgramResult> {
  return runInProcess([...args, '--kubeconfig', cluster.plane.kubeconfig], { stdin });
}

/** A folder that holds objects. */
function folderOf(...objects: readonly KubernetesObject[]): Promise<string> {
  return inputFolder({ 'all.yaml': objects.map((object) => JSON.stringify(object)).join('\n---\n') });
}

function namesOf(stdout: string): readonly string[] {
  return explainDocument.parse(JSON.parse(stdout)).routes.map(({ target }) => `${target.namespace}/${target.name}`);
}

describe('what stands in a cluster', () => {
  test('lint, explain, check and render see it as files that hold the same', async () => {
    await cluster.open('same', webIngress('same'), webPolicy('same', { allowMethods: ['PUT'] }));
    const folder = await folderOf(webIngress('same'), webPolicy('same', { allowMethods: ['PUT'] }));
    const fromFiles = (args: readonly string[]) =>
      runInProcess([...args, '-f', folder, '--class', 'nginx=ingress-nginx']);
    const asked = ['--host', 'web.example.com', '--origin', 'https://app.example.com', '--method', 'PUT'];

    const checked = await run(['check', ...asked, '-o', 'json']);
    expect(checked.code).toBe(0);
    expect(checkDocument.parse(JSON.parse(checked.stdout))).toEqual(
      JSON.parse((await fromFiles(['check', ...asked, '-o', 'json'])).stdout),
    );
    const explained = await run(['explain', '-n', 'same', '-o', 'json']);
    expect(JSON.parse(explained.stdout)).toEqual(JSON.parse((await fromFiles(['explain', '-o', 'json'])).stdout));
    const linted = lintDocument.parse(JSON.parse((await run(['lint', '-n', 'same', '-o', 'json'])).stdout));
    const lintedFiles = lintDocument.parse(JSON.parse((await fromFiles(['lint', '-o', 'json'])).stdout));
    expect(linted.issues).toEqual(lintedFiles.issues.map(({ source: _, ...issue }) => issue));
    const { routes } = renderDocument.parse(JSON.parse((await run(['render', '-n', 'same', '-o', 'json'])).stdout));
    const [route] = renderDocument.parse(JSON.parse((await fromFiles(['render', '-o', 'json'])).stdout)).routes;
    expect(
      routes.map(({ target, outcome, objects }) => ({ target, outcome, annotations: annotationsOf(objects) })),
    ).toEqual([{ target: route?.target, outcome: 'Native', annotations: annotationsOf(route?.objects ?? []) }]);
  });

  test('one namespace is shown, all with -A; a namespace that is not there is refused', async () => {
    await cluster.open('one', webIngress('one'));
    await cluster.open('two', webIngress('two'));
    expect(namesOf((await run(['explain', '-n', 'one', '-o', 'json'])).stdout)).toEqual(['one/web']);
    const all = namesOf((await run(['explain', '-A', '-o', 'json'])).stdout);
    expect(all).toEqual(expect.arrayContaining(['one/web', 'two/web']));
    expect((await run(['lint', '-n', 'three'])).code).toBe(2);
  });

  test('what render prints can be applied, and then nothing is left to be changed', async () => {
    await cluster.open('applied', webIngress('applied'), webPolicy('applied'));
    const { code, stdout } = await run(['render', '-n', 'applied', '-o', 'yaml']);
    expect(code).toBe(0);
    const [printed] = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(Object.keys(printed.metadata).sort()).toEqual(['annotations', 'name', 'namespace']);
    expect((await run(['diff', '-n', 'applied'])).code).toBe(1);
    await cluster.plane.kubectl(['apply', '-f', '-'], { input: stdout });
    expect(await grantedOrigins(cluster.admin, 'applied')).toBe('https://app.example.com');
    expect((await run(['diff', '-n', 'applied'])).code).toBe(0);
  });
});

function annotationsOf(objects: readonly unknown[]): unknown {
  const [target] = objects;
  return isRecord(target) && isRecord(target['metadata']) ? target['metadata']['annotations'] : undefined;
}

describe('diff', () => {
  test('says what the controller is about to write, which is what it then writes', async () => {
    await cluster.open('about', webIngress('about'), webPolicy('about'));
    const before = await run(['diff', '-n', 'about', '-o', 'json']);
    const { routes, counts } = diffDocument.parse(JSON.parse(before.stdout));
    expect({ code: before.code, counts }).toMatchObject({ code: 1, counts: { routes: 1, changed: 1, widened: 1 } });
    const operator = await cluster.start();
    onTestFinished(operator.stop);
    await operator.ready();
    await until({ what: 'no difference', check: async () => (await run(['diff', '-n', 'about'])).code === 0 });
    const written = await cluster.admin.annotations({ kind: 'Ingress', namespace: 'about', name: 'web' });
    expect(written).toMatchObject(Object(annotationsOf(routes[0]?.after?.objects ?? [])));
  });

  test('says what a proposal would change, which is what changes once it is applied', async () => {
    await cluster.open('preview', webIngress('preview'), webPolicy('preview', { allowOrigins: [originOf('a')] }));
    const operator = await cluster.start();
    onTestFinished(operator.stop);
    await operator.ready();
    await until({
      what: 'the first policy',
      check: async () => (await grantedOrigins(cluster.admin, 'preview')) === originOf('a'),
    });
    const proposal = webPolicy('preview', { allowOrigins: [originOf('b')], maxAge: 60 });
    const { code, stdout } = await run(['diff', '-f', await folderOf(proposal), '-o', 'json']);
    const { routes } = diffDocument.parse(JSON.parse(stdout));
    expect({ code, names: routes.map(({ target }) => target.namespace) }).toEqual({ code: 1, names: ['preview'] });
    expect(routes[0]?.narrowed).toEqual([{ field: 'allowOrigins', value: originOf('a') }]);
    expect(routes[0]?.widened).toEqual([
      { field: 'allowOrigins', value: originOf('b') },
      { field: 'maxAge', value: 60 },
    ]);
    await cluster.admin.apply([proposal]);
    await until({
      what: 'the proposal',
      check: async () => (await grantedOrigins(cluster.admin, 'preview')) === originOf('b'),
    });
    const written = await cluster.admin.annotations({ kind: 'Ingress', namespace: 'preview', name: 'web' });
    expect(written).toMatchObject(Object(annotationsOf(routes[0]?.after?.objects ?? [])));
    expect((await run(['diff', '-f', await folderOf(proposal)])).code).toBe(0);
  });

  test('a proposal that takes a route from its policy says what comes back', async () => {
    const annotations = { [NGINX.enable]: 'true', [NGINX.origins]: originOf('old') };
    await cluster.open('leave', webIngress('leave', annotations));
    await cluster.admin.apply([webPolicy('leave', { adoption: 'Own', allowOrigins: [originOf('new')] })]);
    const operator = await cluster.start();
    onTestFinished(operator.stop);
    await operator.ready();
    await until({
      what: 'the policy',
      check: async () => (await grantedOrigins(cluster.admin, 'leave')) === originOf('new'),
    });
    const away = policyObject('web', { targetRefs: [ingressTarget('other')] }, { namespace: 'leave' });
    const { stdout } = await run(['diff', '-f', await folderOf(away), '-o', 'json']);
    const { routes } = diffDocument.parse(JSON.parse(stdout));
    expect(routes.map(({ before, after }) => [before?.outcome, after?.outcome])).toEqual([['Native', 'NoPolicy']]);
    expect(annotationsOf(routes[0]?.after?.objects ?? [])).toEqual(annotations);
  });

  test('a new policy is the youngest: it takes no route from who has it', async () => {
    await cluster.open('young', webIngress('young'), webPolicy('young'));
    const rival = policyObject('a-rival', { targetRefs: [ingressTarget('web')] }, { namespace: 'young' });
    expect((await run(['diff', '-f', await folderOf(rival)])).code).toBe(0);
  });
});

describe('people with few rights', () => {
  test('rights in one namespace: what can be read is told, and that it is not complete: exit 2', async () => {
    await cluster.open('ours', webIngress('ours'), webPolicy('ours'));
    const { kubectl } = cluster.plane;
    const resources = 'ingresses.networking.k8s.io,corspolicies.cors-operator.dev';
    await kubectl(['create', 'role', 'reader', '-n', 'ours', '--verb=list', `--resource=${resources}`]);
    await kubectl(['create', 'rolebinding', 'developer', '-n', 'ours', '--role=reader', '--user=developer']);
    const kubeconfig = await cluster.plane.kubeconfigFor('developer');
    const { code, stdout, stderr } = await runInProcess([
      'explain',
      '-n',
      'ours',
      '-o',
      'json',
      '--kubeconfig',
      kubeconfig,
    ]);
    expect(code).toBe(2);
    expect(namesOf(stdout)).toEqual(['ours/web']);
    expect(stderr).toMatch(/warning +KindHidden +only namespace ours shows its ingresses\.networking\.k8s\.io/);
    expect(stderr).toMatch(/error +KindHidden +ingressclasses\.networking\.k8s\.io may not be listed/);
  });

  test('no rights at all: exit 2, for restore too, which writes nothing', async () => {
    const kubeconfig = await cluster.plane.kubeconfigFor('nobody');
    expect((await runInProcess(['lint', '-A', '--kubeconfig', kubeconfig])).code).toBe(2);
    const restored = await runInProcess(['restore', '--kubeconfig', kubeconfig]);
    expect({ code: restored.code, stdout: restored.stdout }).toEqual({ code: 2, stdout: '' });
    expect(restored.stderr).toContain('does not allow this');
  });

  test('the account of the controller may do all that commands need', async () => {
    const kubeconfig = await cluster.kubeconfig();
    for (const command of [
      ['lint', '-A'],
      ['diff', '-A'],
      ['restore', '--dry-run'],
    ]) {
      const { stderr } = await runInProcess([...command, '--kubeconfig', kubeconfig]);
      expect(stderr).not.toMatch(/KindHidden|not allow/);
    }
  });
});

test('nothing that controllers did meanwhile was wrong', async () => {
  await cluster.expectSound();
});

test('an API server that is away: exit 3, and back again: exit 0', async () => {
  await cluster.open('away', ingressObject('plain', { namespace: 'away' }));
  await cluster.plane.killApiServer();
  const away = await run(['lint', '-n', 'away']);
  expect({ code: away.code, stdout: away.stdout }).toEqual({ code: 3, stdout: '' });
  expect(away.stderr).toContain(cluster.plane.url);
  expect(away.stderr).not.toContain(cluster.plane.token);
  await cluster.plane.startApiServer();
  expect((await run(['lint', '-n', 'away'])).code).toBe(0);
});
