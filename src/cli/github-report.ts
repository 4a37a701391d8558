import type { Issue, Severity } from '../model/issue.ts';
import { objectWords } from './object-words.ts';
import { splitSource } from './source-order.ts';

/**
 * Issues as workflow commands, which GitHub shows beside the lines of a pull request.
 *
 * @see https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 */
export function githubReport(issues: readonly Issue[]): string {
  return issues
    .map((issue) => `::${commands[issue.severity]} ${properties(issue)}::${data(messageOf(issue))}\n`)
    .join('');
}

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

function properties({ source, reason }: Issue): string {
  const place = splitSource(source);
  const fields = [
    ...(place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`]),
    `title=${reason}`,
  ];
  return fields.join(',');
}

function messageOf({ object, path, message, suggestion, witness }: Issue): string {
  const where = [object && objectWords(object), path].filter((part) => part !== undefined && part !== '').join(' ');
  const help = [suggestion && `write ${suggestion}`, witness && `lets in ${witness}`].filter(
    (part) => part !== undefined,
  );
  return [where === '' ? message : `${where}: ${message}`, ...help].join('; ');
}

/** A line feed would begin another command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
