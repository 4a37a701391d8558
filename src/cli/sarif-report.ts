import type { Issue, Severity } from '../model/issue.ts';
import { objectWords } from './object-words.ts';
import { programVersion } from './program-version.ts';
import { splitSource } from './source-order.ts';

/**
 * Issues as SARIF, for code scanning.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifReport(issues: readonly Issue[]): string {
  const rules = [...new Set(issues.map(({ reason }) => reason))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'cors-operator', version: programVersion, rules: rules.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: issues.map((issue) => resultOf(issue, rules.indexOf(issue.reason))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

function resultOf(issue: Issue, ruleIndex: number): unknown {
  const help = [issue.suggestion && `Write ${issue.suggestion}.`, issue.witness && `Lets in ${issue.witness}.`];
  const text = [issue.message, ...help.filter((part) => part !== undefined)].join(' ');
  return {
    ruleId: issue.reason,
    ruleIndex,
    level: levels[issue.severity],
    message: { text },
    locations: [{ ...physicalLocation(issue), ...logicalLocation(issue) }],
  };
}

function physicalLocation({ source }: Issue): object {
  const place = splitSource(source);
  if (place === undefined) {
    return {};
  }
  const uri = place.file.split('/').map(encodeURIComponent).join('/');
  return { physicalLocation: { artifactLocation: { uri }, region: { startLine: place.line } } };
}

function logicalLocation({ object, path }: Issue): object {
  if (object === undefined) {
    return {};
  }
  const name = objectWords(object);
  return { logicalLocations: [{ name, fullyQualifiedName: path === '' ? name : `${name} ${path}` }] };
}
