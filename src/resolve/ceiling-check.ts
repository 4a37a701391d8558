import type { Snapshot } from '../model/snapshot.ts';
import { ceilingExcess, type StandingGrant } from './ceiling-excess.ts';
import { compileClusterPolicies, governanceByNamespace } from './governance.ts';
import { createMemory, type ResolutionMemory } from './snapshot-resolution.ts';

export type { StandingGrant } from './ceiling-excess.ts';

/**
 * Makes the question whether something that stood in a namespace before any policy of ours goes beyond a guardrail that is
 * enforced there. What is not proven inside is beyond; exceptions are for policies, and count for nothing here.
 */
export function createCeilingCheck(
  snapshot: Snapshot,
  memory: ResolutionMemory = createMemory(),
): (namespace: string, grant: StandingGrant) => boolean {
  const lists = { objects: snapshot.originLists, readingsOf: memory.readingsOf };
  const compiled = compileClusterPolicies(snapshot, lists, memory.ceilings);
  const governanceOf = governanceByNamespace(compiled, snapshot);
  return (namespace, grant) =>
    governanceOf(namespace).ceilings.some(
      (ceiling) => ceiling.enforcement === 'Enforce' && ceilingExcess(grant, ceiling) !== undefined,
    );
}
