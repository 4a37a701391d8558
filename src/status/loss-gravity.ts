import { COSMETIC_LOSSES, type LossCode } from '../model/route-reason.ts';

const cosmetic: ReadonlySet<LossCode> = new Set(COSMETIC_LOSSES);

/** Whether no browser's decision changes by a loss. */
export function isCosmetic(code: LossCode): boolean {
  return cosmetic.has(code);
}
