import { isObject, type JsonObject, structuralSchema } from './crd-schema.ts';
import { GROUP, OWN_KINDS, type OwnKind, VERSION } from './own-kind.ts';

/** The reference page of the API, in Markdown. */
export function apiPage(): string {
  const kinds = OWN_KINDS.map(kindSection);
  return [
    '# API reference',
    '',
    `Group \`${GROUP}\`, version \`${VERSION}\`. Generated from the schemas in \`src/model\`; \`kubectl explain\` shows the same texts.`,
    `\`kubectl get cors\` lists all kinds. Every list is replaced as a whole by whoever applies it.`,
    '',
    '| kind | scope | short name | what it is |',
    '| --- | --- | --- | --- |',
    ...OWN_KINDS.map(
      ({ kind, scope, shortName, description }) =>
        `| [${kind}](#${kind.toLowerCase()}) | ${scope} | \`${shortName}\` | ${cell(description)} |`,
    ),
    '',
    ...kinds.flat(),
  ].join('\n');
}

function kindSection({ kind, description, spec, status }: OwnKind): readonly string[] {
  return [
    `## ${kind}`,
    '',
    description,
    '',
    `### ${kind} spec`,
    '',
    ...table(structuralSchema(spec)),
    '',
    `### ${kind} status`,
    '',
    ...table(structuralSchema(status)),
    '',
  ];
}

function table(schema: JsonObject): readonly string[] {
  const lines = [
    '| field | type | required | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows(schema, ''),
  ];
  const rules = rulesOf(schema, '');
  return rules.length === 0
    ? lines
    : [...lines, '', 'Checked by the API server itself:', '', ...rules.map((rule) => `* ${rule}`)];
}

function rows(schema: JsonObject, path: string): readonly string[] {
  const properties = schema['properties'];
  if (!isObject(properties)) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const own = `${path}${name}`;
    const row = [
      `\`${own}\``,
      typeText(property),
      required.includes(name) ? 'yes' : '',
      defaultText(property),
      meaning(property),
    ];
    return [`| ${row.join(' | ')} |`, ...rowsBelow(property, own)];
  });
}

function rowsBelow(property: JsonObject, path: string): readonly string[] {
  const items = property['items'];
  return isObject(items) ? rows(items, `${path}[].`) : rows(property, `${path}.`);
}

function typeText(property: JsonObject): string {
  const { items, enum: values, type } = property;
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (isObject(items)) return `list of at most ${String(property['maxItems'])}: ${typeText(items)}`;
  if (isObject(property['additionalProperties'])) return `map of ${String(property['additionalProperties']['type'])}`;
  return `${String(property['format'] ?? type)}${bound(' (at most ', property['maxLength'], ' characters)')}${range(property)}`;
}

function range({ minimum, maximum }: JsonObject): string {
  return minimum === undefined || maximum === undefined ? '' : ` (${String(minimum)} to ${String(maximum)})`;
}

function bound(before: string, value: unknown, after: string): string {
  return value === undefined ? '' : `${before}${String(value)}${after}`;
}

function defaultText(property: JsonObject): string {
  return property['default'] === undefined ? '' : `\`${JSON.stringify(property['default'])}\``;
}

function meaning(property: JsonObject): string {
  return cell(String(property['description'] ?? ''));
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Messages of the rules of a schema, those of its fields included. */
function rulesOf(schema: JsonObject, path: string): readonly string[] {
  const own = Array.isArray(schema['x-kubernetes-validations']) ? schema['x-kubernetes-validations'] : [];
  const messages = own.map((rule: JsonObject) => `${path === '' ? '' : `\`${path}\`: `}${String(rule['message'])}`);
  const { properties, items } = schema;
  const below = isObject(properties)
    ? Object.entries(properties).flatMap(([name, property]) =>
        isObject(property) ? rulesOf(property, path === '' ? name : `${path}.${name}`) : [],
      )
    : [];
  return [...messages, ...below, ...(isObject(items) ? rulesOf(items, `${path}[]`) : [])];
}
