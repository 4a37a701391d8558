import { isSameJson } from '../model/json-equality.ts';
import { type Fields, isRecord } from '../model/object-shape.ts';

/**
 * A status as it is stored: every condition with the time since when its status is what it is.
 *
 * @param live `status` of the object as it stands, whatever it holds
 * @param now RFC 3339
 */
export function storedStatus(live: unknown, status: Fields, now: string): Fields {
  const former = isRecord(live) ? live : {};
  const wanted = plainJson(status);
  const conditions = withTimes(former['conditions'], wanted['conditions'], now);
  const ancestors = wanted['ancestors'];
  return {
    ...wanted,
    ...(conditions === undefined ? {} : { conditions }),
    ...(Array.isArray(ancestors) ? { ancestors: ancestors.map((each) => ancestorWithTimes(former, each, now)) } : {}),
  };
}

/** Whether a status stands as it is to be stored. */
export function isStatusStored(live: unknown, stored: Fields): boolean {
  return isSameJson(live, stored);
}

/** As the API server gives it back: without what is undefined. */
function plainJson(status: Fields): Fields {
  const plain: unknown = JSON.parse(JSON.stringify(status));
  return isRecord(plain) ? plain : {};
}

function withTimes(former: unknown, wanted: unknown, now: string): readonly Fields[] | undefined {
  if (!Array.isArray(wanted)) return undefined;
  const known: readonly unknown[] = Array.isArray(former) ? former : [];
  return wanted.filter(isRecord).map((condition) => {
    const before = known.filter(isRecord).find(({ type }) => type === condition['type']);
    const since = before?.['status'] === condition['status'] ? before?.['lastTransitionTime'] : undefined;
    return { ...condition, lastTransitionTime: typeof since === 'string' ? since : now };
  });
}

function ancestorWithTimes({ ancestors }: Fields, wanted: unknown, now: string): unknown {
  if (!isRecord(wanted)) return wanted;
  const known: readonly unknown[] = Array.isArray(ancestors) ? ancestors : [];
  const former = known.filter(isRecord).find((each) => isSameAncestor(each, wanted));
  const conditions = withTimes(former?.['conditions'], wanted['conditions'], now);
  return conditions === undefined ? wanted : { ...wanted, conditions };
}

function isSameAncestor(left: Fields, right: Fields): boolean {
  return left['controllerName'] === right['controllerName'] && isSameJson(left['ancestorRef'], right['ancestorRef']);
}
