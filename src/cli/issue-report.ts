import type { Issue, Severity } from '../model/issue.ts';
import { objectWords } from './object-words.ts';
import { type OutputStyle, type Tone, toned, visible } from './output-style.ts';
import { splitSource } from './source-order.ts';

/**
 * Issues for people: under each file one line per issue with its line, and below it what helps: the value to write, an
 * origin that shows the harm. Ends with a line feed; "" without issues.
 */
export function formatIssues(issues: readonly Issue[], style: OutputStyle): string {
  const groups = Map.groupBy(issues, groupTitle);
  return [...groups].map(([title, group]) => formatGroup(title, group, style)).join('\n');
}

/** How many issues there are of each severity, in words. */
export function formatIssueCounts(issues: readonly Issue[], style: OutputStyle): string {
  const severities: readonly Severity[] = ['error', 'warning', 'info'];
  const counts = severities.map((severity) => {
    const count = issues.filter((issue) => issue.severity === severity).length;
    const plural = severity === 'info' || count === 1 ? severity : `${severity}s`;
    return toned(`${count} ${plural}`, count === 0 ? 'quiet' : tones[severity], style);
  });
  return `${counts.join(', ')}\n`;
}

const tones: Readonly<Record<Severity, Tone>> = { error: 'bad', warning: 'doubtful', info: 'quiet' };

function groupTitle({ source, object }: Issue): string {
  const file = splitSource(source)?.file;
  const name = object && objectWords(object);
  return [file, name].filter((part) => part !== undefined).join('  ');
}

function formatGroup(title: string, issues: readonly Issue[], style: OutputStyle): string {
  const widths = {
    line: Math.max(...issues.map(({ source }) => lineText(source).length)),
    reason: Math.max(...issues.map(({ reason }) => reason.length)),
  };
  const lines = issues.map((issue) => formatIssue(issue, widths, style));
  const head = title === '' ? '' : `${toned(visible(title), 'strong', style)}\n`;
  return `${head}${lines.join('')}`;
}

function lineText(source: string | undefined): string {
  return /:(\d+)$/.exec(source ?? '')?.[1] ?? '';
}

type Widths = { readonly line: number; readonly reason: number };

/** The reason stands before the message, so that it is read also where lines are cut. */
function formatIssue(issue: Issue, widths: Widths, style: OutputStyle): string {
  const line = widths.line === 0 ? '' : `${toned(lineText(issue.source).padStart(widths.line), 'quiet', style)}  `;
  const severity = toned(issue.severity.padEnd('warning'.length), tones[issue.severity], style);
  const reason = toned(issue.reason.padEnd(widths.reason), 'strong', style);
  const path = issue.path === '' || issue.message.includes(issue.path) ? '' : `${visible(issue.path)}: `;
  const indent = ' '.repeat(2 + (widths.line === 0 ? 0 : widths.line + 2) + 'warning'.length + 2 + widths.reason + 2);
  const help = helpLines(issue).map((text) => `${indent}${text}\n`);
  return `  ${line}${severity}  ${reason}  ${path}${visible(issue.message)}\n${help.join('')}`;
}

/** What the message does not say already. */
function helpLines({ message, suggestion, witness }: Issue): readonly string[] {
  return [
    ...(suggestion === undefined || message.includes(suggestion) ? [] : [`write ${visible(suggestion)}`]),
    ...(witness === undefined || message.includes(witness) ? [] : [`lets in ${visible(witness)}`]),
  ];
}
