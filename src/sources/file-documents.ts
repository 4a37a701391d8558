import type { Schema } from 'yaml';
import type { Issue } from '../model/issue.ts';
import { documentObjects } from './document-objects.ts';
import type { DocumentProblem, DocumentReading } from './document-problem.ts';
import { countLines, splitDocuments, splitList, type TextRange } from './document-split.ts';
import { inputIssue } from './input-issue.ts';
import { MAX_DOCUMENTS, MAX_FILE_PROBLEMS } from './input-limits.ts';
import { jsonValueRanges, parseJsonDocument } from './json-document.ts';
import type { LoadedObject, ObjectText, SourceDocument, SourceFile } from './manifests.ts';
import { createLineFinder, type LineFinder } from './source-position.ts';
import { parseYamlDocument } from './yaml-document.ts';

/** What documents are read with. */
export type DocumentOptions = {
  readonly schema: Schema;
  /** Namespace of namespaced objects that have none. */
  readonly namespace: string;
  /** Told after each document how many objects there are so far. */
  readonly progress: (objects: number) => void;
};

/** Reads the documents of one file, YAML or JSON, each for itself. */
export function readFileDocuments(
  { path, name, text }: Pick<SourceFile, 'path' | 'name' | 'text'>,
  options: DocumentOptions,
): { readonly file: SourceFile; readonly issues: readonly Issue[] } {
  const format = path.endsWith('.json') ? 'json' : 'yaml';
  const linesAbove = createLineFinder(options.schema);
  const reader: Reader = { path, format, options, linesAbove, issues: [], unreported: 0, objects: 0 };
  const ranges = fileRanges(text, format);
  if (ranges.length > MAX_DOCUMENTS) {
    const message = `a file may hold ${MAX_DOCUMENTS} documents, this one holds more: split it`;
    const issue = inputIssue({ reason: 'FileTooLarge', source: path, message });
    return { file: { path, name, format, text, documents: [] }, issues: [issue] };
  }
  const documents = ranges.map((range, index) => readDocument(reader, text, { range, index }));
  return { file: { path, name, format, text, documents }, issues: reportedIssues(reader) };
}

type Reader = {
  readonly path: string;
  readonly format: 'yaml' | 'json';
  readonly options: DocumentOptions;
  readonly linesAbove: LineFinder;
  readonly issues: Issue[];
  unreported: number;
  objects: number;
};

/** JSON values may stand one behind the other, without anything between them. */
function fileRanges(text: string, format: 'yaml' | 'json'): readonly TextRange[] {
  const ranges = format === 'json' ? [{ start: 0, end: text.length, line: 1 }] : splitDocuments(text);
  return ranges.flatMap((range) => (looksLikeJson(text, range) ? jsonRanges(text, range) : [range]));
}

function looksLikeJson(text: string, { start, end }: TextRange): boolean {
  return /^\s*[{[]/.test(text.slice(start, Math.min(end, start + 1000)));
}

function jsonRanges(text: string, range: TextRange): readonly TextRange[] {
  const values = jsonValueRanges(text.slice(range.start, range.end));
  if (values.length < 2) {
    return [range];
  }
  let line = range.line;
  let passed = range.start;
  return values.map(({ start, end }) => {
    line += countLines(text, passed, range.start + start);
    passed = range.start + start;
    return { start: passed, end: range.start + end, line };
  });
}

type Part = { readonly range: TextRange; readonly index: number };

function readDocument(reader: Reader, file: string, { range, index }: Part): SourceDocument {
  const text = file.slice(range.start, range.end);
  const readings = readTexts(reader, text, range);
  const objects = readings.flatMap((reading) => takeReading(reader, reading, index));
  reader.objects += objects.length;
  reader.options.progress(reader.objects);
  return { start: range.start, end: range.end, list: isList(readings, objects), objects };
}

function isList(readings: readonly TextReading[], objects: readonly LoadedObject[]): boolean {
  return readings.some(({ item }) => item) || objects.some(({ text }) => text.within !== '');
}

/** A text that was parsed for itself: a document, or one item of its List. */
type TextReading = {
  readonly text: string;
  readonly line: number;
  readonly format: 'yaml' | 'json';
  readonly reading: DocumentReading;
  /** Whether it is one item of a List. */
  readonly item: boolean;
  /** Whether its kind stands with the list around it. */
  readonly typed: boolean;
};

function readTexts(reader: Reader, text: string, range: TextRange): readonly TextReading[] {
  const { line } = range;
  if (text.trim() === '' || isDirectives(text)) {
    return [];
  }
  if (reader.format === 'json' || looksLikeJson(text, { start: 0, end: text.length, line })) {
    return [bracketReading(reader, { text, line, item: false, typed: false })];
  }
  return listItems(reader, text, line) ?? [yamlReading(reader, { text, line, item: false, typed: false })];
}

/** What starts with a bracket is JSON, or YAML that looks like it; what JSON refuses for its content is no YAML either. */
function bracketReading(reader: Reader, part: Omit<TextReading, 'format' | 'reading'>): TextReading {
  const reading = parseJsonDocument(part.text);
  const json: TextReading = { ...part, format: 'json', reading };
  if (reading.ok || reader.format === 'json') {
    return json;
  }
  const yaml = yamlReading(reader, part);
  return yaml.reading.ok || reading.problems.every(({ reason }) => reason === 'YamlSyntax') ? yaml : json;
}

/** What stands above the first line of dashes may be for the reader and no document. */
function isDirectives(text: string): boolean {
  return text.startsWith('%') && text.split('\n').every((line) => /^(?:[%#]|\s*$)/.test(line));
}

function yamlReading(reader: Reader, part: Omit<TextReading, 'format' | 'reading'>): TextReading {
  const reading = parseYamlDocument(part.text, reader.options.schema);
  return { ...part, format: 'yaml', reading: reading.ok ? reading : withTemplateHint(reading, part.text) };
}

function withTemplateHint(reading: DocumentReading & { ok: false }, text: string): DocumentReading {
  if (!text.includes('{{')) {
    return reading;
  }
  const hint = 'this looks like a Helm template, so render it first: helm template CHART | … -f -';
  return {
    ok: false,
    problems: reading.problems.map((problem) => ({ ...problem, message: `${problem.message}; ${hint}` })),
  };
}

/** The items of a List that can be taken apart as text; what the List says about all of them is put into each. */
function listItems(reader: Reader, text: string, line: number): readonly TextReading[] | undefined {
  const split = splitList(text, line);
  const envelope = split && parseYamlDocument(split.envelope, reader.options.schema);
  if (split === undefined || envelope?.ok !== true || !isListEnvelope(envelope.value)) {
    return undefined;
  }
  const list = envelope.value;
  return split.items.map((item) => {
    const reading = yamlReading(reader, { ...item, item: true, typed: list['kind'] !== 'List' });
    return reading.reading.ok
      ? { ...reading, reading: { ok: true, value: { ...list, items: [reading.reading.value] } } }
      : reading;
  });
}

function isListEnvelope(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'kind' in value && /List$/.test(String(value.kind));
}

function takeReading(reader: Reader, part: TextReading, document: number): readonly LoadedObject[] {
  if (!part.reading.ok) {
    for (const problem of part.reading.problems) {
      report(reader, part, problem);
    }
    return [];
  }
  if (part.reading.value === undefined) {
    return [];
  }
  const { objects, issues } = documentObjects(part.reading.value, reader.options.namespace);
  for (const issue of issues) {
    reportIssue(reader, part, part.item ? { ...issue, path: itemPath(issue.path) } : issue);
  }
  return objects.map(({ object, within, addedNamespace }) => {
    const inside = part.item ? itemPath(within) : within;
    const text: ObjectText = {
      format: part.format,
      text: part.text,
      line: part.line,
      within: inside,
      addedNamespace,
      whole: !part.typed,
    };
    return { object, file: reader.path, document, line: objectLine(reader, text), text };
  });
}

/** A List item's own text has no list around it any more. */
function itemPath(path: string): string {
  return path.replace(/^items\[0\]\.?/, '');
}

function objectLine(reader: Reader, text: ObjectText): number {
  if (text.within !== '') {
    return text.line + reader.linesAbove(text, text.within);
  }
  return text.line + blankLines(text.text);
}

/** How many lines in front of a text's first field hold nothing, or a comment. */
function blankLines(text: string): number {
  const blank = /[ \t]*(?:#[^\n]*)?\r?\n/y;
  let lines = 0;
  while (blank.test(text)) {
    lines += 1;
  }
  return lines;
}

function report(reader: Reader, part: TextReading, { reason, message, offset }: DocumentProblem): void {
  if (mayReport(reader)) {
    const line = part.line + countLines(part.text, 0, offset);
    reader.issues.push(inputIssue({ reason, source: `${reader.path}:${line}`, message }));
  }
}

function reportIssue(reader: Reader, part: TextReading, issue: Issue): void {
  if (mayReport(reader)) {
    const line = part.line + reader.linesAbove(part, issue.path);
    reader.issues.push({ ...issue, source: `${reader.path}:${line}` });
  }
}

function mayReport(reader: Reader): boolean {
  if (reader.issues.length < MAX_FILE_PROBLEMS) {
    return true;
  }
  reader.unreported += 1;
  return false;
}

function reportedIssues(reader: Reader): readonly Issue[] {
  if (reader.unreported === 0) {
    return reader.issues;
  }
  const message = `${reader.unreported} more problems of this file are not listed: mend those above first`;
  return [...reader.issues, inputIssue({ reason: 'ObjectShape', source: reader.path, message })];
}
