import { styleText } from 'node:util';
import type { Io } from './io.ts';

/** How text for people may look. */
export type OutputStyle = {
  readonly color: boolean;
  /** Longest line, where lines have to end somewhere; undefined: as long as they are. */
  readonly columns?: number | undefined;
};

/** Colour on a terminal only, and not where NO_COLOR says no. */
export function outputStyle(io: Io): OutputStyle {
  const noColor = io.env['NO_COLOR'];
  const color = io.isTerminal && (noColor === undefined || noColor === '') && io.env['TERM'] !== 'dumb';
  return { color, columns: io.isTerminal ? io.columns : undefined };
}

/** What a colour stands for, so that all tables agree. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'quiet' | 'strong' | 'plain';

const formats = {
  good: 'green',
  bad: 'red',
  doubtful: 'yellow',
  quiet: 'gray',
  strong: 'bold',
} as const;

/** Text in the colour of a tone. */
export function toned(text: string, tone: Tone, style: OutputStyle): string {
  return style.color && tone !== 'plain' && text !== ''
    ? styleText(formats[tone], text, { validateStream: false })
    : text;
}

/**
 * Text from files and requests as a terminal may show it: control characters could move the cursor or hide what stands
 * there, so they are written as escapes.
 */
export function visible(text: string): string {
  return text.replaceAll(controlCharacters, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** Controls, and the marks that reorder or hide what stands beside them. */
const controlCharacters = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
