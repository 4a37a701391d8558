import type { Schema } from 'yaml';
import { z } from 'zod';
import type { Issue } from '../model/issue.ts';
import { countLines } from './document-split.ts';
import { readFileText } from './file-text.ts';
import { inputIssue } from './input-issue.ts';
import { MAX_DOCUMENT_LENGTH } from './input-limits.ts';
import type { FileSettings } from './manifests.ts';
import { createLineFinder } from './source-position.ts';
import { parseYamlDocument } from './yaml-document.ts';

export type { FileSettings };

/** What `.cors-operator.yaml` may hold. */
export const fileSettingsSchema = z.strictObject({
  classes: z.record(z.string().min(1), z.string().min(1)).optional().meta({
    description:
      'Dialect of each IngressClass or GatewayClass that the input does not hold: `NAME: DIALECT[@VERSION]`.',
  }),
  responder: z.enum(['Disabled', 'Standalone']).optional().meta({
    description: 'Whether routes that their controller cannot express go to the responder of `standalone`.',
  }),
  operatorNamespace: z.string().min(1).optional().meta({
    description: 'Namespace of the operator, which holds the ConfigMaps of guardrails and is not governed by default.',
  }),
});

/** No settings file. */
export const noFileSettings: FileSettings = { classes: {}, sources: {} };

/** Reads settings files; a wrong value is an issue and is left out, as is one that another file contradicts. */
export async function readFileSettings(
  paths: readonly string[],
  schema: Schema,
): Promise<{ readonly settings: FileSettings; readonly issues: readonly Issue[] }> {
  const entries: SettingsEntry[] = [];
  const issues: Issue[] = [];
  for (const path of paths) {
    const reading = await readSettingsFile(path, schema);
    entries.push(...reading.entries);
    issues.push(...reading.issues);
  }
  const { agreed, contradictions } = agree(entries);
  return { settings: settingsOf(agreed), issues: [...issues, ...contradictions] };
}

/** One value of one file. */
type SettingsEntry = { readonly path: string; readonly value: string; readonly source: string };

type SettingsReading = { readonly entries: readonly SettingsEntry[]; readonly issues: readonly Issue[] };

async function readSettingsFile(path: string, schema: Schema): Promise<SettingsReading> {
  const file = await readFileText(path, MAX_DOCUMENT_LENGTH);
  if (!file.ok) {
    return { entries: [], issues: [inputIssue({ reason: file.reason, source: path, message: file.message })] };
  }
  const source = (linesAbove: number): string => `${path}:${linesAbove + 1}`;
  const document = parseYamlDocument(file.text, schema);
  if (!document.ok) {
    const issues = document.problems.map(({ reason, message, offset }) =>
      inputIssue({ reason, source: source(countLines(file.text, 0, offset)), message }),
    );
    return { entries: [], issues };
  }
  const linesAbove = createLineFinder(schema);
  return checkSettings(document.value ?? {}, (field) => source(linesAbove({ format: 'yaml', text: file.text }, field)));
}

function checkSettings(value: unknown, locate: (field: string) => string): SettingsReading {
  const parsed = fileSettingsSchema.safeParse(value);
  if (!parsed.success) {
    return { entries: [], issues: parsed.error.issues.map((issue) => settingsIssue(issue, locate)) };
  }
  const { classes = {}, responder, operatorNamespace } = parsed.data;
  const fields: readonly (readonly [string, string | undefined])[] = [
    ...Object.entries(classes).map(([name, dialect]) => [`classes.${name}`, dialect] as const),
    ['responder', responder],
    ['operatorNamespace', operatorNamespace],
  ];
  const entries = fields.flatMap(([path, value]) =>
    value === undefined ? [] : [{ path, value, source: locate(path) }],
  );
  return { entries, issues: [] };
}

function settingsIssue(issue: z.core.$ZodIssue, locate: (field: string) => string): Issue {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const known = Object.keys(fileSettingsSchema.shape).join(', ');
    const message = `there is no setting ${issue.keys.join(', ')}: the settings are ${known}`;
    return inputIssue({ reason: 'SettingsInvalid', source: locate(path === '' ? key : `${path}.${key}`), message });
  }
  const message = `${path === '' ? 'the settings' : path}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`;
  return inputIssue({ reason: 'SettingsInvalid', source: locate(path), message });
}

/** Several files may say the same thing; what they say differently is used from none of them. */
function agree(entries: readonly SettingsEntry[]): {
  readonly agreed: readonly SettingsEntry[];
  readonly contradictions: readonly Issue[];
} {
  const agreed: SettingsEntry[] = [];
  const contradictions: Issue[] = [];
  for (const [path, same] of Map.groupBy(entries, (entry) => entry.path)) {
    const [first, ...others] = same;
    const other = others.find((entry) => entry.value !== first?.value);
    if (first !== undefined && other === undefined) {
      agreed.push(first);
    } else if (first !== undefined && other !== undefined) {
      const message = `${path} is ${other.value} here and ${first.value} in ${first.source}: neither is used`;
      contradictions.push(inputIssue({ reason: 'SettingsInvalid', source: other.source, message }));
    }
  }
  return { agreed, contradictions };
}

function settingsOf(entries: readonly SettingsEntry[]): FileSettings {
  const prefix = 'classes.';
  const classes = entries.filter(({ path }) => path.startsWith(prefix));
  const responder = entries.find(({ path }) => path === 'responder')?.value;
  const operatorNamespace = entries.find(({ path }) => path === 'operatorNamespace')?.value;
  return {
    classes: Object.fromEntries(classes.map(({ path, value }) => [path.slice(prefix.length), value])),
    ...(responder === 'Disabled' || responder === 'Standalone' ? { responder } : {}),
    ...(operatorNamespace === undefined ? {} : { operatorNamespace }),
    sources: Object.fromEntries(entries.map(({ path, source }) => [path, source])),
  };
}
