import { spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../../src/cli/program.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** The example that `npm start` serves; it shows every outcome. */
export const QUICKSTART: string = fileURLToPath(new URL('../../examples/quickstart', import.meta.url));

/** How a command ended, and what it wrote. */
export type ProgramResult = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** What a command runs with besides its arguments. */
export type ProgramInput = {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
};

/** Runs a command line in a process of its own, from the project's folder, without a terminal. */
export function spawnProgram(
  args: readonly string[],
  { stdin = '', env = {} }: ProgramInput = {},
): Promise<ProgramResult> {
  const child = spawn(process.execPath, [ENTRY, ...args], { cwd: ROOT, env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk) => {
    stderr += chunk;
  });
  // A program that ends early does not read its input; that is its result, not an error of the test.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** What a command runs with in this process. */
export type InProcessInput = ProgramInput & {
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly name?: string;
  /** Told the options of `standalone`, which does not start here. */
  readonly onStandalone?: (options: unknown) => void;
};

/** Runs a command line in this process. */
export async function runInProcess(args: readonly string[], input: InProcessInput = {}): Promise<ProgramResult> {
  const stdout = collector();
  const stderr = collector();
  const { env = {}, isTerminal = false, columns } = input;
  const io = {
    stdin: Readable.from([input.stdin ?? '']),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    isTerminal,
    columns,
  };
  const code = await runProgram(args, {
    io,
    name: input.name ?? 'cors-operator',
    modes: {
      standalone: (options) => {
        input.onStandalone?.(options);
        return Promise.resolve(0);
      },
      controller: () => Promise.resolve(0),
    },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return { stream, text: () => text };
}
