import { type DocumentProblem, type DocumentReading, prototypeKeys } from './document-problem.ts';
import { MAX_DEPTH, MAX_DOCUMENTS, MAX_JSON_KEYS, MAX_JSON_TOKENS } from './input-limits.ts';
import { type JsonToken, jsonTokens } from './json-tokens.ts';

/** Reads one JSON text as plain data; duplicate keys, deep nesting and keys like `__proto__` are refused as in YAML. */
export function parseJsonDocument(text: string): DocumentReading {
  const problem = structureProblem(text);
  if (problem !== undefined) {
    return { ok: false, problems: [problem] };
  }
  const result = parsedJson(text);
  return 'error' in result
    ? { ok: false, problems: [syntaxProblem(text, result.error)] }
    : { ok: true, value: result.value ?? undefined };
}

/**
 * Ranges of the values of a text that holds several, one after the other, as several `kubectl get -o json` give; at most one
 * more than a file may have.
 */
export function jsonValueRanges(text: string): readonly JsonRange[] {
  const ranges: JsonRange[] = [];
  let depth = 0;
  let start = 0;
  for (const token of jsonTokens(text)) {
    depth += bracketDepth[token.kind];
    if (depth === 0 && token.kind === 'close') {
      ranges.push({ start, end: token.end });
      start = token.end;
    }
    if (ranges.length > MAX_DOCUMENTS) {
      return ranges;
    }
  }
  return text.slice(start).trim() === '' ? ranges : [...ranges, { start, end: text.length }];
}

/** A part of a text, by offsets. */
export type JsonRange = { readonly start: number; readonly end: number };

const bracketDepth: Readonly<Record<JsonToken['kind'], -1 | 0 | 1>> = { open: 1, close: -1, key: 0, string: 0 };

function parsedJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** What JSON.parse does not mind, or would take all memory for. Looked for first, so the text need not be JSON yet. */
function structureProblem(text: string): DocumentProblem | undefined {
  const open: OpenBracket[] = [];
  let tokens = 0;
  for (const token of jsonTokens(text)) {
    tokens += 1;
    const problem = tokens > MAX_JSON_TOKENS ? tooManyTokens : takeToken(text, token, open);
    if (problem !== undefined) {
      return { ...problem, offset: token.start };
    }
  }
  return undefined;
}

const tooManyTokens = {
  reason: 'FileTooLarge',
  message: `a JSON text may have ${MAX_JSON_TOKENS} brackets, keys and strings; split it`,
} as const;

/** Keys of an object so far; undefined for a list. */
type OpenBracket = Set<string> | undefined;

function takeToken(text: string, token: JsonToken, open: OpenBracket[]): Omit<DocumentProblem, 'offset'> | undefined {
  switch (token.kind) {
    case 'open':
      open.push(text.charAt(token.start) === '{' ? new Set() : undefined);
      return open.length <= MAX_DEPTH
        ? undefined
        : { reason: 'YamlDepth', message: `the document is nested over ${MAX_DEPTH} levels deep` };
    case 'close':
      open.pop();
      return undefined;
    case 'key':
      return keyProblem(keyText(text.slice(token.start, token.end)), open.at(-1));
    case 'string':
      return undefined;
  }
}

/** A key whose escapes are wrong stays as it is: parsing will say so. */
function keyText(quoted: string): string {
  const parsed = quoted.includes('\\') ? parsedJson(quoted) : { value: quoted.slice(1, -1) };
  return 'error' in parsed ? quoted : String(parsed.value);
}

function keyProblem(key: string, seen: OpenBracket): Omit<DocumentProblem, 'offset'> | undefined {
  if (prototypeKeys.has(key)) {
    const message = `the key ${key} is not taken, because programs may read it as more than data: rename it`;
    return { reason: 'ObjectKey', message };
  }
  if (seen?.has(key) === true) {
    const message = `the key ${JSON.stringify(key.slice(0, 80))} stands here twice: remove one of the two`;
    return { reason: 'YamlDuplicateKey', message };
  }
  seen?.add(key);
  if ((seen?.size ?? 0) > MAX_JSON_KEYS) {
    return { reason: 'FileTooLarge', message: `one object may have ${MAX_JSON_KEYS} keys; split it` };
  }
  return undefined;
}

function syntaxProblem(text: string, error: string): DocumentProblem {
  const [reason = ''] = error.split(/(?:, (?:\.\.\.)?"| is not valid JSON$| in JSON at position | JSON input$)/);
  const message = `not valid JSON: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
  return { reason: 'YamlSyntax', message, offset: syntaxErrorOffset(text, error) };
}

/**
 * Where JSON.parse stopped. Some of its messages do not say; then the shortest beginning of the text is found that is
 * wrong for another reason than its end.
 */
function syntaxErrorOffset(text: string, error: string): number {
  const position = positionOf(error);
  if (position !== undefined || isEndOfInput(error, text.length)) {
    return position ?? text.length;
  }
  let good = 0;
  let bad = text.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    const result = parsedJson(text.slice(0, middle));
    if ('error' in result && !isEndOfInput(result.error, middle)) {
      bad = middle;
    } else {
      good = middle;
    }
  }
  return bad - 1;
}

function positionOf(error: string): number | undefined {
  const match = / at position (\d+)/.exec(error);
  return match === null ? undefined : Number(match[1]);
}

function isEndOfInput(error: string, length: number): boolean {
  return error.startsWith('Unexpected end') || positionOf(error) === length;
}
