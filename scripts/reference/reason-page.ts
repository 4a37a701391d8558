import {
  FIELD_REASONS,
  HEADER_REASONS,
  INPUT_REASONS,
  METHOD_REASONS,
  ORIGIN_REASONS,
  REGEX_REASONS,
  STATUS_REASONS,
} from '../../src/model/issue-reason.ts';
import type { ReasonGravity } from '../../src/model/reasons/reason-info.ts';
import { reasonTable } from '../../src/model/reasons/reason-table.ts';

type Reason = keyof typeof reasonTable;

/** Families of reasons with their titles, in the order of the validation table. */
const FAMILIES: readonly { readonly title: string; readonly reasons: readonly Reason[] }[] = [
  { title: 'Origins', reasons: ORIGIN_REASONS },
  { title: 'Regular expressions', reasons: REGEX_REASONS },
  { title: 'Methods', reasons: METHOD_REASONS },
  { title: 'Headers', reasons: HEADER_REASONS },
  { title: 'Other fields', reasons: FIELD_REASONS },
  { title: 'Files and objects', reasons: INPUT_REASONS },
  { title: 'Objects that do not act', reasons: STATUS_REASONS },
];

const GRAVITIES: Readonly<Record<ReasonGravity, string>> = {
  Error: 'error',
  Warning: 'warning',
  Info: 'info',
  Credentials: 'error with credentials, else warning',
  Enforcement: "by the guardrail's `enforcement`",
};

/** The reference page of all reasons, in Markdown. */
export function reasonPage(): string {
  return [
    '# Reasons',
    '',
    'Every problem has a reason from this closed set, the same at admission, in `lint` and in status. An error stops its object or',
    'entry; a warning does not, and the annotation `cors-operator.dev/accept: Reason1,Reason2` on the object silences it there.',
    'Generated from `src/model/reasons`.',
    '',
    ...FAMILIES.flatMap(({ title, reasons }) => [`## ${title}`, '', ...table(reasons), '']),
  ].join('\n');
}

function table(reasons: readonly Reason[]): readonly string[] {
  return ['| reason | severity | what it means | what to do |', '| --- | --- | --- | --- |', ...reasons.map(row)];
}

function row(reason: Reason): string {
  const { gravity, meaning, remedy } = reasonTable[reason];
  return `| \`${reason}\` | ${GRAVITIES[gravity]} | ${cell(meaning)} | ${cell(remedy)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
