import { normalizeMethod } from '../cors/method.ts';
import type { OriginSet } from '../cors/policy.ts';
import type { ExceptionObject } from '../model/snapshot.ts';
import type { Ceiling } from './confinement.ts';
import { widenOriginCeiling } from './origin-ceiling.ts';
import { originSet } from './origin-entries.ts';
import { gatherOrigins } from './origin-source.ts';

/** Ceilings that exceptions made wider, by ceiling and exception: what they hold does not depend on time. */
export type CeilingWidening = WeakMap<Ceiling, WeakMap<ExceptionObject, Ceiling>>;

type Exception = ExceptionObject & { readonly spec: NonNullable<ExceptionObject['spec']> };

/**
 * The ceiling of a guardrail together with what an exception lists, field by field. What the guardrail leaves open stays open, and
 * a guardrail that is not valid stays closed.
 */
export function widenCeiling(ceiling: Ceiling, exception: Exception, widening: CeilingWidening): Ceiling {
  const byException = widening.get(ceiling) ?? new WeakMap<ExceptionObject, Ceiling>();
  widening.set(ceiling, byException);
  const known = byException.get(exception);
  if (known !== undefined) return known;
  const widened = widen(ceiling, exception);
  byException.set(exception, widened);
  return widened;
}

function widen(ceiling: Ceiling, { spec, ref }: Exception): Ceiling {
  if (ceiling.origins.kind === 'Nothing') return ceiling;
  const origins = exceptionalOrigins(spec, ref);
  return {
    ...ceiling,
    origins: widenOriginCeiling(ceiling.origins, origins),
    allowMethods: ceiling.allowMethods && [...ceiling.allowMethods, ...spec.allowMethods.map(normalizeMethod)],
    allowHeaders: ceiling.allowHeaders && [...ceiling.allowHeaders, ...spec.allowHeaders],
    allowCredentials: ceiling.allowCredentials || spec.allowCredentials === true,
    exception: { ref, expiresAt: spec.expiresAt, origins, base: ceiling },
  };
}

function exceptionalOrigins(spec: Exception['spec'], ref: Exception['ref']): OriginSet {
  const { allowOrigins, allowOriginRegexes } = spec;
  const gathered = gatherOrigins(
    {
      allowOrigins,
      allowOriginRegexes,
      allowOriginsFrom: [],
      wildcardDepth: 'Any',
      allowCredentials: false,
      role: 'Ceiling',
      from: ref,
      path: 'spec',
      namespace: '',
    },
    { objects: new Map(), readingsOf: () => new Map() },
  );
  return originSet(gathered.entries);
}
