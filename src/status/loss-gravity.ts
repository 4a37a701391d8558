import type { CosmeticLoss, LossCode } from '../model/route-reason.ts';

const COSMETIC: Readonly<Record<CosmeticLoss, true>> = {
  VaryUnspecified: true,
  InterceptsAllOptions: true,
  InterceptsMatchingOptions: true,
  PreflightHeadersOnActual: true,
  HeadersOnMismatch: true,
  CredentialsOnMismatch: true,
  OriginWithoutRequestOrigin: true,
  LiteralStar: true,
  EchoInsteadOfStar: true,
  StaticOrigin: true,
  Status200: true,
  PreflightOnlyHeaders: true,
  DivergesFromIngressNginx: true,
  ListenerWide: true,
  PlaceholderHeader: true,
  PlaceholderMaxAge: true,
  MinimumMaxAge: true,
  SuffixMatch: true,
};

/** Whether no browser's decision changes by a loss. */
export function isCosmetic(code: LossCode): boolean {
  return Object.hasOwn(COSMETIC, code);
}
