import type { Loss } from '../model/route-reason.ts';
import { compareText } from '../model/text-order.ts';

/** Losses by code, each code once: the first message given for it. */
export function sortedLosses(losses: readonly Loss[]): readonly Loss[] {
  const byCode = new Map<string, Loss>();
  for (const loss of losses) if (!byCode.has(loss.code)) byCode.set(loss.code, loss);
  return [...byCode.values()].sort((left, right) => compareText(left.code, right.code));
}
