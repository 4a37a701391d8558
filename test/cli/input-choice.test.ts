import { expect, test } from 'vitest';
import { UsageError } from '../../src/cli/exit-code.ts';
import { chooseInput } from '../../src/cli/input-choice.ts';

const values = { filename: ['from-somewhere'] };

test.each([
  { name: 'nothing on the command line: what the environment names', raw: {} },
  { name: 'files on the command line', raw: { filename: ['a.yaml'] } },
  { name: 'a namespace alone names no cluster', raw: { namespace: 'shop' } },
])('chooseInput: $name is read', ({ raw }) => {
  expect(chooseInput(values, raw)).toBe(values);
});

test.each([
  { name: 'a context', raw: { context: 'production' } },
  { name: 'a kubeconfig', raw: { kubeconfig: '/k' } },
  { name: 'all namespaces', raw: { allNamespaces: true } },
])('chooseInput: $name on the command line wins over files of the environment', ({ raw }) => {
  expect(chooseInput(values, raw)).toEqual({ filename: [] });
});

test.each([
  { flag: '--context', raw: { context: 'production' } },
  { flag: '--kubeconfig', raw: { kubeconfig: '/k' } },
  { flag: '--all-namespaces', raw: { allNamespaces: true } },
])('chooseInput: -f beside $flag contradicts it', ({ flag, raw }) => {
  expect(() => chooseInput(values, { ...raw, filename: ['a.yaml'] })).toThrow(UsageError);
  expect(() => chooseInput(values, { ...raw, filename: ['a.yaml'] })).toThrow(flag);
});
