import { z } from 'zod';
import { atomicList, described } from '../../src/model/schema/field-schema.ts';

const NAME = 253;

function text(max: number, description: string): z.ZodString {
  return z.string().max(max).meta({ description });
}

function count(description: string) {
  return z.int().min(0).meta({ description }).optional();
}

const condition = z
  .object({
    type: text(316, 'Type of the condition.'),
    status: z
      .enum(['True', 'False', 'Unknown'])
      .meta({ description: 'Whether it holds: `True`, `False` or `Unknown`.' }),
    reason: text(1024, 'Why, in one word of a closed set.'),
    message: text(32_768, 'Why, for people. Names paths, never values of Secrets.'),
    lastTransitionTime: z
      .string()
      .max(64)
      .meta({ description: 'When the status of the condition changed last.', format: 'date-time' }),
    observedGeneration: z
      .int()
      .min(-1)
      .meta({ description: 'Generation of the object that the condition speaks of.' })
      .optional(),
  })
  .meta(described('One condition.'));

function conditions(types: string) {
  return atomicList(condition, { max: 8 }, described(`What is so: ${types}.`)).optional();
}

const observedGeneration = z
  .int()
  .min(-1)
  .meta({ description: 'Generation that this status speaks of; -1 until the controller has looked.' })
  .optional();

const ancestor = z
  .object({
    ancestorRef: z
      .object({
        group: text(NAME, 'API group of the route.').optional(),
        kind: text(63, 'Kind of the route.').optional(),
        namespace: text(63, 'Namespace of the route.').optional(),
        name: text(NAME, 'Name of the route.'),
        sectionName: text(NAME, 'Name of the rule of an HTTPRoute.').optional(),
      })
      .meta(described('The route.')),
    controllerName: text(NAME, 'Who says so.'),
    conditions: conditions('`Accepted` and `Programmed` for this route'),
  })
  .meta(described('What the policy does to one route.'));

/** `status` of a CorsPolicy. */
export const corsPolicyStatusSchema = z
  .object({
    observedGeneration,
    conditions: conditions('`Accepted`, `ResolvedRefs`, `Programmed`, `Contended`, and `Ready` as their summary'),
    counts: z
      .object({
        routes: count('Routes that the policy governs.'),
        native: count('Routes that their ingress controller serves by itself.'),
        responder: count('Routes that the responder serves.'),
        notExpressible: count('Routes that can say the policy in neither way.'),
        refused: count('Routes whose CORS is off.'),
      })
      .meta(described('Routes by what became of them.'))
      .optional(),
    ancestors: atomicList(
      ancestor,
      { max: 16 },
      described('What the policy does to its routes, the worst first, at most 16.'),
    ).optional(),
  })
  .meta(described('What the controller did with the policy.'));

const worstPolicy = z
  .object({
    namespace: text(63, 'Namespace of the policy or route.'),
    name: text(NAME, 'Name of the policy or route.'),
    kind: text(63, 'Kind of the object; absent: CorsPolicy.').optional(),
    field: text(63, 'Field that goes beyond the guardrail.').optional(),
    entry: text(1024, 'Entry that goes beyond the guardrail.').optional(),
    witness: text(512, 'An origin inside the entry and outside the guardrail.').optional(),
  })
  .meta(described('One object beyond the guardrail.'));

/** `status` of a ClusterCorsPolicy. */
export const clusterCorsPolicyStatusSchema = z
  .object({
    observedGeneration,
    conditions: conditions('`Accepted`, `ResolvedRefs`, `Programmed`, and `Ready` as their summary'),
    counts: z
      .object({
        within: count('Policies inside the guardrail.'),
        narrowed: count('Policies that are cut to the guardrail.'),
        refused: count('Policies of which nothing is left.'),
        rawWider: count('Routes whose own CORS configuration is wider than the guardrail.'),
        routes: count('Routes that the default governs.'),
      })
      .meta(described('Governed policies and routes, by how they stand to the guardrail.'))
      .optional(),
    worst: atomicList(
      worstPolicy,
      { max: 10 },
      described('Those furthest beyond the guardrail, at most ten.'),
    ).optional(),
  })
  .meta(described('How the governed namespaces stand to the guardrail.'));

const usedBy = z
  .object({ namespace: text(63, 'Namespace of the policy.'), name: text(NAME, 'Name of the policy.') })
  .meta(described('One policy.'));

/** `status` of a CorsException. */
export const corsExceptionStatusSchema = z
  .object({
    observedGeneration,
    conditions: conditions('`Accepted`, `Active`, and `Ready` as their summary'),
    expiresIn: text(63, 'How long the exception still acts, roughly.').optional(),
    usedBy: atomicList(usedBy, { max: 16 }, described('Policies that exceed the guardrail with it.')).optional(),
  })
  .meta(described('Whether the exception acts, and for whom.'));
