import { startControlPlane } from './control-plane.ts';
import { type CrdSet, installCrds } from './crds.ts';

/** Sets of CRDs by the names that arguments may give them. */
const SETS: readonly CrdSet[] = ['own', 'gateway-api', 'traefik'];

/**
 * Keeps one control plane up to play with, until it is interrupted; namespaces end and owned objects go. Arguments name the sets of
 * CRDs to install, all of them without arguments.
 */
async function main(): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
  const sets = wantedSets(process.argv.slice(2));
  const plane = await startControlPlane({ controllerManager: true });
  try {
    await installCrds(plane, sets);
    console.log(`export KUBECONFIG=${plane.kubeconfig}`);
    console.error(`Kubernetes at ${plane.url}, audit log ${plane.auditLog}. Ctrl-C ends it.`);
    const alive = setInterval(() => undefined, 60_000);
    await interrupted;
    clearInterval(alive);
  } finally {
    await plane.stop();
  }
}

function wantedSets(names: readonly string[]): readonly CrdSet[] {
  const unknown = names.filter((name) => !SETS.some((set) => set === name));
  if (unknown.length > 0) throw new Error(`no CRDs named ${unknown.join(', ')}: use some of ${SETS.join(', ')}`);
  return names.length === 0 ? SETS : SETS.filter((set) => names.includes(set));
}

await main();
