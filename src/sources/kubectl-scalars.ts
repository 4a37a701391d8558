import { type ScalarTag, Schema, type Tags } from 'yaml';
import { fragileText, quotedText } from './yaml-characters.ts';

/**
 * Reads plain scalars as kubectl does, so that what is judged here is what the cluster would store. kubectl's reader
 * follows YAML 1.1 in parts: `on`, `yes` and `n` are booleans, `0777` is octal, `1_000` a number; `12:30` and dates stay
 * strings. Printing with this schema quotes every string that kubectl would read as something else.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/master/goyaml.v2/resolve.go
 */
export function kubectlSchema(): Schema {
  return new Schema({ schema: 'core', customTags: (core) => [...core.filter(isCollectionOrString), ...scalarTags] });
}

const numericTags = new Set(['tag:yaml.org,2002:int', 'tag:yaml.org,2002:float', 'tag:yaml.org,2002:bool']);

function isCollectionOrString(tag: Tags[number]): boolean {
  return typeof tag === 'string' || !numericTags.has(tag.tag);
}

const boolTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  identify: (value) => typeof value === 'boolean',
  test: /^(?:[yY]|yes|Yes|YES|[tT]rue|TRUE|on|On|ON|[nN]|no|No|NO|[fF]alse|FALSE|off|Off|OFF)$/,
  resolve: (text) => /^(?:y|t|on)/i.test(text),
  stringify: ({ value }) => String(value),
};

const intTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  identify: (value) => Number.isInteger(value),
  test: /^(?:[-+]_*(?=[0-9])|(?=[0-9]))(?:0_*[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0_*[bB]_*[01][01_]*|0_*[oO]_*[0-7][0-7_]*|0[0-7_]*|[1-9][0-9_]*)$/,
  resolve: (text) => integer(text.replaceAll('_', '')),
  stringify: ({ value }) => String(value),
};

const floatTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]_*\._*[0-9][0-9_]*(?:[eE][-+]?_*[0-9][0-9_]*)?|(?:[-+]_*)?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?_*[0-9][0-9_]*)?)$/,
  resolve: (text) => float(text.replaceAll('_', '').toLowerCase()),
  stringify: ({ value }) => floatText(Number(value)),
};

/** Text like any other, but printed in quotes: readers of YAML 1.1 would merge what a key of this name holds. */
const mergeKey: ScalarTag = {
  tag: 'tag:cors-operator.dev,2026:merge-key',
  default: true,
  test: /^<<$/,
  resolve: (text) => text,
};

/** Text that is printed in quotes; no word that is read without quotes is such a text. */
const fragileTag: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  identify: (value) => typeof value === 'string' && fragileText.test(value),
  test: fragileText,
  resolve: (text) => text,
  stringify: ({ value }) => quotedText(String(value)),
};

const scalarTags: readonly ScalarTag[] = [boolTag, intTag, floatTag, mergeKey, fragileTag];

/** Value of a number that Go's ParseInt takes with base 0: a leading zero alone means octal. */
function integer(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  return sign * Number(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
}

function float(text: string): number {
  if (text.endsWith('nan')) {
    return Number.NaN;
  }
  return text.endsWith('inf') ? Number(text.replace('.inf', 'Infinity')) : Number(text);
}

function floatText(value: number): string {
  if (Number.isNaN(value)) {
    return '.nan';
  }
  return Number.isFinite(value) ? JSON.stringify(value) : String(value).replace('Infinity', '.inf');
}
