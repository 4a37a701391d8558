import type { z } from 'zod';
import { releaseBreakGlass } from '../kube/lease-hold.ts';
import { needCluster, withCluster } from './cluster-connection.ts';
import type { resumeFlags } from './command-flags.ts';
import { formatDocument } from './document-format.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { type Io, writeText } from './io.ts';
import { type LeasePlace, leasePlace } from './operator-lease.ts';

/** What `resume` says: a stable contract. */
type ResumeDocument = {
  /** False when break-glass was not in force. */
  readonly released: boolean;
  readonly lease: LeasePlace;
};

/** Ends break-glass; nothing happens where it is not in force. */
export async function runResume(io: Io, flags: z.infer<typeof resumeFlags>): Promise<ExitCode> {
  const access = await needCluster(io, flags);
  const lease = leasePlace(flags);
  const released = await withCluster(access, 'resume', ({ client }) =>
    releaseBreakGlass({ client, ...lease, identity: 'resume' }),
  );
  const document: ResumeDocument = { released, lease };
  await writeText(
    io.stdout,
    formatDocument(document, flags.output, () => resumeText(document)),
  );
  return EXIT.fine;
}

function resumeText({ released, lease: { namespace, name } }: ResumeDocument): string {
  return released
    ? `Lease ${namespace}/${name} is released: controllers write again\n`
    : `Lease ${namespace}/${name} is not held by break-glass: nothing to release\n`;
}
