import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { contentionMessage } from '../../src/apply/contention-advice.ts';

const TARGET = { group: 'networking.k8s.io', kind: 'Ingress', namespace: 'shop', name: 'web' };

/** The lines of a message that follow one and start with `spec:`, as YAML. */
function specAfter(message: string, words: string): unknown {
  const lines = message.split('\n');
  const start = lines.findIndex((line) => line.startsWith(words)) + 1;
  const end = lines.findIndex((line, index) => index > start && /^[A-Z]/.test(line));
  return parse(lines.slice(start, end === -1 ? undefined : end).join('\n'));
}

test('names who and what, and what to put where, ready to be copied', () => {
  const message = contentionMessage(TARGET, [
    { annotation: 'nginx.ingress.kubernetes.io/enable-cors', manager: 'argocd', until: 0 },
    { annotation: 'nginx.ingress.kubernetes.io/cors-allow-origin', manager: 'argocd', until: 0 },
  ]);
  const paths = ['cors-allow-origin', 'enable-cors'].map(
    (key) => `/metadata/annotations/nginx.ingress.kubernetes.io~1${key}`,
  );
  expect(message).toMatch(/^argocd keeps changing .*cors-allow-origin, .*enable-cors of Ingress shop\/web back/);
  expect(specAfter(message, 'Argo CD')).toEqual({
    spec: { ignoreDifferences: [{ ...TARGET, jsonPointers: paths }] },
  });
  expect(specAfter(message, 'Flux')).toEqual({
    spec: { ignore: [{ paths, target: { kind: 'Ingress', namespace: 'shop', name: 'web' } }] },
  });
});
