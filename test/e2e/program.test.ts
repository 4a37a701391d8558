import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { checkDocument } from '../contract/output-documents.ts';
import { QUICKSTART, spawnProgram } from '../support/program.ts';
import { startUpstream } from '../support/upstream-fixture.ts';

test('--version names the program’s version and the public suffix list’s', { timeout: 30_000 }, async () => {
  const { code, stdout } = await spawnProgram(['--version']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^cors-operator \d+\.\d+\.\d+\npublic suffix list: \S+ \d\S*\n$/);
});

test('a reader that has had enough ends the program quietly', { timeout: 30_000 }, () => {
  const script = '"$0" src/main.ts render -f examples/quickstart -o json 2>&1 | head -c 10';
  const result = spawnSync('bash', ['-o', 'pipefail', '-c', script, process.execPath], { encoding: 'utf8' });
  expect(result.stdout).toHaveLength(10);
  expect(result.stderr).toBe('');
});

test('check --live: a process that asked a server ends by itself', { timeout: 30_000 }, async () => {
  const origin = 'https://www.example.com';
  const { url } = await startUpstream((_, outgoing) => {
    outgoing.writeHead(200, ['Access-Control-Allow-Origin', origin, 'Vary', 'Origin']).end('content');
  });
  const asked = ['check', '-f', QUICKSTART, '--host', 'catalog.example.com', '--origin', origin];
  const { code, stdout } = await spawnProgram([...asked, '-o', 'json', '--live', url]);
  expect(code).toBe(0);
  expect(checkDocument.parse(JSON.parse(stdout)).live).toMatchObject({ url, allowed: true, differences: [] });
});
