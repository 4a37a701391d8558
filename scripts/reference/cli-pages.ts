import type { z } from 'zod';
import { type CommandInfo, commandTable } from '../../src/cli/command-table.ts';
import { defaultText, flagMeta } from '../../src/config.ts';
import { fileSettingsSchema } from '../../src/sources/file-settings.ts';
import { commandNotes } from './command-notes.ts';

/** The reference page of the command line, in Markdown. */
export function cliPage(): string {
  return [
    '# Command line',
    '',
    'In a checkout: `npm run -s cli -- <command> …`. A program file that is called `kubectl-cors` is `kubectl cors`. Generated from',
    '`src/cli`.',
    '',
    '| exit code | means |',
    '| --- | --- |',
    '| 0 | fine |',
    '| 1 | findings: an issue of severity error (`lint`: of the severity that `--fail-on` says), a refusal in `check`, nothing found in `explain`, a difference in `diff`, something refused in `restore` |',
    '| 2 | wrong usage, or some file, document, setting or kind could not be read: what is said about the rest is not complete |',
    '| 3 | the cluster could not be asked |',
    '',
    'Results go to standard output, everything else to standard error. Colour is used on a terminal only, and not with `NO_COLOR`.',
    '',
    '## What is read',
    '',
    '* Files and folders, YAML or JSON, several documents in one file, `kind: List` and typed lists. In folders, recursively and in',
    '  byte order: `*.yaml`, `*.yml`, `*.json`. Left out: hidden files and folders, and `kustomization.yaml`, which is no manifest.',
    '  Links are followed; what several lead to is read once.',
    '* Plain values mean what they mean to `kubectl`: `on`, `yes` and `n` are booleans, `0777` is octal, `1_000` a number.',
    '* Refused, each with file and line, and without losing other documents: anchors, aliases and merge keys, duplicate keys, tags',
    '  outside of the YAML core schema, keys like `__proto__`, deep nesting, very large documents, pipes and devices.',
    '* `.cors-operator.yaml` in a named folder, or beside a named file: see [configuration](configuration.md).',
    '',
    '## A cluster',
    '',
    'Without `-f`, `lint`, `render`, `diff`, `check` and `explain` read the cluster that kubectl would ask, or the one that `--kubeconfig` and',
    '`--context` name. All of it is evaluated, as the controller does; what is shown is the namespace of the context, the one of `-n`, or',
    'with `-A` all of them and what belongs to none. Nothing is written.',
    '',
    '* A needed kind that the account may not list in all namespaces is an error, `KindHidden`, and exit code 2: what is said is not complete.',
    '  Where the account may list it in the namespace that is shown, that is read, with a warning.',
    '* A kind of ours that is not installed is a warning, `KindMissing`; of the Gateway API or Traefik an info.',
    "* Guardrails read ConfigMaps of the operator's own namespace, which `--operator-namespace` names.",
    '',
    ...commandTable.flatMap(commandSection),
  ].join('\n');
}

/** The reference page of flags, their environment twins and the settings file, in Markdown. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Flags win over environment variables, and both over the settings file. In a variable, commas separate the values of a flag that',
    'may be given several times. Generated from the schemas that read them.',
    '',
    '| flag | environment variable | default | commands | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...flagRows(),
    '',
    ...settingsSection(),
  ].join('\n');
}

/** One row per flag; one that means something else in another command has two. */
function flagRows(): readonly string[] {
  const commands = new Map<string, string[]>();
  for (const { name, flags } of commandTable) {
    for (const schema of Object.values(flags.shape)) {
      const { flags: written, environment, description } = flagMeta(schema);
      if (environment === undefined) continue;
      const cells = [code(written), code(environment), defaultCell(schema), COMMANDS, description];
      const key = row(...cells);
      commands.set(key, [...(commands.get(key) ?? []), name]);
    }
  }
  return [...commands].map(([key, names]) => key.replace(COMMANDS, names.join(', ')));
}

/** Stands in a row until all of its commands are known. */
const COMMANDS = '{commands}';

function defaultCell(schema: z.ZodType): string {
  const text = defaultText(schema) ?? '';
  return text.includes(' ') ? text : code(text);
}

function settingsSection(): readonly string[] {
  return [
    '## The settings file',
    '',
    '`.cors-operator.yaml` lies in a folder that `-f` names, or beside a file that it names. Unknown settings are errors.',
    '',
    '| setting | meaning |',
    '| --- | --- |',
    ...Object.entries(fileSettingsSchema.shape).map(([name, schema]) =>
      row(code(name), schema.meta()?.description ?? ''),
    ),
    '',
    '```yaml',
    'classes:',
    '  nginx: ingress-nginx@1.15.1',
    'responder: Standalone',
    'operatorNamespace: cors-operator',
    '```',
    '',
  ];
}

function commandSection(info: CommandInfo): readonly string[] {
  const flags = Object.values(info.flags.shape);
  return [
    `## ${info.name}`,
    '',
    `${info.description.charAt(0).toUpperCase()}${info.description.slice(1)}.`,
    '',
    '```',
    `cors-operator ${info.example}`,
    '```',
    '',
    ...(info.argument === undefined ? [] : [`\`${info.argument.syntax}\`: ${info.argument.description}.`, '']),
    ...notesOf(info),
    '| flag | default | meaning |',
    '| --- | --- | --- |',
    ...flags.map((schema) => {
      const meta = flagMeta(schema);
      const repeatable = meta.repeatable === true ? ' (repeatable)' : '';
      return row(code(meta.flags), defaultCell(schema), `${meta.description}${repeatable}`);
    }),
    '',
  ];
}

function notesOf({ name }: CommandInfo): readonly string[] {
  const notes = commandNotes[name];
  return notes === undefined ? [] : [...notes, ''];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``;
}
