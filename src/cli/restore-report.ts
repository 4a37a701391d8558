import type { RestoreReport } from '../apply/restore.ts';
import type { LeftAlone } from '../apply/write-outcome.ts';
import { objectWords } from './object-words.ts';
import { type OutputStyle, type Tone, toned } from './output-style.ts';
import type { RestoreCounts, RestoreDocument, RestoredObject } from './restore-document.ts';
import { type Cell, formatTable } from './text-table.ts';

/** One line per object for people, and how many there are. */
export function formatRestore({ dryRun, objects, counts }: RestoreDocument, style: OutputStyle): string {
  const table = objects.length === 0 ? '' : `${formatTable(['object', 'result', ''], objects.map(objectRow), style)}\n`;
  const lead = dryRun ? 'dry run, nothing was written: ' : '';
  return `${table}${lead}${countText(counts, style)}\n`;
}

const tones: Readonly<Record<RestoreReport['result'], Tone>> = {
  Restored: 'good',
  Deleted: 'good',
  Nothing: 'quiet',
  OtherInstallation: 'quiet',
  Refused: 'bad',
};

function objectRow({ object, result, leftAlone, message }: RestoredObject): readonly Cell[] {
  const why = [message ?? hints[result] ?? '', ...leftAlone.map(leftWords)].filter((part) => part !== '');
  return [objectWords(object), { text: result, tone: tones[result] }, why.join('; ')];
}

const hints: Partial<Record<RestoreReport['result'], string>> = {
  OtherInstallation: 'another installation wrote it: --instance names that',
};

const reasons: Readonly<Record<LeftAlone['reason'], string>> = {
  Edited: 'somebody changed it since',
  NotOurs: 'it is no key that the operator writes',
  NotRestorable: 'what stood there before cannot be put back, so that it was removed',
  Wider: 'what stood there before is wider than a guardrail',
};

function leftWords({ annotation, reason }: LeftAlone): string {
  return `${annotation}: ${reasons[reason]}`;
}

function countText(
  { restored, deleted, refused, leftAlone, otherInstallation }: RestoreCounts,
  style: OutputStyle,
): string {
  const facts = [
    toned(`${restored} restored`, 'good', style),
    `${deleted} deleted`,
    ...(leftAlone > 0 ? [toned(`${leftAlone} with keys left alone`, 'doubtful', style)] : []),
    ...(refused > 0 ? [toned(`${refused} refused`, 'bad', style)] : []),
    ...(otherInstallation > 0 ? [`${otherInstallation} of another installation`] : []),
  ];
  return facts.join(', ');
}
