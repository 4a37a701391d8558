/** A controller that is known and whose CORS this build cannot write. */
export type UnsupportedController = {
  readonly name: string;
  /** What would help, after a colon. */
  readonly advice: string;
};

const LATER =
  'this version does not write its CORS; let the responder answer, or use a controller whose CORS it writes';
const GATEWAY = 'it takes CORS from HTTPRoutes only; use one in place of the Ingress';

/** By `spec.controller` of an IngressClass; some controllers append `/` and a class of their own. */
const BY_CONTROLLER: ReadonlyMap<string, UnsupportedController> = new Map([
  ['haproxy.org/ingress-controller', { name: 'HAProxy Technologies', advice: LATER }],
  ['haproxy-ingress.github.io/controller', { name: 'haproxy-ingress', advice: LATER }],
  ['nginx.org/ingress-controller', { name: 'F5 NGINX Ingress Controller', advice: LATER }],
  ['ingress-controllers.konghq.com/kong', { name: 'Kong', advice: LATER }],
  ['apisix.apache.org/apisix-ingress-controller', { name: 'APISIX', advice: LATER }],
  ['getambassador.io/ingress-controller', { name: 'Emissary', advice: LATER }],
  ['higress.io/higress-controller', { name: 'Higress', advice: LATER }],
  ['istio.io/ingress-controller', { name: 'Istio', advice: GATEWAY }],
  [
    'projectcontour.io/ingress-controller',
    { name: 'Contour', advice: 'it takes no CORS for Ingress objects; use an HTTPProxy' },
  ],
  ['cilium.io/ingress-controller', { name: 'Cilium', advice: GATEWAY }],
  [
    'ingress.k8s.aws/alb',
    {
      name: 'AWS Load Balancer Controller',
      advice: 'it sends one fixed origin per listener; let the application answer',
    },
  ],
  [
    'eks.amazonaws.com/alb',
    {
      name: 'AWS Load Balancer Controller',
      advice: 'it sends one fixed origin per listener; let the application answer',
    },
  ],
  [
    'azure/application-gateway',
    { name: 'Azure Application Gateway', advice: 'it answers no preflights; let the application answer' },
  ],
]);

/** By class name, for controllers that go by it alone and have no class object. */
const BY_CLASS_NAME: ReadonlyMap<string, UnsupportedController> = new Map([
  ['gce', { name: 'GKE Ingress', advice: 'it has no CORS; let the application answer' }],
  ['gce-internal', { name: 'GKE Ingress', advice: 'it has no CORS; let the application answer' }],
  ['contour', { name: 'Contour', advice: 'it takes no CORS for Ingress objects; use an HTTPProxy' }],
  [
    'azure/application-gateway',
    { name: 'Azure Application Gateway', advice: 'it answers no preflights; let the application answer' },
  ],
]);

/** Dialects of other controllers, by the names that options and class annotations will use. */
const LATER_DIALECTS: ReadonlySet<string> = new Set([
  'apisix',
  'contour',
  'emissary',
  'envoy-gateway',
  'haproxy-ingress',
  'haproxytech',
  'higress',
  'istio',
  'kong',
  'nginx-inc',
  'skipper',
  'traefik-ingress-nginx',
]);

/** The controller behind `spec.controller` of an IngressClass, when it is one of those. */
export function unsupportedController(controller: string): UnsupportedController | undefined {
  const exact = BY_CONTROLLER.get(controller);
  if (exact !== undefined) return exact;
  const slash = controller.lastIndexOf('/');
  return slash === -1 ? undefined : BY_CONTROLLER.get(controller.slice(0, slash));
}

/** The controller behind a class name that stands for itself. */
export function unsupportedClassName(className: string): UnsupportedController | undefined {
  return BY_CLASS_NAME.get(className);
}

/** Whether a dialect's name is known although this build does not speak it. */
export function isLaterDialect(name: string): boolean {
  return LATER_DIALECTS.has(name);
}
