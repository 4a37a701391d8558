/** Types of the conditions of our kinds. */
export type ConditionType = 'Accepted' | 'ResolvedRefs' | 'Programmed' | 'Contended' | 'Active' | 'Ready';

/** Reasons of conditions. A closed set. */
export type ConditionReason =
  | 'Accepted'
  | 'Invalid'
  | 'Conflicted'
  | 'TargetNotFound'
  | 'TargetKindNotInstalled'
  | 'ExceedsGuardrail'
  | 'Narrowed'
  | 'TooMany'
  | 'ResolvedRefs'
  | 'NotFound'
  | 'KeyNotFound'
  | 'NotLabelled'
  | 'LineInvalid'
  | 'Programmed'
  | 'ProgrammedWithLosses'
  | 'PartiallyProgrammed'
  | 'NotExpressible'
  | 'Pending'
  | 'AuditMode'
  | 'TargetFull'
  | 'RestorePending'
  | 'WriteRefused'
  | 'Contended'
  | 'Active'
  | 'Expired'
  | 'ExceptionInactive'
  | 'Ready';

/** A condition without its transition time, which only whoever writes it knows. */
export type Condition = {
  readonly type: ConditionType;
  readonly status: 'True' | 'False';
  readonly reason: ConditionReason;
  readonly message: string;
  readonly observedGeneration: number;
};

/** A condition before it is known which generation it speaks of. */
export type Finding = Omit<Condition, 'observedGeneration'>;

/** Bytes of a condition's message that the API server accepts. */
const MAX_MESSAGE = 32_768;

/** How many things of one sort a message names. */
const NAMED = 10;

/** Conditions of one generation of an object, messages cut to what may be stored. */
export function conditionsOf(generation: number, findings: readonly Finding[]): readonly Condition[] {
  return findings.map((finding) => ({
    ...finding,
    message: boundedMessage(finding.message),
    observedGeneration: generation,
  }));
}

/** The first ones by name, then how many more. */
export function nameSome<T>(items: readonly T[], nameOf: (item: T) => string): string {
  return joinSome(items, nameOf, ', ');
}

/** A sentence each about the first ones, then how many more there are. */
export function tellSome<T>(items: readonly T[], tell: (item: T) => string): string {
  return joinSome(items, tell, '; ');
}

/** A number with its noun: `1 route`, `2 routes`. */
export function countOf(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

function joinSome<T>(items: readonly T[], textOf: (item: T) => string, separator: string): string {
  const more = items.length - NAMED;
  const told = items.slice(0, NAMED).map(textOf).join(separator);
  return more > 0 ? `${told} and ${more} more` : told;
}

/** Up to three bytes a UTF-16 unit: a third of the room is safe for every text. */
function boundedMessage(message: string): string {
  const room = Math.floor(MAX_MESSAGE / 3);
  return message.length <= room ? message : `${message.slice(0, room - 1)}…`;
}
