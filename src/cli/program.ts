import { Command, CommanderError, Option } from 'commander';
import type { z } from 'zod';
import { defaultText, flagMeta } from '../config.ts';
import { commandRuns, type Modes } from './command-runs.ts';
import { type CommandInfo, commandTable } from './command-table.ts';
import { EXIT, UnreachableError, UsageError } from './exit-code.ts';
import { type Io, writeText } from './io.ts';
import { visible } from './output-style.ts';

/** What a program is made of. */
export type ProgramOptions = {
  readonly io: Io;
  readonly modes: Modes;
  /** How the user calls it: `cors-operator` or `kubectl cors`. */
  readonly name: string;
};

/**
 * Runs a command line, the program's own name left out.
 *
 * @returns the exit code; nothing that a user can do wrong is thrown
 */
export async function runProgram(line: readonly string[], options: ProgramOptions): Promise<number> {
  let code: number = EXIT.fine;
  const program = createProgram(options, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync([...line], { from: 'user' });
    return code;
  } catch (error) {
    return explainFailure(error, options);
  }
}

/**
 * Builds the program.
 *
 * @param end told the exit code of the command that ran
 */
function createProgram(options: ProgramOptions, end: (code: number) => void): Command {
  const program = configure(new Command(options.name), options)
    .description('CORS for Kubernetes routes: one policy, exact on every ingress controller or explained')
    .addOption(new Option('-V, --version', 'print the version, and that of the public suffix list'))
    .addHelpText(
      'after',
      exampleText(options, 'check -f manifests/ --host shop.example.com --origin https://app.example.com'),
    );
  program.on('option:version', () => {
    throw new VersionAsked('version');
  });
  for (const info of commandTable) {
    program.addCommand(createCommand(info, options, end));
  }
  return program;
}

/** Ends parsing where `--version` stands. */
class VersionAsked extends Error {}

function configure(command: Command, { io }: ProgramOptions): Command {
  const width = (): number => Math.min(io.columns ?? 100, 120);
  return command
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      getOutHelpWidth: width,
      getErrHelpWidth: width,
    });
}

function createCommand(info: CommandInfo, options: ProgramOptions, end: (code: number) => void): Command {
  const command = configure(new Command(info.name), options).description(info.description);
  if (info.argument !== undefined) {
    command.argument(info.argument.syntax, info.argument.description);
  }
  for (const schema of Object.values(info.flags.shape)) {
    command.addOption(createOption(schema));
  }
  return command.addHelpText('after', exampleText(options, info.example)).action(async () => {
    const { io, modes } = options;
    end(await commandRuns[info.name]({ io, modes, flags: command.opts(), operands: command.args }));
  });
}

/** Values stay as they were written: what they mean is said by the flag's schema. */
function createOption(schema: z.ZodType): Option {
  const meta = flagMeta(schema);
  const otherwise = defaultText(schema);
  const notes = [
    ...(meta.repeatable === true ? ['repeatable'] : []),
    ...(otherwise === undefined ? [] : [`default: ${otherwise}`]),
  ];
  const option = new Option(
    meta.flags,
    notes.length === 0 ? meta.description : `${meta.description} (${notes.join('; ')})`,
  );
  return meta.repeatable === true ? option.argParser(collect) : option;
}

function collect(value: string, former: unknown): readonly string[] {
  return [...(Array.isArray(former) ? former.map(String) : []), value];
}

function exampleText({ name }: ProgramOptions, example: string): string {
  return `\nExample:\n  $ ${name} ${example}`;
}

async function explainFailure(error: unknown, { io, name }: ProgramOptions): Promise<number> {
  if (error instanceof VersionAsked) {
    const { versionText } = await import('./version-text.ts');
    await writeText(io.stdout, versionText());
    return EXIT.fine;
  }
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? EXIT.fine : EXIT.unusable;
  }
  if (error instanceof UsageError) {
    await writeText(io.stderr, `${errorLines(error)}(${name} --help says more)\n`);
    return EXIT.unusable;
  }
  if (error instanceof UnreachableError) {
    await writeText(io.stderr, errorLines(error));
    return EXIT.unreachable;
  }
  throw error;
}

function errorLines({ message }: Error): string {
  const lines = message.split('\n').map((line) => `error: ${visible(line)}\n`);
  return lines.join('');
}
