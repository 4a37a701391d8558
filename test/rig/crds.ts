import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from './control-plane.ts';
import { moduleText } from './go-module.ts';

/** A set of custom resource definitions that suites install. */
export type CrdSet = 'own' | 'gateway-api' | 'traefik';

/** Version of the Gateway API whose standard channel is installed. */
export const GATEWAY_API_VERSION = '1.5.1';

/** Version of Traefik whose kinds are installed. */
const TRAEFIK_VERSION = '3.7.13';

const OWN_CRDS = fileURLToPath(new URL('../../crds', import.meta.url));

/** Installs sets of CRDs and waits until the API server serves their kinds. */
export async function installCrds(
  plane: Pick<ControlPlane, 'kubectl'>,
  sets: readonly CrdSet[] = ['own'],
): Promise<void> {
  const files = await Promise.all(sets.map(crdFile));
  const args = files.flatMap((file) => ['-f', file]);
  const names = await plane.kubectl(['apply', '--server-side', '-o', 'name', ...args]);
  const crds = names.split('\n').filter((name) => name.startsWith('customresourcedefinition.'));
  await plane.kubectl(['wait', '--for=condition=Established', '--timeout=60s', ...crds]);
}

/** File or folder of a set. */
function crdFile(set: CrdSet): Promise<string> {
  switch (set) {
    case 'own':
      return Promise.resolve(OWN_CRDS);
    case 'gateway-api':
      return gatewayApiCrds();
    case 'traefik':
      return traefikCrds();
  }
}

function gatewayApiCrds(): Promise<string> {
  return moduleText({
    module: `sigs.k8s.io/gateway-api@v${GATEWAY_API_VERSION}`,
    name: `gateway-api-${GATEWAY_API_VERSION}.yaml`,
    read: async (folder) => {
      const standard = join(folder, 'config', 'crd', 'standard');
      const files = (await readdir(standard)).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
      const texts = await Promise.all(files.sort().map((name) => readFile(join(standard, name), 'utf8')));
      // The channel also holds an admission policy that guards upgrades of these kinds.
      return texts.filter((text) => /^kind: CustomResourceDefinition$/m.test(text)).join('\n---\n');
    },
  });
}

function traefikCrds(): Promise<string> {
  return moduleText({
    module: `github.com/traefik/traefik/v3@v${TRAEFIK_VERSION}`,
    name: `traefik-${TRAEFIK_VERSION}.yaml`,
    read: (folder) =>
      readFile(
        join(folder, 'docs', 'content', 'reference', 'dynamic-configuration', 'kubernetes-crd-definition-v1.yml'),
        'utf8',
      ),
  });
}
