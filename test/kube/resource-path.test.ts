import { describe, expect, it } from 'vitest';
import { apiVersionOf, collectionPath, groupVersionPath, objectPath } from '../../src/kube/resource-path.ts';

const services = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true };
const ingresses = { group: 'networking.k8s.io', version: 'v1', plural: 'ingresses', kind: 'Ingress', namespaced: true };
const classes = { ...ingresses, plural: 'ingressclasses', kind: 'IngressClass', namespaced: false };

describe('resource paths', () => {
  it('groupVersionPath: the core group has a path of its own', () => {
    expect([groupVersionPath(services), groupVersionPath(ingresses)]).toEqual([
      '/api/v1',
      '/apis/networking.k8s.io/v1',
    ]);
    expect([apiVersionOf(services), apiVersionOf(ingresses)]).toEqual(['v1', 'networking.k8s.io/v1']);
  });

  it('collectionPath: all namespaces, one, or a kind that has none', () => {
    expect(collectionPath(ingresses)).toBe('/apis/networking.k8s.io/v1/ingresses');
    expect(collectionPath(ingresses, 'shop')).toBe('/apis/networking.k8s.io/v1/namespaces/shop/ingresses');
    expect(collectionPath(classes, 'shop')).toBe('/apis/networking.k8s.io/v1/ingressclasses');
  });

  it('objectPath: with and without namespace and subresource', () => {
    expect(objectPath(services, { namespace: 'shop', name: 'web' })).toBe('/api/v1/namespaces/shop/services/web');
    expect(objectPath(classes, { name: 'nginx' }, 'status')).toBe(
      '/apis/networking.k8s.io/v1/ingressclasses/nginx/status',
    );
  });

  it('objectPath: no name leaves its segment', () => {
    const path = objectPath(ingresses, { namespace: 'a/b', name: '../x?y#z' });
    expect(path).toBe('/apis/networking.k8s.io/v1/namespaces/a%2Fb/ingresses/..%2Fx%3Fy%23z');
    expect(new URL(path, 'https://server').pathname).toBe(path);
  });
});
