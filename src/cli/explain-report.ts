import type { RouteEvaluation } from '../evaluate.ts';
import type { RouteExplanation } from './explain-document.ts';
import type { ExplainedEntry } from './explained-entry.ts';
import { objectWords, targetWords } from './object-words.ts';
import { type OutputStyle, toned, visible } from './output-style.ts';
import { type Cell, formatTable } from './text-table.ts';

/** Routes for people, each with its entries and where they come from. */
export function formatExplanation(
  explained: readonly RouteExplanation[],
  routes: readonly RouteEvaluation[],
  style: OutputStyle,
): string {
  return explained.map((route, index) => formatRoute(route, routes[index], style)).join('\n');
}

function formatRoute(
  { document: explained, notes }: RouteExplanation,
  route: RouteEvaluation | undefined,
  style: OutputStyle,
): string {
  const policy = explained.policy === undefined ? 'no policy' : objectWords(explained.policy);
  const head = `${targetWords(explained.target)}  ${explained.outcome}, ${policy}`;
  const why = route?.plan.outcome === 'Native' ? '' : (route?.plan.message ?? '');
  const reason = [route?.plan.reason, why].filter((part) => part !== undefined && part !== '').join(': ');
  const lines = [
    `${toned(visible(head), 'strong', style)}\n`,
    ...(reason === '' ? [] : [`${visible(reason)}\n`]),
    ...(route?.plan.losses ?? []).map(
      ({ code, message }) => `${toned(code, 'doubtful', style)}: ${visible(message)}\n`,
    ),
  ];
  if (explained.entries.length === 0) {
    return lines.join('');
  }
  const rows = explained.entries.map((entry, index) => entryRow(entry, notes[index] ?? ''));
  return `${lines.join('')}\n${formatTable(['field', 'value', 'from', ''], rows, style)}`;
}

function entryRow({ field, value, from, cutBy }: ExplainedEntry, note: string): readonly Cell[] {
  const text = String(value);
  return [field, cutBy === undefined ? text : { text, tone: 'bad' }, `${objectWords(from)} ${from.path}`, note];
}
