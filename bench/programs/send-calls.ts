import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadClusterAccess } from '../../src/kube/cluster-access.ts';
import { createKubeClient } from '../../src/kube/http-client.ts';
import type { KubeCall } from '../../src/kube/kube-client.ts';
import { inParallel } from '../controller/in-parallel.ts';

// The bare client: sends the calls of a file, so many at once, when it is told to, and prints how many seconds that took.
const [kubeconfig = '', file = '', workers = '1'] = process.argv.slice(2);
const calls: readonly KubeCall[] = JSON.parse(readFileSync(file, 'utf8'));
const client = createKubeClient(await loadClusterAccess({ environment: {}, kubeconfig }), { userAgent: 'bare' });
await client.send({ method: 'GET', path: '/version' });
console.log('ready');
await once(process.stdin, 'data');
const start = performance.now();
await inParallel(calls, Number(workers), async (call) => {
  await client.send(call);
});
console.log((performance.now() - start) / 1000);
await client.close();
process.exit();
