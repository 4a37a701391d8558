import { stringify } from 'yaml';
import { kubectlSchema } from '../sources/kubectl-scalars.ts';

/** Prints plain data as YAML; every string that kubectl would read as something else is quoted. */
export type YamlPrinter = (value: unknown) => string;

/** Makes a printer; one serves for any number of values. */
export function createYamlPrinter(): YamlPrinter {
  const schema = kubectlSchema();
  return (value) => stringify(value, { schema, lineWidth: 0, aliasDuplicateObjects: false });
}
