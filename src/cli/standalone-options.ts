import type { z } from 'zod';
import type { StandaloneOptions } from '../config.ts';
import type { standaloneFlags } from './command-flags.ts';
import { UsageError } from './exit-code.ts';
import { settingsFlags } from './settings-flags.ts';
import { outputProblem } from './written-manifests.ts';

/**
 * What `standalone` runs with, from its flags.
 *
 * @throws UsageError when the flags contradict each other
 */
export async function standaloneOptions(flags: z.infer<typeof standaloneFlags>): Promise<StandaloneOptions> {
  if (flags.filename.includes('-')) {
    throw new UsageError('standalone watches what it reads, so it cannot read standard input: name a file or folder');
  }
  const problem = flags.output === undefined ? undefined : await outputProblem(flags.output, flags.filename);
  if (problem !== undefined) {
    throw new UsageError(`--output: ${problem}`);
  }
  return {
    paths: flags.filename,
    defaultNamespace: flags.namespace,
    settings: settingsFlags(flags),
    listen: flags.listen,
    admin: flags.admin,
    adminHosts: flags.adminHost,
    upstreams: flags.upstream,
    defaultUpstream: flags.defaultUpstream,
    output: flags.output,
    logLevel: flags.logLevel,
    logFormat: flags.logFormat,
  };
}
