/**
 * Whether a host is the machine itself, so that nobody stands between it and the browser.
 *
 * @param host as an origin writes it
 * @see https://w3c.github.io/webappsec-secure-contexts/#is-origin-trustworthy
 */
export function isLoopbackHost(host: string): boolean {
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  return name === 'localhost' || name.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
}
