import { type OutputStyle, type Tone, toned, visible } from './output-style.ts';

/** One cell: its text, and how it looks. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

/**
 * A table for people: columns as wide as what they hold, two spaces between them, a head in capitals. The last column is
 * cut where the terminal ends; nothing is wrapped.
 *
 * @param head titles of the columns
 * @returns lines that each end with a line feed
 */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[], style: OutputStyle): string {
  const lines = [head.map((title): Cell => ({ text: title.toUpperCase(), tone: 'quiet' })), ...rows];
  const widths = head.map((_, column) =>
    lines.reduce((width, line) => Math.max(width, textOf(line[column]).length), 0),
  );
  return lines.map((line) => formatLine(line, widths, style)).join('');
}

/** Cuts text to a width; the beginning stays, where reasons stand. */
function cutText(text: string, width: number): string {
  return text.length <= width || width < 1 ? text : `${text.slice(0, width - 1).trimEnd()}…`;
}

function formatLine(line: readonly Cell[], widths: readonly number[], style: OutputStyle): string {
  let used = 0;
  const cells = line.map((cell, column) => {
    const last = column === line.length - 1;
    const width = last ? lastWidth(used, style) : (widths[column] ?? 0);
    used += width + 2;
    const text = last ? cutText(textOf(cell), width) : textOf(cell).padEnd(width);
    return toned(text, typeof cell === 'string' ? 'plain' : cell.tone, style);
  });
  return `${cells.join('  ').trimEnd()}\n`;
}

/** A column narrower than this says nothing any more; then lines are longer than the terminal. */
const MIN_LAST_WIDTH = 24;

function lastWidth(used: number, style: OutputStyle): number {
  return style.columns === undefined ? Number.MAX_SAFE_INTEGER : Math.max(style.columns - used, MIN_LAST_WIDTH);
}

function textOf(cell: Cell | undefined): string {
  return visible(typeof cell === 'string' ? cell : (cell?.text ?? ''));
}
