import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { curlLines } from '../../../src/modes/standalone/curl-line.ts';
import type { ExampleRequest } from '../../../src/modes/standalone/evaluation-task.ts';
import { createCountRegistry } from '../../../src/responder/policy-counts.ts';
import { buildRoutingState } from '../../../src/responder/routing-state.ts';
import { packRoutes, type TestRoute, testPolicy } from '../../support/responder-fixture.ts';

const EXAMPLE: ExampleRequest = {
  host: 'api.example.com',
  path: '/',
  origin: 'https://app.example.com',
  method: 'PUT',
  header: 'X-Token',
};

function linesFor(examples: readonly ExampleRequest[], routes: readonly TestRoute[]) {
  return curlLines(
    examples,
    buildRoutingState(packRoutes(routes), createCountRegistry(8).countsOf),
    'http://127.0.0.1:1',
  );
}

/** The words that a shell makes of a command. */
async function words(command: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `printf '%s\\n' ${command}`]);
  return stdout.trimEnd().split('\n');
}

describe('curlLines', () => {
  it('curlLines: a granted preflight, then the same from a stranger', () => {
    const headers = "-H 'Access-Control-Request-Method: PUT' -H 'Access-Control-Request-Headers: x-token'";
    expect(linesFor([EXAMPLE], [{ policy: testPolicy() }]).map(({ command }) => command)).toEqual([
      `curl -i -X OPTIONS http://127.0.0.1:1/ -H 'Host: api.example.com' -H 'Origin: https://app.example.com' ${headers}`,
      `curl -i -X OPTIONS http://127.0.0.1:1/ -H 'Host: api.example.com' -H 'Origin: https://stranger.example' ${headers}`,
    ]);
  });

  it('curlLines: where everyone is granted, the request follows the preflight', () => {
    const everyone = testPolicy({ origins: { any: true, exact: [], wildcards: [], regexes: [] } });
    const [, second] = linesFor([EXAMPLE], [{ policy: everyone }]);
    expect(second?.command).toContain('-X PUT');
  });

  it('curlLines: an example that is not granted is passed over', () => {
    const wrong = { ...EXAMPLE, method: 'PATCH' };
    expect(linesFor([wrong, EXAMPLE], [{ policy: testPolicy() }])[0]?.command).toContain('Method: PUT');
  });

  it('curlLines: nothing to try where nothing is granted', () => {
    expect(linesFor([EXAMPLE], [{ policy: 'Nothing' }])).toEqual([]);
    expect(linesFor([], [{ policy: testPolicy() }])).toEqual([]);
  });

  it('curlLines: a route of any host needs no Host line', () => {
    const [first] = linesFor([{ ...EXAMPLE, host: '' }], [{ host: '', policy: testPolicy() }]);
    expect(first?.command).not.toContain('Host:');
  });

  it.each(["/it's", '/$(touch x)', '/a b', '/`id`', '/a&b', '/"x"', '/*'])(
    'curlLines: the path %s is one word for a shell',
    async (path) => {
      const [first] = linesFor([{ ...EXAMPLE, path }], [{ path, policy: testPolicy() }]);
      expect(await words(first?.command ?? '')).toContain(`http://127.0.0.1:1${path}`);
    },
  );
});
