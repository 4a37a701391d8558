import type { z } from 'zod';
import { clusterCorsPolicySpecSchema } from '../../src/model/cluster-cors-policy-spec.ts';
import { corsExceptionSpecSchema } from '../../src/model/cors-exception-spec.ts';
import { corsPolicySpecSchema } from '../../src/model/cors-policy-spec.ts';
import { clusterCorsPolicyStatusSchema, corsExceptionStatusSchema, corsPolicyStatusSchema } from './status-schema.ts';

/** A column of `kubectl get`. */
export type PrinterColumn = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly description: string;
  readonly priority?: number;
};

/** One kind of our API. */
export type OwnKind = {
  readonly kind: string;
  readonly plural: string;
  readonly shortName: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** One or two sentences. */
  readonly description: string;
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  readonly columns: readonly PrinterColumn[];
};

/** API group of our kinds. */
export const GROUP = 'cors-operator.dev';

/** Version of our kinds. */
export const VERSION = 'v1alpha1';

const READY: PrinterColumn = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
  description: 'Whether everything is as the object says.',
};

const AGE: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: 'When the object was created.',
};

function count(name: string, field: string, description: string): PrinterColumn {
  return { name, type: 'integer', jsonPath: `.status.counts.${field}`, description };
}

/** All kinds of our API. */
export const OWN_KINDS: readonly OwnKind[] = [
  {
    kind: 'CorsPolicy',
    plural: 'corspolicies',
    shortName: 'corspol',
    scope: 'Namespaced',
    description:
      'A CorsPolicy says what routes of its namespace answer to browsers that ask on behalf of other origins.',
    spec: corsPolicySpecSchema,
    status: corsPolicyStatusSchema,
    columns: [
      READY,
      count('Routes', 'routes', 'Routes that the policy governs.'),
      count('Native', 'native', 'Routes that their ingress controller serves by itself.'),
      count('Responder', 'responder', 'Routes that the responder serves.'),
      count('Refused', 'refused', 'Routes whose CORS is off.'),
      AGE,
    ],
  },
  {
    kind: 'ClusterCorsPolicy',
    plural: 'clustercorspolicies',
    shortName: 'ccorspol',
    scope: 'Cluster',
    description:
      'A ClusterCorsPolicy limits the CORS of the namespaces it governs (a ceiling), and gives routes that ask for it a default.',
    spec: clusterCorsPolicySpecSchema,
    status: clusterCorsPolicyStatusSchema,
    columns: [
      READY,
      {
        name: 'Enforcement',
        type: 'string',
        jsonPath: '.spec.enforcement',
        description: 'What happens beyond the ceiling.',
      },
      count('Within', 'within', 'Policies inside the guardrail.'),
      count('Narrowed', 'narrowed', 'Policies that are cut to the guardrail.'),
      count('Refused', 'refused', 'Policies of which nothing is left.'),
      AGE,
    ],
  },
  {
    kind: 'CorsException',
    plural: 'corsexceptions',
    shortName: 'corsex',
    scope: 'Cluster',
    description: 'A CorsException lets named policies exceed a guardrail, by exactly what it lists, until it expires.',
    spec: corsExceptionSpecSchema,
    status: corsExceptionStatusSchema,
    columns: [
      {
        name: 'Active',
        type: 'string',
        jsonPath: '.status.conditions[?(@.type=="Active")].status',
        description: 'Whether the exception acts.',
      },
      {
        name: 'Guardrail',
        type: 'string',
        jsonPath: '.spec.guardrailRef.name',
        description: 'The guardrail that may be exceeded.',
      },
      { name: 'Expires', type: 'string', jsonPath: '.spec.expiresAt', description: 'When it ends.' },
      { name: 'Owner', type: 'string', jsonPath: '.spec.owner', description: 'Who answers for it.', priority: 1 },
      AGE,
    ],
  },
];
