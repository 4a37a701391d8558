import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { createTargetReaders, type TargetReader } from '../../src/plan/target-reader.ts';
import { ingressClassObject, ingressObject } from '../support/cluster-objects.ts';
import { testSettings } from '../support/resolved-cluster.ts';

const PREFIX = 'nginx.ingress.kubernetes.io';

function readerOf(object: KubernetesObject): TargetReader | undefined {
  const snapshot = assembleSnapshot([ingressClassObject(), object], testSettings);
  const [route] = snapshot.routes;
  return route === undefined ? undefined : createTargetReaders(snapshot)(route);
}

describe('createTargetReaders', () => {
  test('a target of an unknown class has no reader', () => {
    expect(readerOf(ingressObject('web', {}, { ingressClassName: 'nobody' }))).toBeUndefined();
  });

  test('reads the target as it would stand, not as it stands', () => {
    const reader = readerOf(ingressObject('web'));
    const annotations = { [`${PREFIX}/enable-cors`]: 'true', [`${PREFIX}/cors-allow-origin`]: 'https://a.com' };
    expect(reader?.read(ingressObject('web'), [])).toEqual({ kind: 'Off' });
    expect(reader?.read(ingressObject('web', { annotations }), [])).toMatchObject({
      kind: 'On',
      policy: { origins: { exact: ['https://a.com'] } },
    });
  });

  test('off is what its class takes for off', () => {
    expect(readerOf(ingressObject('web'))?.off(ingressObject('web')).annotations).toMatchObject({
      [`${PREFIX}/enable-cors`]: 'false',
    });
  });
});
