import type { WildcardDepth } from '../../cors/origin-pattern.ts';

/** What a list grants to browsers, or what it only limits: findings about broad patterns do not apply to ceilings. */
export type FieldRole = 'Grant' | 'Ceiling';

/** What the findings of one field depend on besides its value. */
export type FieldContext = {
  /** Of the object that holds the field: `spec`, `spec.guardrail`. */
  readonly path: string;
  readonly role: FieldRole;
  readonly allowCredentials: boolean;
  readonly wildcardDepth: WildcardDepth;
};
