/** Schemes under which browsers and web views produce origins. */
const BROWSER_SCHEMES: readonly string[] = [
  'android-app',
  'app',
  'capacitor',
  'chrome',
  'chrome-extension',
  'chrome-untrusted',
  'content',
  'devtools',
  'edge-extension',
  'electron',
  'extension',
  'file',
  'ftp',
  'http',
  'https',
  'ionic',
  'moz-extension',
  'ms-browser-extension',
  'resource',
  'safari-extension',
  'safari-web-extension',
  'tauri',
  'view-source',
  'ws',
  'wss',
];

/**
 * A scheme that browsers know and that ends in this one: the controller compares only the end of an origin, so that an
 * entry of this scheme would let the other in.
 *
 * @param scheme other than http and https, in which no scheme of a browser ends
 */
export function longerScheme(scheme: string): string | undefined {
  return BROWSER_SCHEMES.find((known) => known !== scheme && known.endsWith(scheme));
}
