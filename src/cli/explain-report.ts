import type { RouteEvaluation } from '../evaluate.ts';
import type { ExplainedEntry, ExplainedRoute } from './explain-document.ts';
import { objectWords, targetWords } from './object-words.ts';
import { type OutputStyle, toned, visible } from './output-style.ts';
import { type Cell, formatTable } from './text-table.ts';

/** Routes for people, each with its entries and where they come from. */
export function formatExplanation(
  explained: readonly ExplainedRoute[],
  routes: readonly RouteEvaluation[],
  style: OutputStyle,
): string {
  return explained.map((route, index) => formatRoute(route, routes[index], style)).join('\n');
}

function formatRoute(explained: ExplainedRoute, route: RouteEvaluation | undefined, style: OutputStyle): string {
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
  const rows = explained.entries.map((entry) => entryRow(entry));
  return `${lines.join('')}\n${formatTable(['field', 'value', 'from', ''], rows, style)}`;
}

function entryRow({ field, value, from, cutBy }: ExplainedEntry): readonly Cell[] {
  const place = `${objectWords(from)} ${from.path}`;
  if (cutBy === undefined) {
    return [field, String(value), place, ''];
  }
  const harm = cutBy.witness === undefined ? '' : `; lets in ${cutBy.witness}`;
  return [field, { text: String(value), tone: 'bad' }, place, `cut by ${cutBy.name} ${cutBy.path}${harm}`];
}
