import { webcrypto } from 'node:crypto';

/** A certificate that nobody but its test trusts, PEM. */
export type ThrowawayCertificate = { readonly cert: string; readonly key: string };

/** Makes a self-signed certificate for loopback, so that no test needs a program for it. */
export async function makeThrowawayCertificate(): Promise<ThrowawayCertificate> {
  // Needed by its dependency injection, before it is loaded.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=fake API server',
      keys,
      signingAlgorithm: algorithm,
      notAfter: new Date(Date.now() + 86_400_000),
      extensions: [
        new x509.SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
        ]),
        new x509.BasicConstraintsExtension(true, undefined, true),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
}
