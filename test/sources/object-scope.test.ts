import { describe, expect, test } from 'vitest';
import { objectScope } from '../../src/sources/object-scope.ts';

describe('objectScope', () => {
  test.each([
    { apiVersion: 'v1', kind: 'Namespace', scope: 'Cluster' },
    { apiVersion: 'v1', kind: 'ConfigMap', scope: 'Namespaced' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', scope: 'Cluster' },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', scope: 'Namespaced' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', scope: 'Cluster' },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', scope: 'Namespaced' },
    { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'ClusterCorsPolicy', scope: 'Cluster' },
    { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsException', scope: 'Cluster' },
    { apiVersion: 'cors-operator.dev/v1alpha1', kind: 'CorsPolicy', scope: 'Namespaced' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', scope: 'Cluster' },
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', scope: 'Namespaced' },
    { apiVersion: 'apps/v1', kind: 'Deployment', scope: 'Namespaced' },
    { apiVersion: 'traefik.io/v1alpha1', kind: 'Middleware', scope: 'Unknown' },
    { apiVersion: 'example.com/v1', kind: 'Namespace', scope: 'Unknown' },
  ])('$apiVersion $kind is $scope', ({ apiVersion, kind, scope }) => {
    expect(objectScope(apiVersion, kind)).toBe(scope);
  });
});
