import { Composer, type CST, type Document, Lexer, Parser, type Schema, type YAMLError } from 'yaml';
import { type DocumentProblem, type DocumentReading, DocumentRefused } from './document-problem.ts';
import { MAX_DEPTH, MAX_DOCUMENT_LENGTH, MAX_DOCUMENT_PROBLEMS, MAX_DOCUMENT_TOKENS } from './input-limits.ts';
import { refusedCharacter } from './yaml-characters.ts';
import { plainValue } from './yaml-value.ts';

/**
 * Reads one YAML document as plain data. Refused, because readers differ about it or because it can be made to take all
 * time or memory: aliases, anchors and merge keys, duplicate keys, tags outside of the core schema, characters that some
 * readers take for line ends, deep nesting.
 *
 * @param schema from {@link kubectlSchema}; one for all documents, making one is slow
 */
export function parseYamlDocument(text: string, schema: Schema): DocumentReading {
  try {
    const document = composeYamlDocument(text, schema);
    const problems = [...document.errors, ...document.warnings].map(syntaxProblem);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, value: plainValue(document.contents) };
  } catch (error) {
    if (error instanceof DocumentRefused) {
      return { ok: false, problems: [error.problem] };
    }
    throw error;
  }
}

/**
 * One YAML document with the positions of its nodes. Its `errors` hold at most the first few syntax errors.
 *
 * @throws DocumentRefused when it is too large, or holds characters that YAML does not allow
 */
export function composeYamlDocument(text: string, schema: Schema): Document.Parsed {
  refuseLength(text);
  refuseCharacters(text);
  const composer = boundedComposer(schema);
  const documents: Document.Parsed[] = [];
  const parser = new Parser();
  let tokens = 0;
  let flowDepth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    flowDepth += FLOW_STEPS.get(lexeme) ?? 0;
    if (flowDepth > SAFE_DEPTH) refuse('YamlDepth', `the document is nested over ${MAX_DEPTH} levels deep`, 0);
    if (tokens > MAX_DOCUMENT_TOKENS) {
      refuse('FileTooLarge', `the document has over ${MAX_DOCUMENT_TOKENS} tokens; split it`, 0);
    }
    takeTokens(parser.next(lexeme), composer, documents);
  }
  takeTokens(parser.end(), composer, documents);
  documents.push(...composer.end(true, text.length));
  return onlyDocument(documents);
}

/** Far beyond what is taken, which the composed document says more precisely, and far below what any stack holds. */
const SAFE_DEPTH = 10 * MAX_DEPTH;

/** How far brackets lead in or out; block styles are only counted once they are composed. */
const FLOW_STEPS: ReadonlyMap<string, number> = new Map([
  ['[', 1],
  ['{', 1],
  [']', -1],
  ['}', -1],
]);

/** Refuses a document that no API server would take, before anything is allocated for it. */
function refuseLength(text: string): void {
  if (text.length > MAX_DOCUMENT_LENGTH) {
    refuse('FileTooLarge', `one document may have ${MAX_DOCUMENT_LENGTH} characters, this one has more; split it`, 0);
  }
}

function refuseCharacters(text: string): void {
  const offset = text.search(refusedCharacter);
  if (offset === -1) {
    return;
  }
  const code = (text.codePointAt(offset) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  const advice = code === '000D' ? 'end lines with LF or CR LF' : 'write it as an escape in a quoted string';
  refuse('FileEncoding', `the character U+${code} cannot stand in YAML; ${advice}`, offset);
}

function refuse(reason: DocumentProblem['reason'], message: string, offset: number): never {
  throw new DocumentRefused({ reason, message, offset });
}

/**
 * A composer that gives up after some errors. The library's collects one per character of a bad document, which takes
 * seconds and hundreds of megabytes; `onError` is not part of its interface, so a test holds this to what it says.
 */
function boundedComposer(schema: Schema): Composer {
  const composer = new Composer({ schema, uniqueKeys: false, prettyErrors: false, keepSourceTokens: false });
  const report: unknown = Reflect.get(composer, 'onError');
  let errors = 0;
  let refusal: DocumentRefused | undefined;
  Reflect.set(composer, 'onError', (...error: readonly unknown[]): void => {
    errors += 1;
    if (errors > MAX_DOCUMENT_PROBLEMS) {
      refusal ??= new DocumentRefused(floodProblem(error));
      throw refusal;
    }
    if (typeof report === 'function') {
      Reflect.apply(report, composer, error);
    }
  });
  return composer;
}

function floodProblem(error: readonly unknown[]): DocumentProblem {
  const [where, code, message] = error;
  const offset =
    typeof where === 'object' && where !== null ? Reflect.get(where, Array.isArray(where) ? 0 : 'offset') : where;
  return problemOf(String(code), String(message), typeof offset === 'number' ? offset : 0);
}

function takeTokens(tokens: Iterable<CST.Token>, composer: Composer, documents: Document.Parsed[]): void {
  for (const token of tokens) {
    if (token.type === 'error') {
      refuse('YamlSyntax', sentence(token.message), token.offset);
    }
    documents.push(...composer.next(token));
  }
}

/** kubectl takes what follows a line of three dots for nothing at all, so it must not be taken for a document. */
function onlyDocument(documents: readonly Document.Parsed[]): Document.Parsed {
  const [document, second] = documents;
  if (document === undefined) {
    throw new TypeError('the composer gave no document');
  }
  if (second !== undefined) {
    refuse(
      'YamlSyntax',
      'another document starts here: separate documents with a line of three dashes',
      second.range[0],
    );
  }
  return document;
}

function syntaxProblem(error: YAMLError): DocumentProblem {
  return problemOf(error.code, error.message, error.pos[0]);
}

function problemOf(code: string, message: string, offset: number): DocumentProblem {
  switch (code) {
    case 'TAG_RESOLVE_FAILED':
      return { reason: 'YamlTag', message: `${sentence(message)}: write the value without a tag`, offset };
    case 'RESOURCE_EXHAUSTION':
      return { reason: 'YamlDepth', message: 'the document is nested too deeply to be read', offset };
    case 'BAD_ALIAS':
    case 'ALIAS_PROPS':
    case 'MULTIPLE_ANCHORS':
      return { reason: 'YamlAlias', message: 'aliases and anchors are not read: write the value out', offset };
    default:
      return { reason: 'YamlSyntax', message: sentence(message), offset };
  }
}

/** The library's messages as ours are: no capital in front, no full stop behind, one line. */
function sentence(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ').replace(/[.:]$/, '').slice(0, 200);
  return line.charAt(0).toLowerCase() + line.slice(1);
}
