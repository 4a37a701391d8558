import { structuredPatch } from 'diff';
import { type OutputStyle, type Tone, toned, visible } from './output-style.ts';
import type { RenderedFile, RenderedPiece } from './rendered-manifests.ts';

/** Rendered files against their input, as a unified diff that names the objects which change. "" when nothing changes. */
export function formatDiff(files: readonly RenderedFile[], style: OutputStyle): string {
  return files.map((file) => fileDiff(file, style)).join('');
}

function fileDiff(file: RenderedFile, style: OutputStyle): string {
  const lines = file.pieces.some(isChanged) ? file.pieces.flatMap(pieceLines) : [];
  const hunks = cutHunks(lines).map((hunk) => formatHunk(hunk, style));
  if (hunks.length === 0) {
    return '';
  }
  const path = visible(file.path === '-' ? 'stdin' : file.path.replace(/^(?:\.?\/)+/, ''));
  return `${toned(`--- a/${path}`, 'strong', style)}\n${toned(`+++ b/${path}`, 'strong', style)}\n${hunks.join('')}`;
}

function isChanged({ before, after }: RenderedPiece): boolean {
  return before !== after;
}

/** A line of a diff. */
type DiffLine = {
  /** Its mark, which is a space, `+` or `-`, and the line. */
  readonly text: string;
  /** The last line of a side, without a line feed. */
  readonly unterminated: boolean;
  readonly title: string;
};

/**
 * All lines of a piece. Piece by piece, since comparing a whole file takes the square of the number of lines that change in
 * it.
 */
function pieceLines(piece: RenderedPiece): readonly DiffLine[] {
  const { before, title } = piece;
  if (isChanged(piece)) {
    return changedLines(piece);
  }
  const texts = before.split('\n');
  const unterminated = texts.at(-1) !== '';
  const lines = unterminated ? texts : texts.slice(0, -1);
  return lines.map((line, index) => ({
    text: ` ${line}`,
    unterminated: unterminated && index === lines.length - 1,
    title,
  }));
}

function changedLines({ before, after, title }: RenderedPiece): readonly DiffLine[] {
  const { hunks } = structuredPatch('', '', before, after, '', '', { context: Number.POSITIVE_INFINITY });
  const texts = hunks.flatMap(({ lines }) => lines);
  return texts.flatMap((text, index) =>
    isUnterminatedMark(text) ? [] : [{ text, unterminated: isUnterminatedMark(texts[index + 1]), title }],
  );
}

/** Line of a diff that says about the one in front of it that it has no line feed. */
const UNTERMINATED = '\\ No newline at end of file';

function isUnterminatedMark(text: string | undefined): boolean {
  return text === UNTERMINATED;
}

/** Part of a file: the lines that change with those around them, and how many lines of either side stand in front of it. */
type Hunk = {
  readonly lines: readonly DiffLine[];
  readonly passed: { readonly old: number; readonly new: number };
};

/** Lines that stay, before and after those that change, as every diff shows them. */
const CONTEXT = 3;

function cutHunks(lines: readonly DiffLine[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let passed = { old: 0, new: 0 };
  let start = 0;
  for (const { first, last } of changedRanges(lines)) {
    const begin = Math.max(first - CONTEXT, start);
    const end = last + CONTEXT + 1;
    passed = advance(passed, lines.slice(start, begin));
    const hunk = { lines: lines.slice(begin, end), passed };
    hunks.push(hunk);
    passed = advance(passed, hunk.lines);
    start = end;
  }
  return hunks;
}

type Range = { readonly first: number; readonly last: number };

/** Changes whose context would touch are one. */
function changedRanges(lines: readonly DiffLine[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const [index, { text }] of lines.entries()) {
    if (text.startsWith(' ')) {
      continue;
    }
    const current = ranges.at(-1);
    if (current === undefined || index - current.last > 2 * CONTEXT + 1) {
      ranges.push({ first: index, last: index });
    } else {
      ranges[ranges.length - 1] = { first: current.first, last: index };
    }
  }
  return ranges;
}

function advance(passed: Hunk['passed'], lines: readonly DiffLine[]): Hunk['passed'] {
  return { old: passed.old + count(lines, '-'), new: passed.new + count(lines, '+') };
}

/** Lines of one side, those of both sides included. */
function count(lines: readonly DiffLine[], mark: '-' | '+'): number {
  return lines.filter(({ text }) => text.startsWith(' ') || text.startsWith(mark)).length;
}

function formatHunk({ lines, passed }: Hunk, style: OutputStyle): string {
  const head = `@@ -${rangeText(passed.old, count(lines, '-'))} +${rangeText(passed.new, count(lines, '+'))} @@`;
  const changed = lines.filter(({ text, title }) => !text.startsWith(' ') && title !== '');
  const title = [...new Set(changed.map((line) => line.title))].join(', ');
  const shown = lines.map(
    ({ text, unterminated }) =>
      `${toned(visible(text), lineTone(text), style)}\n${unterminated ? `${UNTERMINATED}\n` : ''}`,
  );
  return `${toned(head, 'quiet', style)}${title === '' ? '' : ` ${visible(title)}`}\n${shown.join('')}`;
}

/** A side without lines names the line in front of it. */
function rangeText(passed: number, length: number): string {
  return `${length === 0 ? passed : passed + 1},${length}`;
}

function lineTone(line: string): Tone {
  if (line.startsWith('+')) {
    return 'good';
  }
  return line.startsWith('-') ? 'bad' : 'plain';
}
