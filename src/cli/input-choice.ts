import type { RawFlags } from '../config.ts';
import { UsageError } from './exit-code.ts';

/** Flags that say where the input comes from. */
export type InputChoice = { readonly filename: readonly string[] };

const clusterOnly: Readonly<Record<string, string>> = {
  kubeconfig: '--kubeconfig',
  context: '--context',
  allNamespaces: '--all-namespaces',
};

/**
 * Decides between files and a cluster: what stands on the command line wins over the environment.
 *
 * @param values of the flags, environment twins included
 * @param raw flags as they stand on the command line
 * @returns values without files where a cluster is meant
 * @throws UsageError when the command line names both
 */
export function chooseInput<T extends InputChoice>(values: T, raw: RawFlags): T {
  const named = namedCluster(raw);
  if (named === undefined) {
    return values;
  }
  if (raw['filename'] !== undefined) {
    throw new UsageError(`-f names files and ${named} a cluster: give one of them`);
  }
  return { ...values, filename: [] };
}

/**
 * Looks at the other side of a comparison as {@link chooseInput} does at an input.
 *
 * @throws UsageError when the command line names files and a cluster for it
 */
export function chooseOther<T extends { readonly to: readonly string[] }>(values: T, raw: RawFlags): T {
  const named = namedCluster(raw);
  if (named === undefined) {
    return values;
  }
  if (raw['to'] !== undefined) {
    throw new UsageError(`--to names files and ${named} a cluster: give one of them`);
  }
  return { ...values, to: [] };
}

function namedCluster(raw: RawFlags): string | undefined {
  const named = Object.keys(clusterOnly).find((flag) => raw[flag] !== undefined);
  return named === undefined ? undefined : clusterOnly[named];
}
