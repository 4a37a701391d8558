import { z } from 'zod';
import { corsFieldsShape } from './cors-fields.ts';
import type { DeepReadonly } from './deep-readonly.ts';
import { FIELDS_RULES, TARGETS_RULES } from './schema/cel-rules.ts';
import { described } from './schema/field-schema.ts';
import { targetRefsSchema, targetSelectorSchema } from './target-claim.ts';

/** `spec` of a CorsPolicy. */
export const corsPolicySpecSchema = z
  .strictObject({
    targetRefs: targetRefsSchema.optional(),
    targetSelector: targetSelectorSchema.optional(),
    ...corsFieldsShape,
    strategy: z
      .enum(['Auto', 'Native', 'Responder'])
      .meta(
        described(
          'How routes get their CORS: `Auto` (the default) by the ingress controller where it can say the policy exactly, else by the responder; `Native` never by the responder; `Responder` always by it.',
        ),
      )
      .default('Auto'),
    adoption: z
      .enum(['Additive', 'Own'])
      .meta(
        described(
          'What happens to keys that another manager, such as Git, owns: `Additive` (the default) leaves them, `Own` takes them over and records the originals.',
        ),
      )
      .default('Additive'),
    mode: z
      .enum(['Enforce', 'Audit'])
      .meta(
        described(
          '`Enforce` (the default) programs the routes; `Audit` computes and reports, and leaves programmed routes as they are.',
        ),
      )
      .default('Enforce'),
  })
  .meta(
    described('What routes of this namespace answer to browsers that ask on behalf of other origins.', {
      rules: [...TARGETS_RULES, ...FIELDS_RULES],
    }),
  );

/** `spec` of a CorsPolicy, validated, defaults filled in. */
export type CorsPolicySpec = DeepReadonly<z.output<typeof corsPolicySpecSchema>>;
