import type { AddressInfo } from 'node:net';
import type { RoutingState } from '../../responder/routing-state.ts';
import { curlLines } from './curl-line.ts';
import type { GoodState } from './evaluation-task.ts';
import { addressText } from './listen-error.ts';

/** Where things listen and what is read. */
export type StartPlaces = {
  readonly responder: AddressInfo;
  readonly admin: AddressInfo | undefined;
  readonly paths: readonly string[];
};

/** What standalone prints when it starts to serve: routes, changes, addresses, and commands to try. */
export function startText({ report, examples }: GoodState, state: RoutingState, places: StartPlaces): string {
  const base = baseUrl(places.responder);
  const lines = curlLines(examples, state, base);
  return [
    report.routes,
    ...(report.diff === '' ? [] : ['\n', report.diff]),
    `\nresponder  ${base}\n`,
    ...(places.admin === undefined ? [] : [adminLine(baseUrl(places.admin))]),
    `watching   ${places.paths.join(' ')}\n\n`,
    ...(lines.length === 0 ? ['No route grants anything to try.\n'] : []),
    ...lines.map(({ shows, command }) => `# ${shows}\n${command}\n`),
  ].join('');
}

function adminLine(base: string): string {
  return `admin      ${base}  /readyz /metrics /api/routes /api/issues /api/refused-origins\n`;
}

/** URL of a listener as it can be reached from this machine: an address that means all of them is reached on loopback. */
function baseUrl({ address, port }: AddressInfo): string {
  const host = new Map([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ]).get(address);
  return `http://${addressText({ host: host ?? address, port })}`;
}
