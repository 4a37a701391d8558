import type { TargetChanges } from '../../plan.ts';
import { listEntriesOf } from '../../target-keys.ts';
import { exposedText, headersText, isOriginItem, methodsText, originsText } from './annotation-grammar.ts';
import { CORS_KEYS, type CorsKey, corsKeyOf } from './annotation-keys.ts';
import { isHeaderFitting, MAX_TOKEN_LENGTH, originTokenLength } from './origin-token.ts';

/**
 * What the controller would not take as it is written, or would fill in for itself: nothing may reach an Ingress that it
 * answers with a default.
 */
export function annotationViolations(changes: TargetChanges): readonly string[] {
  const values = new Map<CorsKey, string>();
  for (const [annotation, value] of Object.entries(changes.annotations)) {
    const key = corsKeyOf(annotation);
    if (key !== undefined && value !== null) values.set(key, value);
  }
  if (values.size === 0) return [];
  const broken = [...values].filter(([key, value]) => !CHECKS[key](value)).map(([key, value]) => `${key}: ${value}`);
  return values.get('enable-cors') === 'true' ? [...broken, ...missing(values)] : broken;
}

const CHECKS: Readonly<Record<CorsKey, (value: string) => boolean>> = {
  'enable-cors': isPlainBoolean,
  'cors-allow-origin': isOriginList,
  'cors-allow-methods': (value) =>
    methodsText(value) === value && isHeaderFitting('Access-Control-Allow-Methods', value),
  'cors-allow-headers': (value) =>
    headersText(value) === value && isHeaderFitting('Access-Control-Allow-Headers', value),
  'cors-allow-credentials': isPlainBoolean,
  'cors-expose-headers': (value) =>
    exposedText(value) === value && isHeaderFitting('Access-Control-Expose-Headers', value),
  'cors-max-age': (value) => /^\d{1,5}$/.test(value),
};

function isPlainBoolean(value: string): boolean {
  return value === 'true' || value === 'false';
}

/** A star is written alone, and every item of a list is one that the controller takes. */
function isOriginList(value: string): boolean {
  if (value === '*') return true;
  const items = listEntriesOf(value);
  return (
    originsText(value, 'Letters') === value &&
    items.length > 0 &&
    items.join(',') === value &&
    items.every((item) => item !== '*' && item !== 'null' && isOriginItem(item, 'Letters')) &&
    originTokenLength(items) <= MAX_TOKEN_LENGTH
  );
}

/** Exposed headers are the only key whose default grants nothing. */
function missing(values: ReadonlyMap<CorsKey, string>): readonly string[] {
  return CORS_KEYS.filter((key) => key !== 'cors-expose-headers' && !values.has(key)).map(
    (key) => `${key}: not written`,
  );
}
