import { z } from 'zod';
import { nameLists, originLists } from './cors-fields.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { POLICY_REFS_RULES } from './schema/cel-rules.ts';
import { atomicList, boundedText, described, namespaceName, objectName } from './schema/field-schema.ts';

const policyRef = z
  .strictObject({
    namespace: namespaceName('Namespace of the CorsPolicy.'),
    name: objectName('Name of the CorsPolicy.'),
  })
  .meta(described('One CorsPolicy.'));

function requiredText(max: number, description: string): z.ZodString {
  return z.string().min(1, { abort: true }).max(max, { abort: true }).meta({ description });
}

/** `spec` of a CorsException. */
export const corsExceptionSpecSchema = z
  .strictObject({
    guardrailRef: z
      .strictObject({ name: objectName('Name of the ClusterCorsPolicy.') })
      .meta(described('The ClusterCorsPolicy whose guardrail may be exceeded.')),
    policyRefs: atomicList(
      policyRef,
      { min: 1, max: 16 },
      described('The policies that may exceed it, 1 to 16.', { rules: POLICY_REFS_RULES }),
    ),
    allowOrigins: originLists.allowOrigins('Origins that are allowed beyond the ceiling. Default: none.').default([]),
    allowOriginRegexes: originLists
      .allowOriginRegexes('Regular expressions for origins that are allowed beyond the ceiling. Default: none.')
      .default([]),
    allowMethods: nameLists.allowMethods('Methods that are allowed beyond the ceiling. Default: none.').default([]),
    allowHeaders: nameLists
      .allowHeaders('Request headers that are allowed beyond the ceiling. Default: none.')
      .default([]),
    allowCredentials: z
      .boolean()
      .meta(
        described(
          'Whether credentials are allowed although the ceiling forbids them. Default: absent, as the ceiling says.',
        ),
      )
      .optional(),
    expiresAt: boundedText(
      64,
      described('When the exception ends, in RFC 3339 (`2026-03-31T00:00:00Z`), at most 400 days ahead. Required.', {
        format: 'date-time',
      }),
    ),
    owner: requiredText(253, 'Who answers for the exception: a team or an address. Required.'),
    reason: requiredText(1024, 'Why it is needed. Required.'),
    ticket: requiredText(253, 'Where it was agreed, such as the URL of a ticket.').optional(),
  })
  .meta(described('Named policies may exceed a guardrail, this far, until then.'));

/** `spec` of a CorsException, validated, defaults filled in. */
export type CorsExceptionSpec = DeepReadonly<z.output<typeof corsExceptionSpecSchema>>;
