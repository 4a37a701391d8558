import { z } from 'zod';
import { corsFieldsShape, maxAge, nameLists, originLists, wildcardDepth } from './cors-fields.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { labelSelector, namedLabelSelector } from './label-selector-schema.ts';
import { FIELDS_RULES } from './schema/cel-rules.ts';
import { described } from './schema/field-schema.ts';

const guardrail = z
  .strictObject({
    allowOrigins: originLists
      .allowOrigins(
        'Highest set of origins, written as in a CorsPolicy. Absent together with the other two lists: any origin; else exactly what the three lists name.',
      )
      .optional(),
    allowOriginRegexes: originLists
      .allowOriginRegexes(
        'Highest set of origins, as RE2 regular expressions matched against the whole origin; `https://.*` is any https origin.',
      )
      .optional(),
    allowOriginsFrom: originLists
      .allowOriginsFrom(
        "Highest set of origins, listed in ConfigMaps of the operator's namespace; one that is missing adds nothing.",
      )
      .optional(),
    wildcardDepth: wildcardDepth(),
    allowMethods: nameLists.allowMethods('Methods that policies may allow; absent: any.').optional(),
    allowHeaders: nameLists.allowHeaders('Request headers that policies may allow; absent: any.').optional(),
    exposeHeaders: nameLists.exposeHeaders('Response headers that policies may expose; absent: any.').optional(),
    allowCredentials: z
      .boolean()
      .meta(described('Whether policies may allow credentials. Default: true.'))
      .default(true),
    maxAge: maxAge('Highest `maxAge` of policies, in seconds, 0 to 86400; absent: any.'),
  })
  .meta(described('The ceiling: what no policy and no route of the governed namespaces may exceed.'));

/** The ceiling of a ClusterCorsPolicy, defaults filled in. */
export type Guardrail = DeepReadonly<z.output<typeof guardrail>>;

/** `spec` of a ClusterCorsPolicy. */
export const clusterCorsPolicySpecSchema = z
  .strictObject({
    namespaceSelector: labelSelector(
      "Namespaces that are governed; absent or empty: all but `kube-system` and the operator's own. To leave some out, use `NotIn` on `kubernetes.io/metadata.name`.",
    ).optional(),
    guardrail: guardrail.optional(),
    default: z
      .strictObject({
        routeSelector: namedLabelSelector('Labels of the routes that get the default; must name at least one.'),
        ...corsFieldsShape,
      })
      .meta(described('What governed routes with these labels and without a policy answer.', { rules: FIELDS_RULES }))
      .optional(),
    enforcement: z
      .enum(['Enforce', 'Warn', 'Audit'])
      .meta(
        described(
          'What happens beyond the ceiling, in policies and in raw CORS configuration alike: `Enforce` refuses and narrows, `Warn` warns, `Audit` only reports. Required.',
        ),
      ),
  })
  .meta(described('A ceiling for the CORS of the governed namespaces, and a default for routes that ask for it.'));

/** `spec` of a ClusterCorsPolicy, validated, defaults filled in. */
export type ClusterCorsPolicySpec = DeepReadonly<z.output<typeof clusterCorsPolicySpecSchema>>;
