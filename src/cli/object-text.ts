import type { Schema } from 'yaml';
import { isSameJson } from '../model/json-equality.ts';
import { kubectlSchema } from '../sources/kubectl-scalars.ts';
import type { LoadedObject } from '../sources/manifests.ts';
import { parseYamlDocument } from '../sources/yaml-document.ts';
import { editDocument } from './document-edit.ts';
import type { EditTools } from './metadata-edit.ts';
import type { Reconciled } from './reconciled-objects.ts';
import { createYamlPrinter } from './yaml-text.ts';

/** What texts are read, edited and printed with; one set serves for any number of objects. */
export function createEditTools(): EditTools {
  const schema = kubectlSchema();
  const print = createYamlPrinter();
  const printed = new Map<string, string>();
  return {
    schema,
    print,
    printEntries: (entries) => {
      const key = JSON.stringify(entries);
      const text = printed.get(key) ?? verified(print(entries), entries, schema);
      printed.set(key, text);
      return text;
    },
  };
}

function verified(text: string, value: unknown, schema: Schema): string {
  const reading = parseYamlDocument(text, schema);
  if (!reading.ok || !isSameJson(reading.value, value)) {
    throw new TypeError('printed YAML does not say what was to be printed');
  }
  return text;
}

/**
 * YAML text of an object as it would be stored: its author's own, as far as it does not change.
 *
 * @returns one document, without separators
 */
export function objectText({ text }: LoadedObject, { before, after }: Reconciled, tools: EditTools): string {
  const own = text.format === 'yaml' && text.whole && text.within === '' ? dedented(text.text) : undefined;
  if (own === undefined) {
    return tools.print(after);
  }
  return before === after ? own : editDocument(own, before, after, tools);
}

/** Text of an item of a List as a document of its own; undefined where a line stands further left than the first. */
function dedented(text: string): string | undefined {
  const indent = /^ */.exec(text)?.[0] ?? '';
  if (indent === '' || !/^ +[^\s#]/.test(text)) {
    return text;
  }
  const lines = text.split('\n').map((line) => (line.startsWith(indent) || line.trim() !== '' ? line : ''));
  return lines.every((line) => line === '' || line.startsWith(indent))
    ? lines.map((line) => line.slice(indent.length)).join('\n')
    : undefined;
}
