import type { Document } from 'yaml';
import { isSameJson } from '../model/json-equality.ts';
import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord } from '../model/object-shape.ts';
import { composeYamlDocument, parseYamlDocument } from '../sources/yaml-document.ts';
import { type EditTools, editMetadata } from './metadata-edit.ts';
import { addMetadataLines } from './metadata-lines.ts';

/**
 * Text of a YAML document once its object is to be another. As much as possible of the author's text stays: only the
 * lines of annotations change where nothing else does; otherwise the document is printed again with its comments; where
 * that does not give the object either, it is printed afresh.
 *
 * @param text a whole document that holds `before` and nothing else
 */
export function editDocument(
  text: string,
  before: KubernetesObject,
  after: KubernetesObject,
  tools: EditTools,
): string {
  const onlyMetadata = isSameJson({ ...before, metadata: null }, { ...after, metadata: null });
  const edited = onlyMetadata
    ? (addMetadataLines(text, before.metadata, after.metadata, tools.printEntries) ??
      editMetadata(text, after.metadata, tools))
    : undefined;
  return edited ?? editTree(text, before, after, tools) ?? tools.print(after);
}

function editTree(text: string, before: unknown, after: unknown, { schema }: EditTools): string | undefined {
  const document = composeYamlDocument(text, schema);
  applyDifference(document, [], before, after);
  const printed = document.toString({ lineWidth: 0, ...layoutOf(text) });
  const reading = parseYamlDocument(printed, schema);
  return reading.ok && isSameJson(reading.value, after) ? printed : undefined;
}

type Path = readonly (string | number)[];

function applyDifference(document: Document.Parsed, path: Path, before: unknown, after: unknown): void {
  if (isRecord(before) && isRecord(after)) {
    for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
      applyField(document, [...path, key], { before: before[key], after: after[key] });
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, item] of after.entries()) {
      applyDifference(document, [...path, index], before[index], item);
    }
  } else if (!isSameJson(before, after)) {
    document.setIn(path, document.createNode(after));
  }
}

function applyField(
  document: Document.Parsed,
  path: Path,
  { before, after }: { before: unknown; after: unknown },
): void {
  if (after === undefined) {
    document.deleteIn(path);
  } else {
    applyDifference(document, path, before, after);
  }
}

/** How the author lays lists and braces out. */
function layoutOf(text: string): { readonly indentSeq: boolean; readonly flowCollectionPadding: boolean } {
  return {
    indentSeq: !/(?<=^|\n)( *)[^\s#-][^\n]*:[ \t]*\n\1- /.test(text),
    flowCollectionPadding: !/[{[][^\s{}[\]]/.test(text.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '""')),
  };
}
