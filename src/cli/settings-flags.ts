import type { ClassAssignment, SettingsFlags } from '../config.ts';

/** Flags that say which dialects classes speak. */
export type DialectFlags = {
  readonly class: readonly ClassAssignment[];
  readonly dialect?: string | undefined;
  readonly dialectVersion?: string | undefined;
};

/** The flags that say which dialects classes speak, among those of a command. */
export function settingsFlags(flags: DialectFlags): SettingsFlags {
  return { classes: flags.class, dialect: flags.dialect, dialectVersion: flags.dialectVersion };
}
