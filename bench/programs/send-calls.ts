import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { loadClusterAccess } from '../../src/kube/cluster-access.ts';
import { createKubeClient } from '../../src/kube/http-client.ts';
import type { KubeCall } from '../../src/kube/kube-client.ts';
import { inParallel } from '../controller/in-parallel.ts';

// The bare client: sends the calls of a file, so many at once, when it is told to, and prints how many
// seconds that took, on the clock and of its processor time.
const [kubeconfig = '', file = '', workers = '1'] = process.argv.slice(2);
const calls: readonly KubeCall[] = JSON.parse(readFileSync(file, 'utf8'));
const client = createKubeClient(await loadClusterAccess({ environment: {}, kubeconfig }), { userAgent: 'bare' });
await client.send({ method: 'GET', path: '/version' });
console.log('ready');
await once(process.stdin, 'data');
const before = process.cpuUsage();
const start = performance.now();
await inParallel(calls, Number(workers), async (call) => {
  await client.send(call);
});
const seconds = (performance.now() - start) / 1000;
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ seconds, processor: (user + system) / 1e6 }));
await client.close();
process.exit();
