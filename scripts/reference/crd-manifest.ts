import { type JsonObject, structuralSchema } from './crd-schema.ts';
import { GROUP, type OwnKind, VERSION } from './own-kind.ts';

/** What the API server says of an object that the controller has not looked at: kstatus then waits. */
const UNSEEN: JsonObject = {
  observedGeneration: -1,
  conditions: [
    {
      type: 'Ready',
      status: 'Unknown',
      reason: 'Pending',
      message: 'waiting for the controller',
      lastTransitionTime: '1970-01-01T00:00:00Z',
      observedGeneration: -1,
    },
  ],
};

/** The CustomResourceDefinition of a kind. */
export function crdManifest(kind: OwnKind): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${GROUP}`, labels: { 'gateway.networking.k8s.io/policy': 'Direct' } },
    spec: {
      group: GROUP,
      scope: kind.scope,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular: kind.kind.toLowerCase(),
        shortNames: [kind.shortName],
        categories: ['cors'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: kind.columns.map((column) => ({ ...column })),
          schema: { openAPIV3Schema: objectSchema(kind) },
        },
      ],
    },
  };
}

function objectSchema({ description, spec, status }: OwnKind): JsonObject {
  return {
    description,
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: { description: `\`${GROUP}/${VERSION}\`.`, type: 'string' },
      kind: { description: 'Kind of the object.', type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(spec),
      status: { default: UNSEEN, ...structuralSchema(status) },
    },
  };
}
