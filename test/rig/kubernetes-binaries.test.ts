import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GO_MODULES } from './binary.ts';
import { GATEWAY_API_VERSION } from './crds.ts';
import { ETCD, KUBERNETES_VERSION } from './kubernetes-binaries.ts';

test.each([
  { module: 'k8s.io/kubernetes', version: KUBERNETES_VERSION },
  { module: 'go.etcd.io/etcd/server/v3', version: ETCD.version },
  { module: 'sigs.k8s.io/gateway-api', version: GATEWAY_API_VERSION },
])('the version of $module is the one that the Go module pins', ({ module, version }) => {
  const lines = readFileSync(join(GO_MODULES, 'k8s', 'go.mod'), 'utf8').split('\n');
  expect(
    lines.map((line) =>
      line
        .trim()
        .replace(/^require /, '')
        .replace(/ \/\/ indirect$/, ''),
    ),
  ).toContain(`${module} v${version}`);
});
