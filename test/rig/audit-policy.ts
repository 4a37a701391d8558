/**
 * What the API server records: writes with what was sent and what is stored afterwards, reads by name only.
 *
 * Leases, Events and whatever holds secrets are recorded by name only; the API server's own reads are not recorded.
 *
 * @see https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/
 */
export const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'None', verbs: ['get', 'list', 'watch'], users: ['system:apiserver'] },
    { level: 'None', nonResourceURLs: ['/livez*', '/readyz*', '/healthz*'] },
    {
      level: 'Metadata',
      resources: [
        { group: '', resources: ['secrets', 'events', 'serviceaccounts/token'] },
        { group: 'events.k8s.io', resources: ['events'] },
        { group: 'coordination.k8s.io', resources: ['leases'] },
        { group: 'authentication.k8s.io' },
        { group: 'authorization.k8s.io' },
      ],
    },
    { level: 'RequestResponse', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'Metadata' },
  ],
} as const;
