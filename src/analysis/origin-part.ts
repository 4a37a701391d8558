import { MAX_HOST_LENGTH } from '../cors/origin-shape.ts';
import type { Automaton } from '../cors/regex-automaton.ts';
import { statesBefore } from './automaton-states.ts';

/** The automaton of texts that are built like origins, with the part of an origin that each of its states stands in. */
export type Shape = {
  readonly automaton: Automaton;
  /** Per state. */
  readonly parts: Uint8Array;
};

/** Scheme and `://`; host; colon and port. */
const PART = { scheme: 0, host: 1, port: 2 } as const;

/** Longest scheme in bytes. */
const MAX_SCHEME_LENGTH = 64;

/** Most characters of each part that lead from one of its states to another; a host may end in a dot. */
export const PART_LENGTHS: readonly number[] = [MAX_SCHEME_LENGTH + ':/'.length, MAX_HOST_LENGTH + 1, ':65535'.length];

/** Finds the parts of an automaton that accepts nothing but `scheme://host` and `scheme://host:port`. */
export function shapeOf(automaton: Automaton): Shape {
  const beforeSlash = statesBefore(automaton, (name) => name === automaton.classes[SLASH]);
  const beforeColon = statesBefore(automaton, (name) => name === automaton.classes[COLON]);
  const parts = beforeSlash.map((isBefore, state) => {
    if (isBefore === 1) return PART.scheme;
    return beforeColon[state] === 1 ? PART.host : PART.port;
  });
  return { automaton, parts };
}

const SLASH = 0x2f;
const COLON = 0x3a;
