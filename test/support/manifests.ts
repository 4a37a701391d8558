/** An Ingress as YAML: namespace shop, class nginx, one path; `lines` stand at the end of its metadata. */
export function ingressText(name: string, lines = ''): string {
  return `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: ${name}
  namespace: shop
${lines}spec:
  ingressClassName: nginx
  rules:
    - host: ${name}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: ${name}
                port:
                  number: 80
`;
}

/** A CorsPolicy for the Ingress of the same name; `lines` are the fields of its spec besides the target. */
export function policyText(name: string, lines: string): string {
  return `apiVersion: cors-operator.dev/v1alpha1
kind: CorsPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
  targetRefs:
    - group: networking.k8s.io
      kind: Ingress
      name: ${name}
${lines}`;
}

/** Documents as one YAML stream. */
export function stream(...documents: readonly string[]): string {
  return documents.join('---\n');
}
