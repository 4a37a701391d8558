import { describe, expect, test } from 'vitest';
import { parseClusterCorsPolicy } from '../../src/model/cluster-cors-policy.ts';
import { ownObject } from '../support/own-objects.ts';

describe('parseClusterCorsPolicy', () => {
  test('defaults of a guardrail are those of a ceiling', () => {
    const { spec, ref } = parseClusterCorsPolicy(
      ownObject('ClusterCorsPolicy', { enforcement: 'Audit', guardrail: {} }),
    );
    expect(ref).toEqual({ kind: 'ClusterCorsPolicy', name: 'storefront' });
    expect(spec).toEqual({ enforcement: 'Audit', guardrail: { wildcardDepth: 'Any', allowCredentials: true } });
  });

  test('an empty list is not the same as none', () => {
    const { spec } = parseClusterCorsPolicy(
      ownObject('ClusterCorsPolicy', { enforcement: 'Warn', guardrail: { allowOrigins: [] } }),
    );
    expect(spec?.guardrail?.allowOrigins).toEqual([]);
    expect(spec?.guardrail?.allowOriginRegexes).toBeUndefined();
  });

  test('the fields of a default have the defaults of a policy', () => {
    const routeSelector = { matchLabels: { cors: 'default' } };
    const { spec } = parseClusterCorsPolicy(
      ownObject('ClusterCorsPolicy', {
        enforcement: 'Enforce',
        default: { routeSelector, allowOrigins: ['https://a.example'] },
      }),
    );
    expect(spec?.default).toMatchObject({
      routeSelector,
      allowCredentials: false,
      allowMethods: [],
      wildcardDepth: 'Any',
    });
  });

  test('wrong parts of a guardrail and of a default are reported together', () => {
    const { issues } = parseClusterCorsPolicy(
      ownObject('ClusterCorsPolicy', {
        guardrail: { allowOrigins: ['https://a.example/'] },
        default: { routeSelector: {}, allowOrigins: ['http://b.example'], allowCredentials: true },
      }),
    );
    expect(issues.map(({ reason }) => reason)).toEqual([
      'OriginTrailingSlash',
      'SelectorEmpty',
      'OriginInsecureCredentials',
      'FieldRequired',
    ]);
  });
});
