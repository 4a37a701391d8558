import { z } from 'zod';
import { isObject, type JsonObject } from './crd-schema.ts';
import { GROUP, type OwnKind, VERSION } from './own-kind.ts';

/** JSON schema of a kind, for editors that complete and check YAML. */
export function editorSchema({ kind, description, spec }: OwnKind): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: kind,
    description,
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: `${GROUP}/${VERSION}` },
      kind: { const: kind },
      metadata: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      spec: withoutExtensions(
        z.toJSONSchema(spec, { target: 'draft-7', io: 'input', reused: 'inline', cycles: 'throw' }),
      ),
      status: { type: 'object' },
    },
    additionalProperties: false,
  };
}

/** Editors know nothing of what only the API server checks. */
function withoutExtensions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (!isObject(value)) return value;
  const known = Object.entries(value).filter(([key]) => !key.startsWith('x-kubernetes-') && key !== '$schema');
  return Object.fromEntries(known.map(([key, entry]) => [key, withoutExtensions(entry)]));
}
