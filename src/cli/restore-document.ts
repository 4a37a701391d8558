import type { RestoreReport } from '../apply/restore.ts';
import type { LeftAlone } from '../apply/write-outcome.ts';
import type { ObjectRef } from '../model/reference.ts';

/** What `restore` says: a stable contract. */
export type RestoreDocument = {
  /** Nothing was written: it says what would be. */
  readonly dryRun: boolean;
  /** Everything on which something of the operator was found, targets first. */
  readonly objects: readonly RestoredObject[];
  readonly counts: RestoreCounts;
};

/** One object, and what became of it. */
export type RestoredObject = {
  readonly object: ObjectRef;
  readonly result: RestoreReport['result'];
  /** Keys that were not put back, and why. */
  readonly leftAlone: readonly LeftAlone[];
  /** Why it was refused. */
  readonly message?: string;
};

/** Objects by what became of them. */
export type RestoreCounts = {
  readonly restored: number;
  readonly deleted: number;
  readonly refused: number;
  readonly otherInstallation: number;
  /** Objects of which some keys were left alone. */
  readonly leftAlone: number;
  /** Nothing of the operator was there. */
  readonly untouched: number;
};

/** Sums up a restore. */
export function restoreDocument(reports: readonly RestoreReport[], mode: 'Written' | 'DryRun'): RestoreDocument {
  const found = reports.filter(({ result, leftAlone }) => result !== 'Nothing' || leftAlone.length > 0);
  const count = (wanted: RestoreReport['result']): number => reports.filter(({ result }) => result === wanted).length;
  return {
    dryRun: mode === 'DryRun',
    objects: found.map(({ object, result, leftAlone, message }) => ({
      object,
      result,
      leftAlone,
      ...(message === '' ? {} : { message }),
    })),
    counts: {
      restored: count('Restored'),
      deleted: count('Deleted'),
      refused: count('Refused'),
      otherInstallation: count('OtherInstallation'),
      leftAlone: reports.filter(({ leftAlone }) => leftAlone.length > 0).length,
      untouched: reports.length - found.length,
    },
  };
}

/** Something could not be put back. What somebody edited since is theirs: it is named, and hinders no uninstall. */
export function isIncomplete({ counts: { refused } }: RestoreDocument): boolean {
  return refused > 0;
}
