import { mkdirSync, writeFileSync } from 'node:fs';

/** Header lines as a browser sends them with a preflight, besides Origin and the ones that ask. */
const browserHeaders: Readonly<Record<string, string>> = {
  Accept: '*/*',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Accept-Language': 'en-GB,en;q=0.9',
  'Cache-Control': 'no-cache',
  Pragma: 'no-cache',
  Referer: 'https://www.example.com/',
  'Sec-Fetch-Dest': 'empty',
  'Sec-Fetch-Mode': 'cors',
  'Sec-Fetch-Site': 'cross-site',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
};

/** What to ask. */
export type PreflightLoad = {
  readonly name: string;
  readonly method: 'OPTIONS' | 'GET';
  /** Requests go round these. */
  readonly origins: readonly string[];
  readonly hosts: readonly string[];
  /** Whether the server is expected to refuse: an answer of 400 or more is an error otherwise. */
  readonly expect: 'granted' | 'refused';
};

/** Writes a wrk script into `.cache/bench` and gives its path. */
export function writeScript(load: PreflightLoad): string {
  mkdirSync('.cache/bench', { recursive: true });
  const path = `.cache/bench/${load.name}.lua`;
  writeFileSync(path, script(load));
  return path;
}

/** The header lines of one preflight, for load generators that take them one by one. */
export function preflightHeaders(origin: string): readonly string[] {
  return Object.entries({ ...browserHeaders, Origin: origin, ...askingHeaders('OPTIONS') }).map(
    ([name, value]) => `${name}: ${value}`,
  );
}

function script(load: PreflightLoad): string {
  const headers = Object.entries({ ...browserHeaders, ...askingHeaders(load.method) })
    .map(([name, value]) => `  ["${name}"] = "${value}",`)
    .join('\n');
  return `local requests = {}
local origins = { ${load.origins.map((origin) => `"${origin}"`).join(', ')} }
local hosts = { ${load.hosts.map((host) => `"${host}"`).join(', ')} }
local headers = {
${headers}
}
function init()
  for index = 1, math.max(#origins, #hosts) do
    headers["Origin"] = origins[(index - 1) % #origins + 1]
    headers["Host"] = hosts[(index - 1) % #hosts + 1]
    requests[index] = wrk.format("${load.method}", "/api/orders?page=2", headers)
  end
end
local at = 0
function request()
  at = at % #requests + 1
  return requests[at]
end
function done(summary)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  failed = failed + ${load.expect === 'granted' ? 'summary.errors.status' : 'math.max(0, summary.requests - summary.errors.status - 64)'}
  io.write(string.format('\\n{"requests":%d,"micros":%d,"errors":%d}\\n', summary.requests, summary.duration, failed))
end
`;
}

function askingHeaders(method: PreflightLoad['method']): Readonly<Record<string, string>> {
  return method === 'OPTIONS'
    ? { 'Access-Control-Request-Method': 'PUT', 'Access-Control-Request-Headers': 'content-type,x-request-id' }
    : {};
}
