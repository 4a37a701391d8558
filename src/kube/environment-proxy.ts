import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * The proxy that HTTPS_PROXY (for an http server HTTP_PROXY) and NO_PROXY name for a server, as Go's programs read them.
 *
 * @returns undefined for none; never one for this machine itself
 * @see https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
 */
export function environmentProxy(
  server: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const name = protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY';
  const proxy = environment[name] ?? environment[name.toLowerCase()] ?? '';
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const exceptions = environment['NO_PROXY'] ?? environment['no_proxy'] ?? '';
  if (proxy === '' || isLocal(host) || isException(host, port, exceptions)) {
    return undefined;
  }
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isException(host: string, port: string, exceptions: string): boolean {
  return exceptions
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && matches(host, port, entry));
}

function matches(host: string, port: string, entry: string): boolean {
  if (entry === '*') {
    return true;
  }
  if (isIP(host) !== 0) {
    return entry === host || entry === `${host}:${port}` || isWithin(host, entry);
  }
  const [name = '', wanted = port] = entry.replace(/^\*(?=\.)/, '').split(':');
  const suffix = name.startsWith('.') ? name : `.${name}`;
  return wanted === port && (host.endsWith(suffix) || host === name);
}

function isWithin(address: string, range: string): boolean {
  const [network = '', bits = ''] = range.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 'ipv6' ? 128 : 32)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
