import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHART, chartFile } from '../../chart/rendered-chart.ts';
import { leftCgroups } from '../../rig/cgroups.ts';
import { type RigNode, startNode } from '../../rig/node.ts';
import { until } from '../../rig/patience.ts';
import { bundleImage } from '../../rig/project-root.ts';
import { createRigFolder } from '../../rig/rig-folder.ts';

/** As the chart names it without values, and as a node that pulls nothing has to know it. */
const IMAGE = `cors-operator:${chartFile('Chart.yaml')['appVersion']}`;

const NAMESPACE = 'cors-system';

/** Less than a pod has before it is killed: one that takes as long does not listen to SIGTERM. */
const GRACE = '20s';

let node: RigNode;

beforeAll(async () => {
  node = await startNode();
  const folder = await createRigFolder();
  try {
    await node.loadImage(await bundleImage(join(folder, 'root'), `docker.io/library/${IMAGE}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 900_000);

afterAll(async () => {
  await node?.stop();
  expect(leftCgroups()).toEqual([]);
  expect(existsSync(node.folder)).toBe(false);
}, 60_000);

function apply(...objects: readonly object[]): Promise<string> {
  const input = objects.map((object) => JSON.stringify(object)).join('\n---\n');
  return node.kubectl(['apply', '-f', '-'], { input });
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** Labels with which a namespace admits no pod that is not `restricted`. */
const RESTRICTED = { 'pod-security.kubernetes.io/enforce': 'restricted' };

const SECURITY_CONTEXT = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  seccompProfile: { type: 'RuntimeDefault' },
  capabilities: { drop: ['ALL'] },
};

describe('a pod of the image', () => {
  test('standalone: answers a preflight through a Service', async () => {
    const files = Object.fromEntries(
      ['storefront.yaml', '.cors-operator.yaml'].map((name) => [
        name,
        readFileSync(`examples/quickstart/${name}`, 'utf8'),
      ]),
    );
    await apply(
      namespace('standalone', RESTRICTED),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'files', namespace: 'standalone' }, data: files },
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'responder', namespace: 'standalone' },
        spec: { selector: { app: 'responder' }, ports: [{ port: 80, targetPort: 8080 }] },
      },
      {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'responder', namespace: 'standalone', labels: { app: 'responder' } },
        spec: {
          volumes: [{ name: 'files', configMap: { name: 'files' } }],
          containers: [
            {
              name: 'responder',
              image: IMAGE,
              args: ['standalone', '/data', '--listen', '0.0.0.0:8080'],
              ports: [{ containerPort: 8080 }],
              volumeMounts: [{ name: 'files', mountPath: '/data' }],
              securityContext: SECURITY_CONTEXT,
              readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    );
    await node.kubectl(['wait', '-n', 'standalone', '--for=condition=Ready', '--timeout=60s', 'pod/responder']);
    const script = `
      const headers = { host: 'shop.example.com', origin: 'https://www.example.com', 'access-control-request-method': 'PUT' };
      const { RESPONDER_SERVICE_HOST: host } = process.env;
      require('node:http').request({ host, method: 'OPTIONS', headers }, (response) => {
        console.log(response.statusCode, response.headers['access-control-allow-origin']);
        response.resume();
      }).end();`;
    const exec = ['exec', '-n', 'standalone', 'responder', '--', '/usr/bin/node', '-e', script];
    expect((await node.kubectl(exec)).trim()).toBe('204 https://www.example.com');
    await node.kubectl(['delete', 'namespace', 'standalone', '--wait=false']);
  });
});

/** The policy of the README, as a reader copies it. */
function readmePolicy(): string {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
  const [policy, ...others] = blocks.filter((text) => /^kind: CorsPolicy$/m.test(text));
  if (policy === undefined || others.length > 0) throw new Error('README.md has to show one CorsPolicy');
  return policy;
}

/** The Ingress that the policy names, as its team had it before; one annotation is nobody's business. */
const INGRESS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name: 'storefront',
    namespace: 'shop',
    labels: { team: 'shop' },
    annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '8m' },
  },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'shop.example.com',
        http: {
          paths: [
            { path: '/', pathType: 'Prefix', backend: { service: { name: 'storefront', port: { number: 80 } } } },
          ],
        },
      },
    ],
  },
};

const NGINX_CLASS = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx', annotations: { 'cors-operator.dev/dialect-version': '1.11.0' } },
  spec: { controller: 'k8s.io/ingress-nginx' },
};

type StoredObject = {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager: string }[];
    readonly [field: string]: unknown;
  };
};

async function storedIngress(): Promise<StoredObject> {
  const args = ['get', 'ingress', 'storefront', '-n', 'shop', '-o', 'json', '--show-managed-fields'];
  return JSON.parse(await node.kubectl(args));
}

/** The object as bytes, without what every write changes. */
function bytes({ metadata, ...rest }: StoredObject): string {
  const { managedFields: _managers, resourceVersion: _version, ...kept } = metadata;
  return JSON.stringify({ ...rest, metadata: kept });
}

/** What pods said last stands in the error, since helm only says that they are not ready. */
async function install(): Promise<void> {
  const args = ['install', 'cors-operator', CHART, '--namespace', NAMESPACE, '--create-namespace'];
  const { code, stderr } = await node.helm.try([...args, '--wait', '--timeout', '100s']);
  if (code === 0) return;
  const component = ['-n', NAMESPACE, '-l', 'app.kubernetes.io/component=controller'];
  const pods = await node.tryKubectl(['get', 'pods', ...component]);
  const logs = await node.tryKubectl(['logs', ...component, '--prefix', '--tail=5']);
  throw new Error(`${stderr}${pods.stdout}${logs.stdout}`);
}

/** What the Job said stands in the error, since helm only says that it failed. */
async function uninstall(): Promise<void> {
  const args = ['uninstall', 'cors-operator', '--namespace', NAMESPACE, '--wait', '--timeout', '180s'];
  const { code, stderr } = await node.helm.try(args);
  if (code === 0) return;
  const logs = await node.tryKubectl(['logs', '-n', NAMESPACE, 'job/cors-operator-restore']);
  throw new Error(`${stderr}${logs.stdout}`);
}

async function podNames(): Promise<readonly string[]> {
  const names = await node.kubectl(['get', 'pods', '-n', NAMESPACE, '-o', 'jsonpath={.items[*].metadata.name}']);
  return names.split(' ');
}

/** Waits until one of the pods holds the Lease that is not among the former ones. */
function untilLeader(former: readonly string[] = []): Promise<void> {
  const get = ['get', 'lease', 'cors-operator', '-n', NAMESPACE, '-o', 'jsonpath={.spec.holderIdentity}'];
  const check = async () => {
    const leader = await node.kubectl(get);
    return (await podNames()).some((pod) => !former.includes(pod) && leader.startsWith(`${pod}_`));
  };
  return until({ what: 'a leader', check, interval: 200 });
}

describe('an installation without values', () => {
  let before: StoredObject;

  beforeAll(async () => {
    await apply(namespace('shop'), namespace(NAMESPACE, RESTRICTED), NGINX_CLASS, INGRESS);
    before = await storedIngress();
    await install();
  });

  test('helm install: two pods are ready in a restricted namespace', async () => {
    const pods = ['get', 'pods', '-n', NAMESPACE, '-o', 'jsonpath={.items[*].status.containerStatuses[*].ready}'];
    expect(await node.kubectl(pods)).toBe('true true');
  });

  test('nothing changes before somebody writes a policy', async () => {
    expect((await storedIngress()).metadata['resourceVersion']).toBe(before.metadata['resourceVersion']);
  });

  test("kubectl apply -f corspolicy.yaml: the README's policy stands on the Ingress, and says so", async () => {
    await node.kubectl(['apply', '-f', '-'], { input: readmePolicy() });
    const wait = ['wait', '-n', 'shop', '--for=condition=Ready', '--timeout=60s', 'corspolicy/storefront'];
    await node.kubectl(wait);
    const { annotations } = (await storedIngress()).metadata;
    expect(annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-body-size': '8m',
      'nginx.ingress.kubernetes.io/enable-cors': 'true',
      'cors-operator.dev/policy': 'storefront',
    });
    const origins = annotations?.['nginx.ingress.kubernetes.io/cors-allow-origin']?.split(',');
    expect(origins?.toSorted()).toEqual(['https://*.preview.example.com', 'https://www.example.com']);
    const columns = await node.kubectl(['get', 'cors', '-n', 'shop', '--no-headers']);
    expect(columns).toMatch(/corspolicy\S*\/storefront +True +1 +1 +0/);
  });

  test('one of the pods holds the Lease, and metrics come through the Service', async () => {
    await untilLeader();
    const proxy = `/api/v1/namespaces/${NAMESPACE}/services/cors-operator-controller-metrics:metrics/proxy`;
    expect(await node.kubectl(['get', '--raw', `${proxy}/metrics`])).toMatch(/^cors_operator_\w+(\{.*\})? \d/m);
  });

  test('helm upgrade: other pods take over, and no route is written', async () => {
    const { resourceVersion } = (await storedIngress()).metadata;
    const former = await podNames();
    await node.helm.run([
      ...['upgrade', 'cors-operator', CHART, '--namespace', NAMESPACE, '--wait', '--timeout', '120s'],
      ...['--set', 'controller.logLevel=debug'],
    ]);
    await untilLeader(former);
    expect((await storedIngress()).metadata['resourceVersion']).toBe(resourceVersion);
  });

  test('the account may do what the controller does, and nothing near it', async () => {
    const account = `--as=system:serviceaccount:${NAMESPACE}:cors-operator-controller`;
    const can = async (...question: readonly string[]) =>
      (await node.tryKubectl(['auth', 'can-i', ...question, account])).stdout.trim();
    expect(await can('patch', 'ingresses', '-n', 'shop')).toBe('yes');
    for (const question of [
      ['get', 'secrets', '-n', 'shop'],
      ['get', 'secrets', '-n', NAMESPACE],
      ['update', 'ingresses', '-n', 'shop'],
      ['delete', 'ingresses', '-n', 'shop'],
      ['create', 'pods', '-n', NAMESPACE],
      ['patch', 'corspolicies', '-n', 'shop'],
      ['patch', 'clusterroles'],
      ['get', 'leases/other', '-n', NAMESPACE],
    ]) {
      expect(await can(...question), question.join(' ')).toBe('no');
    }
  });

  test('helm uninstall: the Ingress is what it was, byte for byte, and nothing of the release is left', async () => {
    await uninstall();
    const after = await storedIngress();
    expect(bytes(after)).toBe(bytes(before));
    const managers = after.metadata.managedFields?.map(({ manager }) => manager) ?? [];
    expect(managers.filter((manager) => manager.startsWith('cors-operator'))).toEqual([]);
    const end = ['wait', '--for=delete', 'pods', '-n', NAMESPACE, '--all', '--timeout', GRACE];
    await node.kubectl(end);
    const kinds = 'all,leases,serviceaccounts,configmaps,secrets,roles,rolebindings,poddisruptionbudgets';
    const left = await node.kubectl(['get', kinds, '-n', NAMESPACE, '-o', 'name']);
    expect(left.split('\n').filter((name) => name.includes('cors-operator'))).toEqual([]);
    const roles = await node.kubectl(['get', 'clusterroles,clusterrolebindings', '-o', 'name']);
    expect(roles).not.toContain('cors-operator');
  });

  test('the policies stay, and a second installation finds them', async () => {
    expect(await node.kubectl(['get', 'corspolicies', '-n', 'shop', '-o', 'name'])).toContain('/storefront');
    await install();
    const annotation = 'jsonpath={.metadata.annotations.cors-operator\\.dev/policy}=storefront';
    await node.kubectl(['wait', '-n', 'shop', `--for=${annotation}`, '--timeout=60s', 'ingress/storefront']);
    await uninstall();
    expect(bytes(await storedIngress())).toBe(bytes(before));
  });
});
