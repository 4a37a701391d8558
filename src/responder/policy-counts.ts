/** Requests of one policy by what was decided: plain numbers, because each request adds to one. */
export type PolicyCounts = {
  preflightsGranted: number;
  preflightsRefused: number;
  requestsGranted: number;
  requestsRefused: number;
  /** Neither: requests without Origin, and all where no policy governs. */
  requestsPassed: number;
};

/** One policy's counts under the name that a metric shows. */
export type NamedCounts = { readonly policy: string; readonly counts: Readonly<PolicyCounts> };

/** Counts of all policies, with bounded memory and bounded metrics however many there are and come and go. */
export type CountRegistry = {
  /** @param policy `namespace/name`; "" for routes that no policy governs */
  readonly countsOf: (policy: string) => PolicyCounts;
  /** Lets go of policies that no longer exist; what they counted stays. */
  readonly retain: (policies: ReadonlySet<string>) => void;
  /** By name; `other` holds those for which there was no room, `none` requests that no policy governs. */
  readonly read: () => readonly NamedCounts[];
};

/**
 * @param maximumNames policies with a name of their own in metrics: the first that were asked about. A name is kept for
 * ever, since a count that moves would look like a restart.
 */
export function createCountRegistry(maximumNames: number): CountRegistry {
  const named = new Map<string, PolicyCounts>();
  const unnamed = new Map<string, PolicyCounts>();
  const retired = noCounts();
  const none = noCounts();
  const nameActive = (): void => {
    for (const [policy, counts] of unnamed) {
      if (named.size < maximumNames && isUsed(counts)) {
        named.set(policy, counts);
        unnamed.delete(policy);
      }
    }
  };
  return {
    countsOf(policy) {
      if (policy === '') {
        return none;
      }
      const counts = named.get(policy) ?? unnamed.get(policy) ?? noCounts();
      if (!named.has(policy)) {
        unnamed.set(policy, counts);
      }
      return counts;
    },
    retain(policies) {
      nameActive();
      for (const [policy, counts] of unnamed) {
        if (!policies.has(policy)) {
          add(retired, counts);
          unnamed.delete(policy);
        }
      }
    },
    read() {
      nameActive();
      const other = { ...retired };
      for (const counts of unnamed.values()) {
        add(other, counts);
      }
      return [
        ...[...named].map(([policy, counts]) => ({ policy, counts })),
        { policy: 'other', counts: other },
        { policy: 'none', counts: none },
      ];
    },
  };
}

function noCounts(): PolicyCounts {
  return { preflightsGranted: 0, preflightsRefused: 0, requestsGranted: 0, requestsRefused: 0, requestsPassed: 0 };
}

function isUsed(counts: PolicyCounts): boolean {
  return Object.values(counts).some((count) => count > 0);
}

function add(sum: PolicyCounts, counts: PolicyCounts): void {
  sum.preflightsGranted += counts.preflightsGranted;
  sum.preflightsRefused += counts.preflightsRefused;
  sum.requestsGranted += counts.requestsGranted;
  sum.requestsRefused += counts.requestsRefused;
  sum.requestsPassed += counts.requestsPassed;
}
