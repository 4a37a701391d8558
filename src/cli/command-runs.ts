import type { z } from 'zod';
import {
  type ControllerModeOptions,
  type FlagSchema,
  type RawFlags,
  readFlags,
  type StandaloneOptions,
} from '../config.ts';
import {
  checkFlags,
  controllerFlags,
  diffFlags,
  explainFlags,
  lintFlags,
  renderFlags,
  restoreFlags,
  resumeFlags,
  standaloneFlags,
} from './command-flags.ts';
import type { CommandName } from './command-table.ts';
import { UsageError } from './exit-code.ts';
import { chooseInput, chooseOther } from './input-choice.ts';
import type { Io } from './io.ts';

/** The long-running modes; the entry gives them, since no shell knows another. */
export type Modes = {
  readonly standalone: (options: StandaloneOptions, io: Io) => Promise<number>;
  readonly controller: (options: ControllerModeOptions, io: Io) => Promise<number>;
};

/** A command line that was taken apart. */
export type CommandLine = {
  readonly io: Io;
  readonly modes: Modes;
  readonly flags: RawFlags;
  /** What stands behind the command's name without a flag. */
  readonly operands: readonly string[];
};

/** Runs each command and gives its exit code. A command is loaded when it runs, so that help and `standalone` start at once. */
export const commandRuns: Readonly<Record<CommandName, (line: CommandLine) => Promise<number>>> = {
  lint: async (line) => {
    const { runLint } = await import('./lint-command.ts');
    return runLint(line.io, inputOf(lintFlags, line));
  },
  render: async (line) => {
    const { runRender } = await import('./render-command.ts');
    return runRender(line.io, inputOf(renderFlags, line));
  },
  diff: async (line) => {
    const { runDiff } = await import('./diff-command.ts');
    return runDiff(line.io, chooseOther(valuesOf(diffFlags, line), line.flags));
  },
  check: async (line) => {
    const { runCheck } = await import('./check-command.ts');
    return runCheck(line.io, inputOf(checkFlags, line));
  },
  explain: async (line) => {
    const { runExplain } = await import('./explain-command.ts');
    return runExplain(line.io, inputOf(explainFlags, line), line.operands[0]);
  },
  restore: async (line) => {
    const { runRestore } = await import('./restore-command.ts');
    return runRestore(line.io, valuesOf(restoreFlags, line));
  },
  resume: async (line) => {
    const { runResume } = await import('./resume-command.ts');
    return runResume(line.io, valuesOf(resumeFlags, line));
  },
  standalone: async (line) => {
    const { standaloneOptions } = await import('./standalone-options.ts');
    const filename = [...line.operands, ...texts(line.flags['filename'])];
    const flags = valuesOf(standaloneFlags, {
      ...line,
      flags: { ...line.flags, ...(filename.length > 0 ? { filename } : {}) },
    });
    return line.modes.standalone(await standaloneOptions(flags), line.io);
  },
  controller: async (line) => {
    const { controllerOptions } = await import('./controller-options.ts');
    return line.modes.controller(controllerOptions(valuesOf(controllerFlags, line)), line.io);
  },
};

function valuesOf<T extends FlagSchema>(schema: T, { flags, io }: CommandLine): z.infer<T> {
  const reading = readFlags(schema, flags, io.env);
  if (!reading.ok) {
    throw new UsageError(reading.problems.join('\n'));
  }
  return reading.value;
}

function inputOf<T extends typeof lintFlags | typeof renderFlags | typeof checkFlags | typeof explainFlags>(
  schema: T,
  line: CommandLine,
): z.infer<T> {
  return chooseInput(valuesOf(schema, line), line.flags);
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
