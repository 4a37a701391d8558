import { expect, test } from 'vitest';
import { hasTraces } from '../../src/apply/target-traces.ts';
import { POLICY_ANNOTATION, RECORD_ANNOTATION } from '../../src/plan/plan.ts';
import { ingressObject } from '../support/cluster-objects.ts';

test.each([
  { name: 'nothing', metadata: {}, expected: false },
  { name: 'a record', metadata: { annotations: { [RECORD_ANNOTATION]: '' } }, expected: true },
  { name: 'the name of a policy', metadata: { annotations: { [POLICY_ANNOTATION]: 'storefront' } }, expected: true },
  {
    name: 'an entry of ours',
    metadata: { managedFields: [{ manager: 'cors-operator', operation: 'Apply' }] },
    expected: true,
  },
  {
    name: 'an entry of another installation',
    metadata: { managedFields: [{ manager: 'cors-operator-b', operation: 'Apply' }] },
    expected: false,
  },
])('hasTraces: $name', ({ metadata, expected }) => {
  expect(hasTraces(ingressObject('web', metadata), 'cors-operator')).toBe(expected);
});
