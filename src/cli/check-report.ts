import type { CheckDocument } from './check-document.ts';
import { objectWords, targetWords } from './object-words.ts';
import { type OutputStyle, toned, visible } from './output-style.ts';
import type { AnsweringRoutes } from './prediction.ts';

/** The verdict for people: allowed or refused and why, then what the browser sees. */
export function formatCheck(document: CheckDocument, routes: AnsweringRoutes, style: OutputStyle): string {
  const fields = facts(document, routes).map(
    ([name, value]) => `  ${toned(name.padEnd(NAME_WIDTH), 'quiet', style)}${visible(value)}\n`,
  );
  const verdict = document.allowed ? toned('allowed', 'good', style) : toned('refused', 'bad', style);
  const head = `${verdict}  ${toned(document.reason, 'strong', style)}: ${visible(document.message)}\n`;
  if (routes.actual === undefined && routes.preflight === undefined) {
    return head;
  }
  const answers = [
    headerLines(preflightTitle(document), document.preflight.headers, style),
    headerLines('response', document.response.headers, style),
  ];
  return `${head}\n${fields.join('')}\n${answers.join('')}`;
}

const NAME_WIDTH = 12;

type Fact = readonly [name: string, value: string];

function facts(
  { outcome, decidedBy, nearest }: CheckDocument,
  { preflight, actual }: AnsweringRoutes,
): readonly Fact[] {
  const target = actual?.resolution.route.target;
  const other = preflight?.resolution.route.target;
  return [
    ...(target === undefined
      ? []
      : [['route', `${targetWords(target)}${outcome === undefined ? '' : `, ${outcome}`}`] as const]),
    ...(other === undefined || other === target ? [] : [['preflight to', targetWords(other)] as const]),
    ...(decidedBy === undefined
      ? []
      : [['decided by', `${objectWords(decidedBy)} ${decidedBy.path}`.trimEnd()] as const]),
    ...(nearest === undefined ? [] : [['nearest', nearest] as const]),
  ];
}

function preflightTitle({ preflight }: CheckDocument): string {
  const status = preflight.status === undefined ? ', answered by the application' : `, status ${preflight.status}`;
  return `preflight ${preflight.needed ? 'needed' : 'not needed'}${status}`;
}

function headerLines(title: string, headers: Readonly<Record<string, string>>, style: OutputStyle): string {
  const lines = Object.entries(headers).map(
    ([name, value]) => `    ${toned(`${name}:`, 'quiet', style)} ${visible(value)}\n`,
  );
  const none = `    ${toned('no CORS headers', 'quiet', style)}\n`;
  return `  ${toned(title, 'strong', style)}\n${lines.length === 0 ? none : lines.join('')}`;
}
