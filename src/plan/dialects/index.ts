import type { TargetRef } from '../../model/reference.ts';
import type { DialectChoice } from '../../model/settings.ts';
import { parseVersion } from '../controller-version.ts';
import type { Dialect, OwnEntry } from '../dialect.ts';
import { gatewayApi } from './gateway-api.ts';
import { ingressNginx } from './ingress-nginx.ts';
import { traefik } from './traefik.ts';

/** Every dialect of this build, in the order in which they are asked whether a class is theirs. */
export const dialects: readonly Dialect[] = [ingressNginx, traefik, gatewayApi];

/** A dialect by its name; undefined when this build does not speak it. */
export function dialectByName(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/** Whether an annotation is a key of some dialect to which a former value may come back; undefined: none stood there. */
export function isRestorable(annotation: string, original: string | undefined): boolean {
  return dialects.some((dialect) => dialect.isRestorable(annotation, original));
}

/** Entries in lists of a target that name objects of our own for it, in any dialect. */
export function ownEntries(target: TargetRef): readonly OwnEntry[] {
  return dialects.flatMap((dialect) => dialect.ownEntries(target));
}

/**
 * Parses `ingress-nginx` or `ingress-nginx@1.15.1`, as options and files write a dialect.
 *
 * @returns undefined when there is no such dialect, or the version is no version; {@link dialects} has the names
 */
export function parseDialectChoice(text: string): DialectChoice | undefined {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  if (dialectByName(name) === undefined) return undefined;
  if (at === -1) return { name };
  const version = text.slice(at + 1);
  return parseVersion(version) === undefined ? undefined : { name, version };
}
