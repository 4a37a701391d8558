import type { SettingsFlags } from '../config.ts';
import type { Issue } from '../model/issue.ts';
import type { DialectChoice, Settings } from '../model/settings.ts';
import { dialects, parseDialectChoice } from '../plan/dialects/index.ts';
import { inputIssue } from '../sources/input-issue.ts';
import type { FileSettings } from '../sources/manifests.ts';
import { UsageError } from './exit-code.ts';

/** Namespace of the operator where nothing says another. */
const OPERATOR_NAMESPACE = 'cors-operator';

/**
 * Settings from the settings files and from flags, which win. A class of a file whose dialect does not exist is an issue
 * and is left out.
 *
 * @throws UsageError when a flag names a dialect that does not exist
 */
export function mergeSettings(
  file: FileSettings,
  { settings: flags, responderDefault }: { settings: SettingsFlags; responderDefault: Settings['responder'] },
): { readonly settings: Settings; readonly issues: readonly Issue[] } {
  const fromFlags = flags.classes.map(({ name, dialect }) => [name, flagChoice('--class', dialect)] as const);
  const { choices, issues } = fileChoices(file);
  const dialect = dialectOverride(flags);
  return {
    settings: {
      operatorNamespace: file.operatorNamespace ?? OPERATOR_NAMESPACE,
      classes: Object.fromEntries([...choices, ...fromFlags]),
      responder: file.responder ?? responderDefault,
      ...(dialect === undefined ? {} : { dialect }),
    },
    issues,
  };
}

function dialectOverride({ dialect, dialectVersion }: SettingsFlags): DialectChoice | undefined {
  if (dialect === undefined) {
    if (dialectVersion !== undefined) {
      throw new UsageError(
        '--dialect-version needs --dialect beside it; for one class use --class NAME=DIALECT@VERSION',
      );
    }
    return undefined;
  }
  return flagChoice('--dialect', dialectVersion === undefined ? dialect : `${dialect}@${dialectVersion}`);
}

function flagChoice(flag: string, text: string): DialectChoice {
  const choice = parseDialectChoice(text);
  if (choice === undefined) {
    throw new UsageError(`${flag}: ${wrongChoice(text)}`);
  }
  return choice;
}

function wrongChoice(text: string): string {
  const [name = ''] = text.split('@');
  const names = dialects.map((dialect) => dialect.name);
  return names.some((known) => known === name)
    ? `${JSON.stringify(text)} does not end in a version: write DIALECT@VERSION, as in ingress-nginx@1.15.1`
    : `there is no dialect ${JSON.stringify(name)}: the dialects are ${names.join(', ')}`;
}

function fileChoices(file: FileSettings): {
  readonly choices: readonly (readonly [string, DialectChoice])[];
  readonly issues: readonly Issue[];
} {
  const choices: (readonly [string, DialectChoice])[] = [];
  const issues: Issue[] = [];
  for (const [name, text] of Object.entries(file.classes)) {
    const choice = parseDialectChoice(text);
    if (choice === undefined) {
      const source = file.sources[`classes.${name}`] ?? '';
      issues.push(inputIssue({ reason: 'SettingsInvalid', source, message: `classes.${name}: ${wrongChoice(text)}` }));
    } else {
      choices.push([name, choice]);
    }
  }
  return { choices, issues };
}
