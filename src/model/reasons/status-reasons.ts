import type { STATUS_REASONS } from '../issue-reason.ts';
import type { ReasonInfo } from './reason-info.ts';

/** What is said about objects of ours that do not act as their author meant. */
export const statusReasons: Readonly<Record<(typeof STATUS_REASONS)[number], ReasonInfo>> = {
  Conflicted: {
    gravity: 'Warning',
    meaning:
      'Another policy of the same level governs the route, or another exception applies to the policy: the older one, then the first by name.',
    remedy: 'Remove one of the two, or let them name different routes or policies.',
  },
  TargetNotFound: {
    gravity: 'Warning',
    meaning: 'A target does not exist in the namespace of the policy, or has no rule of that name.',
    remedy: 'Mend the name, or create the route.',
  },
  TargetKindNotInstalled: {
    gravity: 'Warning',
    meaning: 'The kind of a target is not installed in the cluster.',
    remedy: 'Install its CRD; the target is picked up then.',
  },
  TooMany: {
    gravity: 'Error',
    meaning: 'The namespace holds more policies or origins than one namespace may; the youngest are left out.',
    remedy: 'Join policies, or ask the platform team to raise the bound.',
  },
  NotFound: {
    gravity: 'Error',
    meaning: 'A ConfigMap that `allowOriginsFrom` names does not exist; the policy keeps its other entries.',
    remedy: 'Create it, or mend the name.',
  },
  KeyNotFound: {
    gravity: 'Error',
    meaning: 'The ConfigMap has no such key; the policy keeps its other entries.',
    remedy: 'Mend the key.',
  },
  NotLabelled: {
    gravity: 'Error',
    meaning: 'The ConfigMap does not have the label `cors-operator.dev/origins: "true"`, so no policy may read it.',
    remedy: 'Set the label if its contents may be known to whoever may write policies.',
  },
  LineInvalid: {
    gravity: 'Error',
    meaning: 'Lines of a list of origins are no origins; they are skipped.',
    remedy: 'Mend the lines that the message names.',
  },
  ExceptionInactive: {
    gravity: 'Warning',
    meaning:
      'The exception does nothing for a policy: the policy or the guardrail is not there, the guardrail is not valid, or it does not govern the policy.',
    remedy: 'Mend the name that the path points to, or delete the exception.',
  },
};
