import type { KubernetesObject } from '../model/kubernetes-object.ts';
import { isRecord, objectRef } from '../model/object-shape.ts';
import type { ChangedRoute, DiffCounts, DiffDocument } from './diff-document.ts';
import { formatPreview, grantLines } from './diff-preview.ts';
import type { GrantEntry } from './grant-difference.ts';
import { formatDiff } from './manifest-diff.ts';
import { objectName, objectWords, targetWords } from './object-words.ts';
import { type OutputStyle, toned } from './output-style.ts';
import type { RenderedFile } from './rendered-manifests.ts';
import type { SideDocument } from './route-sides.ts';
import { type Cell, formatTable } from './text-table.ts';
import { createYamlPrinter, type YamlPrinter } from './yaml-text.ts';

/** The differences for people: what becomes of each route, what browsers may do more or less, and the objects as a unified diff. */
export function formatDifferences({ routes, counts }: DiffDocument, style: OutputStyle): string {
  if (routes.length === 0) {
    return countLine(counts, style);
  }
  const table = formatTable(['route', 'before', 'after', 'policy', ''], routes.map(routeRow), style);
  const entries = routes.map((route) => grantLines(route, style)).join('');
  const objects = formatDiff(objectFiles(routes), style);
  const parts = [`${table}${entries}`, objects, `${formatPreview(routes, counts, style)}${countLine(counts, style)}`];
  return parts.filter((part) => part !== '').join('\n');
}

function routeRow({ target, before, after, narrowed, widened }: ChangedRoute): readonly Cell[] {
  const policy = after?.policy ?? before?.policy;
  return [
    targetWords(target),
    sideText(before),
    sideText(after),
    policy === undefined ? '-' : objectName(policy),
    grantText(narrowed, widened),
  ];
}

/** Of what merely stands nothing is decided. */
function sideText(side: SideDocument | undefined): string {
  if (side === undefined) {
    return '-';
  }
  const { outcome = 'as it stands', reason } = side;
  return reason === undefined ? outcome : `${outcome} (${reason})`;
}

function grantText(narrowed: readonly GrantEntry[], widened: readonly GrantEntry[]): Cell {
  const words = [narrowed.length > 0 ? 'narrowed' : '', widened.length > 0 ? 'widened' : ''].filter(
    (word) => word !== '',
  );
  return { text: words.join(', '), tone: widened.length > 0 ? 'doubtful' : 'plain' };
}

/** One file per object, as `kubectl diff` shows them; several rules of an HTTPRoute are one object. */
function objectFiles(routes: readonly ChangedRoute[]): readonly RenderedFile[] {
  const print = createYamlPrinter();
  const before = new Map(routes.flatMap((route) => keyedObjects(route.before)));
  const after = new Map(routes.flatMap((route) => keyedObjects(route.after)));
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.map((key) => objectFile(key, { before: before.get(key), after: after.get(key) }, print));
}

function keyedObjects(side: SideDocument | undefined): readonly (readonly [string, KubernetesObject])[] {
  return (side?.objects ?? []).map((object) => [objectWords(objectRef(object)), object] as const);
}

type Pair = { readonly before: KubernetesObject | undefined; readonly after: KubernetesObject | undefined };

function objectFile(key: string, { before, after }: Pair, print: YamlPrinter): RenderedFile {
  const text = (object: KubernetesObject | undefined): string =>
    object === undefined ? '' : print(sortedKeys(object));
  const path = `${key.replaceAll(/[ /]/g, '.')}.yaml`;
  return { path, name: path, pieces: [{ before: text(before), after: text(after), title: key }] };
}

/** Order of keys means nothing, and may differ between two authors. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortedKeys);
  }
  return isRecord(value)
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((key) => [key, sortedKeys(value[key])]),
      )
    : value;
}

function countLine({ routes, added, removed, changed, ...others }: DiffCounts, style: OutputStyle): string {
  const different = added + removed + changed;
  const all = `${routes} ${routes === 1 ? 'route' : 'routes'}`;
  const facts = [
    `${different} differ${different === 1 ? 's' : ''}`,
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
    ...(others.narrowed > 0 ? [`${others.narrowed} narrowed`] : []),
    ...(others.widened > 0 ? [`${others.widened} widened`] : []),
    ...(others.blocked > 0 ? [`${others.blocked} left as they are`] : []),
  ];
  return `${toned(`${all}: ${facts.join(', ')}`, different === 0 ? 'good' : 'plain', style)}\n`;
}
