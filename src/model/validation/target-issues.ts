import type { Issue } from '../issue.ts';
import { nearestName } from '../nearest-name.ts';
import { type Fields, isRecord } from '../object-shape.ts';
import { SECTION_KIND, TARGET_KINDS, targetGroup } from '../target-kind.ts';
import { pathBelow } from './field-path.ts';
import { finding } from './finding.ts';
import { quoted } from './quoted-text.ts';
import { selectorIssues } from './selector-issues.ts';

/** Most entries of `targetRefs` that are looked at. */
const MAX_REFS = 16;

/**
 * Judges how a CorsPolicy says what it is for.
 *
 * @param path of the spec
 */
export function targetIssues(spec: Fields, path: string): readonly Issue[] {
  const { targetRefs, targetSelector } = spec;
  return [
    ...choiceIssues(targetRefs, targetSelector, path),
    ...refsIssues(targetRefs, pathBelow(path, 'targetRefs')),
    ...kindIssues(targetSelector, pathBelow(path, 'targetSelector')),
    ...selectorIssues(targetSelector, pathBelow(path, 'targetSelector')),
  ];
}

function choiceIssues(refs: unknown, selector: unknown, path: string): readonly Issue[] {
  const hasRefs = refs !== undefined && !(Array.isArray(refs) && refs.length === 0);
  if (hasRefs && selector !== undefined) {
    return [finding('TargetBoth', pathBelow(path, 'targetSelector'), 'targetRefs is given too; keep one of the two')];
  }
  if (hasRefs || (selector !== undefined && refs === undefined)) return [];
  const message =
    'nothing says which routes this is for; name them in targetRefs, or write an empty targetSelector for all of the namespace';
  return [finding('TargetNone', pathBelow(path, 'targetRefs'), message)];
}

function refsIssues(refs: unknown, path: string): readonly Issue[] {
  if (!Array.isArray(refs)) return [];
  const first = new Map<string, number>();
  return refs.slice(0, MAX_REFS).flatMap((ref: unknown, index) => {
    if (!isRecord(ref)) return [];
    const at = pathBelow(path, index);
    return [...refKindIssues(ref, at), ...sectionIssues(ref, at), ...duplicateIssues(ref, index, at, first)];
  });
}

function refKindIssues({ group, kind }: Fields, path: string): readonly Issue[] {
  if (typeof kind !== 'string' || typeof group !== 'string') return [];
  const usual = targetGroup(kind);
  if (usual === group) return [];
  if (usual !== undefined) {
    const message = `${quoted(kind)} is a target in the group ${usual}, not in ${quoted(group)}; write that`;
    return [finding('TargetKind', pathBelow(path, 'group'), message, { suggestion: usual })];
  }
  return [unknownKind(kind, pathBelow(path, 'kind'))];
}

function unknownKind(kind: string, path: string): Issue {
  const names = TARGET_KINDS.map((target) => target.kind);
  const suggestion = nearestName(kind, names);
  return finding('TargetKind', path, `${quoted(kind)} is not a target yet: use an Ingress or HTTPRoute`, {
    suggestion,
  });
}

function sectionIssues({ kind, sectionName }: Fields, path: string): readonly Issue[] {
  if (sectionName === undefined || typeof kind !== 'string' || kind === SECTION_KIND) return [];
  const message = `only an ${SECTION_KIND} has rules that sectionName can name; remove it`;
  return [finding('FieldValue', pathBelow(path, 'sectionName'), message)];
}

function duplicateIssues(ref: Fields, index: number, path: string, first: Map<string, number>): readonly Issue[] {
  const key = JSON.stringify([ref['group'], ref['kind'], ref['name'], ref['sectionName'] ?? '']);
  const earlier = first.get(key);
  if (earlier !== undefined) {
    return [finding('TargetDuplicate', path, `entry ${earlier} names the same object; remove one of the two`)];
  }
  first.set(key, index);
  return [];
}

function kindIssues(selector: unknown, path: string): readonly Issue[] {
  const kinds = isRecord(selector) ? selector['kinds'] : undefined;
  if (!Array.isArray(kinds)) return [];
  const kindsPath = pathBelow(path, 'kinds');
  return kinds.slice(0, MAX_REFS).flatMap((kind: unknown, index) => {
    if (typeof kind !== 'string' || targetGroup(kind) !== undefined) return [];
    return [unknownKind(kind, pathBelow(kindsPath, index))];
  });
}
