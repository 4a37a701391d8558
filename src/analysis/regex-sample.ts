import { accepts } from '../cors/regex-automaton.ts';
import { automatonOf } from './origin-language.ts';
import type { RegexNode, RegexSyntax } from './regex-syntax.ts';

/** A text that a regex should match, made by walking along it. Whether it does is for the matcher to say. */
export type RegexSample = {
  readonly text: string;
  /** Per character: `1` when another could stand there, `0` when the regex spells it out. */
  readonly free: string;
};

/** A node that has to take part in a sample, and what stands for it if that is not its own sample. */
export type SampleTarget = {
  readonly node: RegexNode;
  readonly text?: string;
  /** Nodes `.` that stand for themselves. */
  readonly dots?: ReadonlySet<RegexNode>;
  /** `Once`: what may be left out takes part too. */
  readonly optional?: 'Never' | 'Once';
};

/** Most samples of one regex; each costs some microseconds per node. */
const MAX_SAMPLES = 64;

/** A sample longer than any origin is of no use. */
const MAX_LENGTH = 400;

/** Tried in this order to stand for a class: a letter reads best in a host. */
const CANDIDATES = 'axebcdfghijklmnopqrstuvwyz0123456789-_.:/[]+AXEBCDFGHIJKLMNOPQRSTUVWYZ';

/** Makes samples of one regex. */
export type Sampler = {
  /** A sample in which the target takes part; the shortest way along everything else. */
  readonly sample: (target?: SampleTarget) => RegexSample | undefined;
  /** Nodes that a shortest sample may leave out, or of which it takes another one: each worth a sample of its own. */
  readonly choices: readonly RegexNode[];
};

/** Prepares samples of a regex. */
export function regexSampler({ root, flags }: RegexSyntax): Sampler {
  const letters = new Map<string, string | undefined>();
  const letterOf = (source: string): string | undefined => {
    if (!letters.has(source)) letters.set(source, representative(flags.includes('i') ? `(?i)${source}` : source));
    return letters.get(source);
  };
  return {
    sample: (target) =>
      walk(root, { letterOf, target, path: target === undefined ? new Set() : pathTo(root, target.node) }),
    choices: choicesOf(root).slice(0, MAX_SAMPLES),
  };
}

function representative(source: string): string | undefined {
  const automaton = automatonOf(source);
  return automaton === undefined ? undefined : [...CANDIDATES].find((letter) => accepts(automaton, letter));
}

/** Every node of a tree, itself first. */
export function nodesOf(node: RegexNode): readonly RegexNode[] {
  return [node, ...childrenOf(node).flatMap(nodesOf)];
}

function childrenOf(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case 'concat':
      return node.parts;
    case 'alternation':
      return node.branches;
    case 'repeat':
      return [node.node];
    default:
      return [];
  }
}

function choicesOf(root: RegexNode): readonly RegexNode[] {
  return nodesOf(root).flatMap((node) => {
    if (node.kind === 'alternation') return node.branches.slice(1);
    return node.kind === 'repeat' && node.min === 0 ? [node.node] : [];
  });
}

/** The nodes on the way from the root to a node, both included. */
function pathTo(node: RegexNode, target: RegexNode): ReadonlySet<RegexNode> {
  if (node === target) return new Set([node]);
  for (const child of childrenOf(node)) {
    const path = pathTo(child, target);
    if (path.size > 0) return new Set([node, ...path]);
  }
  return new Set();
}

type Walk = {
  readonly letterOf: (source: string) => string | undefined;
  readonly target: SampleTarget | undefined;
  readonly path: ReadonlySet<RegexNode>;
};

const EMPTY: RegexSample = { text: '', free: '' };

function walk(node: RegexNode, walking: Walk): RegexSample | undefined {
  const text = walking.target?.node === node ? walking.target.text : undefined;
  if (text !== undefined) return { text, free: '1'.repeat(text.length) };
  switch (node.kind) {
    case 'literal':
      return { text: node.text, free: '0'.repeat(node.text.length) };
    case 'any':
      return { text: walking.target?.dots?.has(node) ? '.' : 'a', free: '1' };
    case 'class':
      return classSample(walking.letterOf(node.source));
    case 'assertion':
      return EMPTY;
    case 'concat':
      return joined(node.parts.map((part) => () => walk(part, walking)));
    case 'alternation':
      return walk(node.branches.find((branch) => walking.path.has(branch)) ?? node.branches[0] ?? node, walking);
    case 'repeat':
      return repeated(node, walking);
  }
}

function classSample(letter: string | undefined): RegexSample | undefined {
  return letter === undefined ? undefined : { text: letter, free: '1' };
}

function joined(parts: readonly (() => RegexSample | undefined)[]): RegexSample | undefined {
  let sample = EMPTY;
  for (const part of parts) {
    const next = part();
    if (next === undefined || sample.text.length + next.text.length > MAX_LENGTH) return undefined;
    sample = { text: sample.text + next.text, free: sample.free + next.free };
  }
  return sample;
}

/** The target takes part once; the other rounds go the shortest way. */
function repeated(node: Extract<RegexNode, { kind: 'repeat' }>, walking: Walk): RegexSample | undefined {
  const isTaken = walking.path.has(node.node) || walking.target?.optional === 'Once';
  const plain: Walk = { ...walking, target: undefined, path: new Set() };
  return joined(
    Array.from(
      { length: Math.max(node.min, isTaken ? 1 : 0) },
      (_, round) => () => walk(node.node, round === 0 ? walking : plain),
    ),
  );
}
