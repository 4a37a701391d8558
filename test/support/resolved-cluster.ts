import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import { defaultSettings, type Settings } from '../../src/model/settings.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import type { EffectivePolicy, RouteResolution } from '../../src/resolve/resolution.ts';
import { resolveSnapshot, type SnapshotResolution } from '../../src/resolve/snapshot-resolution.ts';

/** Settings of tests: the operator lives in `cors-system`. */
export const testSettings: Settings = { ...defaultSettings, operatorNamespace: 'cors-system' };

/** The moment of tests, in milliseconds since 1970. */
export const TEST_TIME = Date.UTC(2026, 0, 1);

/** Resolves objects as a whole, as of {@link TEST_TIME} unless a test says otherwise. */
export function resolveObjects(
  objects: readonly KubernetesObject[],
  settings: Partial<Settings> = {},
  now = TEST_TIME,
): SnapshotResolution {
  return resolveSnapshot(assembleSnapshot(objects, { ...testSettings, ...settings }), now);
}

/** The decision about one route, by the name of its object and its section. */
export function resolutionOf(resolution: SnapshotResolution, name: string, sectionName?: string): RouteResolution {
  const found = resolution.routes.find(
    ({ route: { target } }) => target.name === name && target.sectionName === sectionName,
  );
  if (found === undefined) throw new Error(`no route ${name}`);
  return found;
}

/** What governs a route, as short text: `TargetRef shop/web`, `Invalid Selector shop/all`, `Nothing`. */
export function governorText({ governed }: Pick<RouteResolution, 'governed'>): string {
  if (governed.by === 'Nothing') return 'Nothing';
  const { kind, namespace, name } = governed.policy;
  const text = `${governed.level} ${kind === 'CorsPolicy' ? `${namespace}/` : ''}${name}`;
  return governed.by === 'Invalid' ? `Invalid ${text}` : text;
}

/** The effective policy of a route that a valid policy governs. */
export function effectiveOf(resolution: RouteResolution): EffectivePolicy {
  if (resolution.governed.by !== 'Policy') throw new Error('no valid policy governs the route');
  return resolution.governed.effective;
}
