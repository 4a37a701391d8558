import type { Issue, Severity } from '../issue.ts';
import type { ValidationReason } from '../issue-reason.ts';
import { reasonTable } from '../reasons/reason-table.ts';

/** What a finding may hold besides its reason, path and message. */
export type FindingDetail = {
  readonly suggestion?: string | undefined;
  readonly witness?: string | undefined;
  /** Whether the policy allows credentials: some reasons are errors only then. */
  readonly allowCredentials?: boolean;
};

/** An issue of one field, as grave as the validation table says. */
export function finding(reason: ValidationReason, path: string, message: string, detail: FindingDetail = {}): Issue {
  return {
    severity: severityOf(reason, detail.allowCredentials ?? false),
    reason,
    path,
    message,
    ...(detail.suggestion !== undefined && { suggestion: detail.suggestion }),
    ...(detail.witness !== undefined && { witness: detail.witness }),
  };
}

function severityOf(reason: ValidationReason, allowCredentials: boolean): Severity {
  const { gravity } = reasonTable[reason];
  switch (gravity) {
    case 'Error':
    case 'Enforcement':
      return 'error';
    case 'Warning':
      return 'warning';
    case 'Info':
      return 'info';
    case 'Credentials':
      return allowCredentials ? 'error' : 'warning';
  }
}
