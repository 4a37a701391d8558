import type { Writable } from 'node:stream';
import pino, { type Logger } from 'pino';

/** The program's log: one line per event, with component, object and reason as fields. */
export type Log = Logger;

/** What the command line says about logging. */
export type LogOptions = {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `text` for people at a terminal, `json` for machines. */
  readonly format: 'json' | 'text';
};

/**
 * Opens the log. Nothing is written per request, so that writing may be synchronous and lose nothing at the end.
 *
 * @param output stderr where results go to stdout
 */
export function createLog(options: LogOptions, output: Writable): Log {
  const stream = { write: (line: string) => output.write(options.format === 'json' ? line : textLine(line)) };
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
    },
    stream,
  );
}

/**
 * Makes text from outside safe for a log line, a terminal or a page: cut at 327 bytes, control characters and everything
 * beyond ASCII escaped.
 */
export function escapeText(text: string): string {
  const cut = text.length > MAXIMUM_TEXT ? `${text.slice(0, MAXIMUM_TEXT)}...` : text;
  return cut.replaceAll(/[^\x20-\x7e]/gu, escapeCharacter);
}

/** Longest well-formed origin; what is longer is cut. */
const MAXIMUM_TEXT = 327;

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\u{${code.toString(16)}}`;
}

/** Reason and causes; stack traces only help where they can be looked up, which is the debug level's business. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) {
    return error;
  }
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { name: error.name, message: error.message, ...codeOf(error), ...cause };
}

function codeOf(error: Error): { readonly code?: unknown } {
  return 'code' in error ? { code: error.code } : {};
}

function textLine(line: string): string {
  const { time, level, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const clock = String(time).slice(11, 19);
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${fieldText(value)}`);
  const text = `${clock} ${String(level).padEnd(5)} ${String(msg ?? '')}${rest.join('')}`;
  return `${text.replaceAll(INVISIBLE, escapeCharacter)}\n`;
}

/** Controls and marks that move, hide or reorder what a terminal shows. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function fieldText(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value);
}
