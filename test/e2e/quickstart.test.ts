import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { spawnProgram } from '../support/program.ts';

const run = promisify(execFile);

/** What `npm start` prints, with free ports instead of the fixed ones. */
type Started = { readonly lines: readonly string[]; readonly stop: () => Promise<number | null> };

async function start(): Promise<Started> {
  const script: { scripts: { start: string } } = JSON.parse(readFileSync('package.json', 'utf8'));
  const [, ...args] = script.scripts.start.split(' ');
  const ports = ['--listen', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const child = spawn(process.execPath, [...args, ...ports], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.filter((printed) => printed.startsWith('curl ')).length === 2) {
      break;
    }
  }
  return {
    lines,
    async stop() {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
  };
}

/** Runs a printed line as a person would paste it. */
async function paste(line: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', `${line} --silent --max-time 10`]);
  return stdout;
}

describe('npm start', () => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  });
  afterAll(async () => {
    expect(await started.stop()).toBe(0);
  });

  test('every outcome is in the table', () => {
    const table = started.lines.join('\n');
    for (const outcome of ['Native', 'Responder', 'NotExpressible', 'Refused', 'NoPolicy']) {
      expect(table).toMatch(new RegExp(`^(?:Ingress|HTTPRoute) .*\\b${outcome}\\b`, 'm'));
    }
  });

  test('the policy beyond the guardrail is cut down: the table and the diff show it', () => {
    const table = started.lines.join('\n');
    expect(table).toMatch(/^Ingress shop\/loyalty .* Native .* narrowed by company-origins\b/m);
    expect(table).not.toContain('points.partner.example');
  });

  test('each of the three dialects says something in the diff', () => {
    const added = started.lines.filter((line) => line.startsWith('+')).join('\n');
    expect(added).toContain('nginx.ingress.kubernetes.io/cors-allow-origin:');
    expect(added).toContain('kind: Middleware');
    expect(added).toContain('type: CORS');
  });

  test('the first curl line is granted, the second is refused without a CORS header', async () => {
    const [granted = '', refused = ''] = started.lines.filter((line) => line.startsWith('curl '));
    const grant = await paste(granted);
    const origin = /Origin: (\S+?)'/.exec(granted)?.[1];
    expect(grant).toMatch(/^HTTP\/1\.1 204 /);
    expect(grant.toLowerCase()).toContain(`access-control-allow-origin: ${origin}`);
    const refusal = await paste(refused);
    expect(refusal).toMatch(/^HTTP\/1\.1 403 /);
    expect(refusal.toLowerCase()).not.toContain('access-control-');
  });
});

describe('standalone that is called wrongly', () => {
  test('ends at once with exit code 2, although a thread was loading already', async () => {
    const { code, stderr } = await spawnProgram(['standalone']);
    expect(code).toBe(2);
    expect(stderr).toContain('name the input');
  });
});
