import { evaluate } from '../../src/evaluate.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { Dialect } from '../../src/plan/dialect.ts';
import { dialects } from '../../src/plan/dialects/index.ts';

/** What a policy may want, each asked of every dialect. */
const QUESTIONS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['a list of origins', { allowOrigins: ['https://a.example.com', 'https://b.example.com:8443'] }],
  ['`*.` for one label', { allowOrigins: ['https://*.example.com'], wildcardDepth: 'Single' }],
  ['`*.` for any depth', { allowOrigins: ['https://*.example.com'], wildcardDepth: 'Any' }],
  ['regular expressions', { allowOriginRegexes: ['https://pr-[0-9]+\\.example\\.com'] }],
  ['any origin', { allowOrigins: ['*'] }],
  ['app schemes', { allowOrigins: ['capacitor://localhost'] }],
  ['IPv6', { allowOrigins: ['http://[::1]:3000'] }],
  ['credentials', { allowOrigins: ['https://a.example.com'], allowCredentials: true }],
  ['any method', { allowOrigins: ['https://a.example.com'], allowMethods: ['*'] }],
  ['any request header', { allowOrigins: ['https://a.example.com'], allowHeaders: ['*'] }],
  ['no keeping (`maxAge: 0`)', { allowOrigins: ['https://a.example.com'], maxAge: 0 }],
];

/** What each dialect of this build can say, as a Markdown table: answered by the dialects themselves. */
export function dialectTable(): string {
  const names = dialects.map(({ name }) => `[${name}](docs/dialects/${name}.md)`);
  const versions = dialects.map(({ versions: { oldest, newest } }) => `${oldest} – ${newest}`);
  const rows = QUESTIONS.map(([question, spec]) => [question, ...dialects.map((dialect) => answer(dialect, spec))]);
  return [
    ['', ...names],
    ['---', ...dialects.map(() => '---')],
    ['versions', ...versions],
    ['route', ...dialects.map(({ targetKinds }) => targetKinds.join(', '))],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** `yes`, or the reason why not. */
function answer(dialect: Dialect, spec: Readonly<Record<string, unknown>>): string {
  const kind = dialect.targetKinds[0] ?? '';
  const settings = { ...defaultSettings, dialect: { name: dialect.name, version: dialect.versions.newest } };
  const objects = [policy({ ...spec, strategy: 'Native', targetSelector: { kinds: [kind] } }), route(kind)];
  const [evaluated] = evaluate(assembleSnapshot(objects, settings), 0).routes;
  if (evaluated === undefined) {
    throw new Error(`${dialect.name}: the example has no route`);
  }
  const { outcome, reason } = evaluated.plan;
  return outcome === 'Native' ? 'yes' : `\`${reason}\``;
}

function policy(spec: Readonly<Record<string, unknown>>): KubernetesObject {
  return { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', metadata: metadata(), spec };
}

function route(kind: string): KubernetesObject {
  return kind === 'Ingress'
    ? {
        apiVersion: 'networking.k8s.io/v1',
        kind,
        metadata: metadata(),
        spec: { ingressClassName: 'example', rules: [{ host: 'example.com' }] },
      }
    : {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind,
        metadata: metadata(),
        spec: { parentRefs: [{ name: 'example' }], rules: [{}] },
      };
}

function metadata(): KubernetesObject['metadata'] {
  return { name: 'example', namespace: 'example' };
}
