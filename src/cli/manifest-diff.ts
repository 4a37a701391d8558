import { type StructuredPatchHunk, structuredPatch } from 'diff';
import { countLines } from '../sources/document-split.ts';
import { type OutputStyle, type Tone, toned, visible } from './output-style.ts';
import type { RenderedFile, RenderedPiece } from './rendered-manifests.ts';

/** Rendered files against their input, as a unified diff for people: context ends where a document does. "" when nothing changes. */
export function formatDiff(files: readonly RenderedFile[], style: OutputStyle): string {
  return files.map((file) => fileDiff(file, style)).join('');
}

function fileDiff(file: RenderedFile, style: OutputStyle): string {
  const hunks: string[] = [];
  let lines = { before: 0, after: 0 };
  for (const piece of file.pieces) {
    if (piece.before !== piece.after) {
      hunks.push(...pieceHunks(piece, lines).map((hunk) => formatHunk(hunk, piece.title, style)));
    }
    lines = { before: lines.before + lineCount(piece.before), after: lines.after + lineCount(piece.after) };
  }
  if (hunks.length === 0) {
    return '';
  }
  const path = visible(file.path === '-' ? 'stdin' : file.path.replace(/^(?:\.?\/)+/, ''));
  return `${toned(`--- a/${path}`, 'strong', style)}\n${toned(`+++ b/${path}`, 'strong', style)}\n${hunks.join('')}`;
}

function lineCount(text: string): number {
  return countLines(text, 0, text.length);
}

/** Every piece begins a line, so its lines are the file's. A hunk without old lines names the line before it. */
function pieceHunks(
  { before, after }: RenderedPiece,
  lines: { readonly before: number; readonly after: number },
): readonly StructuredPatchHunk[] {
  return structuredPatch('', '', before, after, '', '', { context: 3 }).hunks.map((hunk) => ({
    ...hunk,
    oldStart: hunk.oldStart + lines.before - (hunk.oldLines === 0 ? 1 : 0),
    newStart: hunk.newStart + lines.after,
  }));
}

function formatHunk(hunk: StructuredPatchHunk, title: string, style: OutputStyle): string {
  const head = `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`;
  const lines = hunk.lines.map((line) => `${toned(visible(line), lineTone(line), style)}\n`);
  return `${toned(head, 'quiet', style)} ${visible(title)}\n${lines.join('')}`;
}

function lineTone(line: string): Tone {
  if (line.startsWith('+')) {
    return 'good';
  }
  return line.startsWith('-') ? 'bad' : 'plain';
}
