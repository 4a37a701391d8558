import { compilePolicy } from '../../src/cors/compiled-policy.ts';
import { evaluate } from '../../src/evaluate.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { originsOf } from '../inputs/origins.ts';

// One million origins in ConfigMaps, as objects: read, validated and compiled. Prints the seconds that it took.
const lists = 32;
const origins = originsOf(1_000_000);
const size = Math.ceil(origins.length / lists);
const names = Array.from({ length: lists }, (_, list) => `origins-${list}`);
const configMaps = names.map((name, list) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', labels: { 'cors-operator.dev/origins': 'true' } },
  data: { origins: origins.slice(list * size, (list + 1) * size).join('\n') },
}));
const policy = {
  apiVersion: 'cors-operator.dev/v1alpha1',
  kind: 'CorsPolicy',
  metadata: { name: 'tenants', namespace: 'shop' },
  spec: {
    targetSelector: {},
    allowOriginsFrom: names.map((name) => ({ configMapKeyRef: { name, key: 'origins' } })),
  },
};
const ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', namespace: 'shop' },
  spec: { rules: [{ host: 'shop.example.com' }] },
};

const start = performance.now();
const { routes } = evaluate(assembleSnapshot([...configMaps, policy, ingress], defaultSettings), 0);
const governed = routes[0]?.resolution.governed;
if (governed?.by !== 'Policy') {
  throw new Error('the policy does not govern the route');
}
const { matcher } = compilePolicy(governed.effective.cors);
if (matcher.exact.size !== origins.length) {
  throw new Error(`${matcher.exact.size} origins compiled`);
}
console.log((performance.now() - start) / 1000);
