import { toASCII } from 'tr46';
import { defaultPort, type Origin, parseOrigin } from './origin.ts';

/** What a browser would have sent for a text, and in what the two differ, in words. */
export type CleanedOrigin = { readonly origin: Origin; readonly differences: readonly string[] };

const PARTS =
  /^(?<scheme>[A-Za-z][\w+.-]*):\/\/(?<user>[^/?#]*@)?(?<host>\[[^/?#\]]*\]|[^/?#:]*)(?<port>:\d*)?(?<rest>[/?#].*)?$/s;

/**
 * Reads an origin the way people write it: for explaining a refusal, never for deciding.
 *
 * @returns undefined when it is no origin even so
 */
export function cleanOrigin(text: string): CleanedOrigin | undefined {
  const written = readParts(text.trim());
  if (written === undefined) return undefined;
  const scheme = written.scheme.toLowerCase();
  const host = defaultPort(scheme) === undefined ? written.host : browserHost(written.host);
  const port = browserPort(scheme, written.port);
  const origin = parseOrigin(`${scheme}://${host}${port}`);
  if (origin === undefined) return undefined;
  const differences = [
    text.trim() === text ? '' : 'white space',
    written.user === '' ? '' : 'the user name',
    written.scheme === scheme && (written.host === host || !isAscii(written.host)) ? '' : 'case',
    isAscii(written.host) ? '' : 'punycode',
    portDifference(written.port, port),
    restDifference(written.rest),
  ];
  return { origin, differences: differences.filter((difference) => difference !== '') };
}

/** Each as written, "" for none; the port with its colon. */
type Parts = {
  readonly scheme: string;
  readonly user: string;
  readonly host: string;
  readonly port: string;
  readonly rest: string;
};

function readParts(text: string): Parts | undefined {
  const groups = PARTS.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): string => groups[name] ?? '';
  return { scheme: part('scheme'), user: part('user'), host: part('host'), port: part('port'), rest: part('rest') };
}

function browserHost(host: string): string {
  return isAscii(host) ? host.toLowerCase() : (toASCII(host) ?? host);
}

function browserPort(scheme: string, port: string): string {
  const digits = port.slice(1).replace(/^0+(?=\d)/, '');
  return digits === '' || Number(digits) === defaultPort(scheme) ? '' : `:${digits}`;
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function portDifference(written: string, port: string): string {
  if (written === port) return '';
  return port === '' ? 'the default port' : 'how the port is written';
}

function restDifference(rest: string): string {
  if (rest === '') return '';
  return rest === '/' ? 'the trailing slash' : 'the path';
}
