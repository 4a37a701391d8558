import { describe, expect, test } from 'vitest';
import { noChanges, type Plan } from '../../src/plan/plan.ts';
import { routeIssues } from '../../src/status/route-issues.ts';
import type { Metadata } from '../support/cluster-objects.ts';
import { httpRouteObject, ingressObject } from '../support/cluster-objects.ts';
import { resolutionOf, resolveObjects } from '../support/resolved-cluster.ts';

function plan(parts: Partial<Plan>): Plan {
  return {
    dialect: undefined,
    dialectVersion: undefined,
    outcome: 'Native',
    reason: undefined,
    message: 'why',
    losses: [],
    changes: noChanges,
    owned: [],
    ...parts,
  };
}

const losses = [
  { code: 'NoVary', message: 'no Vary' },
  { code: 'Status200', message: '200' },
] as const;

function issuesOf(parts: Partial<Plan>, metadata: Metadata = {}) {
  const resolution = resolutionOf(resolveObjects([ingressObject('web', metadata)]), 'web');
  return routeIssues({ resolution, plan: plan(parts) }).map(
    ({ severity, reason, message }) => `${severity} ${reason} ${message}`,
  );
}

describe('routeIssues', () => {
  test.each([
    { name: 'an exact plan says nothing', parts: {}, issues: [] },
    { name: 'a route without a policy says nothing', parts: { outcome: 'NoPolicy' as const }, issues: [] },
    {
      name: 'the responder says nothing',
      parts: { outcome: 'Responder' as const, reason: 'Regex' as const },
      issues: [],
    },
    {
      name: 'a loss that matters is a warning, a cosmetic one an info',
      parts: { losses },
      issues: ['warning NoVary no Vary', 'info Status200 200'],
    },
    {
      name: 'NotExpressible is a warning',
      parts: { outcome: 'NotExpressible' as const, reason: 'Regex' as const },
      issues: ['warning Regex why'],
    },
    {
      name: "a refusal for the policy is the policy's matter",
      parts: { outcome: 'Refused' as const, reason: 'PolicyInvalid' as const },
      issues: [],
    },
    {
      name: 'any other refusal is a warning',
      parts: { outcome: 'Refused' as const, reason: 'NotProven' as const },
      issues: ['warning NotProven why'],
    },
  ])('$name', ({ parts, issues }) => {
    expect(issuesOf(parts)).toEqual(issues);
  });

  test.each(['NoVary', 'NoVary,Status200', 'x NoVary, y'])('the annotation accept: %s silences that loss', (accept) => {
    const metadata = { annotations: { 'cors-operator.dev/accept': accept } };
    expect(issuesOf({ losses }, metadata)).not.toContain('warning NoVary no Vary');
  });

  test('the annotation does not silence NotExpressible', () => {
    const metadata = { annotations: { 'cors-operator.dev/accept': 'Regex' } };
    expect(issuesOf({ outcome: 'NotExpressible', reason: 'Regex' }, metadata)).toEqual(['warning Regex why']);
  });

  test('the object is the route, the path its rule', () => {
    const route = httpRouteObject('api', {}, { rules: [{}, { name: 'v1' }] });
    const resolution = resolutionOf(resolveObjects([route]), 'api', 'v1');
    expect(routeIssues({ resolution, plan: plan({ losses }) })).toMatchObject([
      { object: { kind: 'HTTPRoute', namespace: 'shop', name: 'api' }, path: 'spec.rules[1]' },
      { path: 'spec.rules[1]' },
    ]);
  });
});
