/** Kinds whose objects can carry a policy, with the one group each is taken from. */
export const TARGET_KINDS = [
  { group: 'networking.k8s.io', kind: 'Ingress' },
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
  { group: 'projectcontour.io', kind: 'HTTPProxy' },
  { group: 'networking.istio.io', kind: 'VirtualService' },
  { group: 'getambassador.io', kind: 'Mapping' },
] as const;

/** The only kind whose rules have names that a `sectionName` can refer to. */
export const SECTION_KIND = 'HTTPRoute';

/** Group that a target kind is taken from; undefined for a kind that cannot carry a policy. */
export function targetGroup(kind: string): string | undefined {
  return TARGET_KINDS.find((target) => target.kind === kind)?.group;
}
