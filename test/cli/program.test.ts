import { describe, expect, test } from 'vitest';
import { inputFolder } from '../support/input-folder.ts';
import { QUICKSTART, runInProcess } from '../support/program.ts';

const commands = ['lint', 'render', 'diff', 'check', 'explain', 'restore', 'resume', 'standalone', 'controller'];

describe('help and version', () => {
  test.each(commands)('%s --help: one example that starts with how the program was called', async (command) => {
    const { code, stdout, stderr } = await runInProcess([command, '--help'], { name: 'kubectl cors' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: kubectl cors ${command} `));
    expect(stdout).toContain(`Example:\n  $ kubectl cors ${command} `);
  });

  test('--help lists every command', async () => {
    const { code, stdout } = await runInProcess(['--help']);
    expect(code).toBe(0);
    for (const command of commands) {
      expect(stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    }
  });
});

describe('wrong usage: exit 2, nothing on standard output, a message', () => {
  test.each([
    { name: 'no command', args: [], says: 'Usage: ' },
    { name: 'an unknown command', args: ['lnt'], says: 'Did you mean lint?' },
    { name: 'an unknown flag', args: ['lint', '--filenam', 'x'], says: "unknown option '--filenam'" },
    { name: 'no input', args: ['lint'], says: '-f, --filename or CORS_OPERATOR_FILENAME: name the input' },
    { name: 'an unknown format', args: ['render', '-f', 'x', '-o', 'xml'], says: '-o, --output: must be table' },
    {
      name: 'a class without a dialect',
      args: ['render', '-f', 'x', '--class', 'nginx'],
      says: '--class: must be NAME=DIALECT',
    },
    {
      name: 'an unknown dialect',
      args: ['render', '-f', QUICKSTART, '--class', 'nginx=ngin'],
      says: 'there is no dialect "ngin"',
    },
    {
      name: 'a wrong version',
      args: ['render', '-f', QUICKSTART, '--class', 'nginx=traefik@x'],
      says: 'does not end in a version',
    },
    {
      name: 'a version alone',
      args: ['lint', '-f', QUICKSTART, '--dialect-version', '1.2.3'],
      says: 'needs --dialect',
    },
    {
      name: 'check without a host',
      args: ['check', '-f', 'x', '--origin', 'https://a.example.com'],
      says: '--host: name the host',
    },
    {
      name: 'an address without a port',
      args: ['standalone', 'x', '--listen', 'localhost'],
      says: '--listen: must be HOST:PORT',
    },
    {
      name: 'a port too high',
      args: ['standalone', 'x', '--listen', '127.0.0.1:70000'],
      says: '--listen: must be HOST:PORT',
    },
    {
      name: 'an https upstream',
      args: ['standalone', 'x', '--default-upstream', 'https://a'],
      says: 'not supported yet',
    },
    {
      name: 'an upstream with a path',
      args: ['standalone', 'x', '--upstream', 'a/b:80=http://c/d'],
      says: 'without path',
    },
    { name: 'standalone on standard input', args: ['standalone', '-'], says: 'cannot read standard input' },
    {
      name: 'results inside of the input',
      args: ['standalone', QUICKSTART, '--output', `${QUICKSTART}/out`],
      says: 'lies in the input',
    },
  ])('$name', async ({ args, says }) => {
    const { code, stdout, stderr } = await runInProcess(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });

  test('every wrong flag is named at once', async () => {
    const { stderr } = await runInProcess(['lint', '-f', 'x', '-o', 'xml', '--fail-on', 'never']);
    expect(stderr).toContain('-o, --output');
    expect(stderr).toContain('--fail-on');
  });
});

describe('exit codes of input', () => {
  const broken = 'a: [\n';
  const fine = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';

  test.each([
    { name: 'a file that is not there', path: 'nothing.yaml' },
    { name: 'a document that is no YAML', path: 'broken.yaml' },
    { name: 'settings that are wrong', path: 'settings' },
  ])('$name: 2 in every command, and what could be read is still said', async ({ path }) => {
    const folder = await inputFolder({
      'broken.yaml': `${fine}---\n${broken}`,
      'settings/a.yaml': fine,
      'settings/.cors-operator.yaml': 'clases: {}\n',
    });
    const input = ['-f', `${folder}/${path}`];
    const asked = ['--host', 'a', '--origin', 'https://a.example.com'];
    for (const args of [['lint'], ['render', '-o', 'yaml'], ['explain'], ['check', ...asked]]) {
      expect((await runInProcess([...args, ...input])).code).toBe(2);
    }
    const { stdout } = await runInProcess(['render', '-o', 'yaml', ...input]);
    expect(stdout.includes('kind: Service')).toBe(path !== 'nothing.yaml');
  });

  test('an empty folder is fine', async () => {
    const folder = await inputFolder();
    expect(await runInProcess(['lint', '-f', folder])).toEqual({
      code: 0,
      stdout: '0 errors, 0 warnings, 0 info\n',
      stderr: '',
    });
  });
});

describe('flags and their environment twins', () => {
  const service = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n';

  test('a twin stands in for a flag, commas between several values', async () => {
    const folder = await inputFolder({ 'a.yaml': service, 'b.yaml': service.replace('web', 'api') });
    const env = { CORS_OPERATOR_FILENAME: `${folder}/a.yaml, ${folder}/b.yaml`, CORS_OPERATOR_OUTPUT_FORMAT: 'yaml' };
    const { code, stdout } = await runInProcess(['render'], { env });
    expect(code).toBe(0);
    expect(stdout.match(/name: (?:web|api)/g)).toEqual(['name: web', 'name: api']);
  });

  test('a flag wins over its twin', async () => {
    const folder = await inputFolder({ 'a.yaml': service });
    const env = { CORS_OPERATOR_NAMESPACE: 'theirs' };
    const { stdout } = await runInProcess(['render', '-f', folder, '-o', 'yaml', '-n', 'mine'], { env });
    expect(stdout).toContain('namespace: mine');
  });

  test('a wrong twin is named', async () => {
    const { code, stderr } = await runInProcess(['lint', '-f', 'x'], { env: { CORS_OPERATOR_FAIL_ON: 'never' } });
    expect(code).toBe(2);
    expect(stderr).toContain('CORS_OPERATOR_FAIL_ON');
  });

  test('standalone gets everything, arguments before -f', async () => {
    let options: unknown;
    const args = [
      'standalone',
      'a',
      '-f',
      'b',
      '--listen',
      '[::1]:0',
      '--admin',
      '9999',
      '--upstream',
      'shop/web:http=http://127.0.0.1:3000',
    ];
    const { code } = await runInProcess(
      [...args, '--class', 'x=traefik@3.7.13', '--admin-host', 'console.example.com'],
      {
        onStandalone: (given) => {
          options = given;
        },
      },
    );
    expect(code).toBe(0);
    expect(options).toEqual({
      paths: ['a', 'b'],
      defaultNamespace: undefined,
      settings: { classes: [{ name: 'x', dialect: 'traefik@3.7.13' }], dialect: undefined, dialectVersion: undefined },
      listen: { host: '::1', port: 0 },
      admin: { host: '127.0.0.1', port: 9999 },
      adminHosts: ['console.example.com'],
      upstreams: [{ backend: 'shop/web:http', url: 'http://127.0.0.1:3000' }],
      defaultUpstream: undefined,
      output: undefined,
      logLevel: 'info',
      logFormat: 'text',
    });
  });
});

describe('output', () => {
  test('colour on a terminal only, and not with NO_COLOR', async () => {
    const args = ['render', '-f', QUICKSTART];
    const [plain, terminal, quiet] = await Promise.all([
      runInProcess(args),
      runInProcess(args, { isTerminal: true, columns: 200 }),
      runInProcess(args, { isTerminal: true, columns: 200, env: { NO_COLOR: '1' } }),
    ]);
    expect(plain.stdout).not.toContain('\u001b');
    expect(quiet.stdout).not.toContain('\u001b');
    expect(terminal.stdout).toContain('\u001b[32mNative');
  });

  test('lines of a table end where the terminal does; the reason stays', async () => {
    const { stdout } = await runInProcess(['render', '-f', QUICKSTART], {
      isTerminal: true,
      columns: 110,
      env: { NO_COLOR: '1' },
    });
    const lines = stdout.split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(110);
    expect(lines.find((line) => line.startsWith('Ingress shop/reports'))).toMatch(
      /NotExpressible +shop\/reports +Regex: .*…$/,
    );
  });

  test('issues beside a result go to standard error, as lines of JSON on request', async () => {
    const { stderr } = await runInProcess([
      'render',
      '-f',
      QUICKSTART,
      '-o',
      'yaml',
      '--log-format',
      'json',
      '--log-level',
      'error',
    ]);
    const issues = stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(issues.map(({ reason }) => reason)).toEqual(['ExceedsGuardrail', 'OriginTrailingSlash']);
  });

  test('control characters of the input do not reach a terminal', async () => {
    const folder = await inputFolder({
      'a.json': JSON.stringify({
        apiVersion: 'cors-operator.dev/v1alpha1',
        kind: 'CorsPolicy',
        metadata: { name: 'p\u001b[2J\u202e', namespace: 'shop' },
        spec: { targetSelector: {}, allowOrigins: ['https://a.example.com\u009b1m'] },
      }),
    });
    const { stdout } = await runInProcess(['lint', '-f', folder], { isTerminal: true, env: { NO_COLOR: '1' } });
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(stdout).toContain('p\\u{1b}[2J\\u{202e}');
  });
});
