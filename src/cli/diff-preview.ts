import { type ChangedRoute, type DiffCounts, differentOrigins } from './diff-document.ts';
import type { GrantEntry } from './grant-difference.ts';
import { targetWords } from './object-words.ts';
import { type OutputStyle, type Tone, toned, visible } from './output-style.ts';

/** How many of anything are named; the rest is counted. */
const NAMED = 10;

/** What browsers may do less and more on one route, entry by entry; "" where that is nothing. */
export function grantLines({ target, narrowed, widened }: ChangedRoute, style: OutputStyle): string {
  const lines = [...entryLines(narrowed, narrowing, style), ...entryLines(widened, widening, style)];
  return lines.length === 0 ? '' : `\n${toned(visible(targetWords(target)), 'strong', style)}\n${lines.join('')}`;
}

type Direction = { readonly mark: string; readonly tone: Tone; readonly shows: string };

const narrowing: Direction = { mark: '-', tone: 'bad', shows: 'no longer' };
const widening: Direction = { mark: '+', tone: 'good', shows: 'now also' };

function entryLines(
  entries: readonly GrantEntry[],
  { mark, tone, shows }: Direction,
  style: OutputStyle,
): readonly string[] {
  const lines = entries.slice(0, NAMED).map(({ field, value, witness }) => {
    const example = witness === undefined ? '' : `, ${shows} ${witness}`;
    return `  ${toned(`${mark} ${field}: ${visible(`${String(value)}${example}`)}`, tone, style)}\n`;
  });
  const more = entries.length - NAMED;
  return more > 0 ? [...lines, `  ${toned(`${mark} and ${more} more`, tone, style)}\n`] : lines;
}

/** What all of it amounts to: which routes are narrowed or widened, which origins are turned off or allowed. */
export function formatPreview(routes: readonly ChangedRoute[], counts: DiffCounts, style: OutputStyle): string {
  const narrowed = routes.filter((route) => route.narrowed.length > 0);
  const widened = routes.filter((route) => route.widened.length > 0);
  const off = differentOrigins(routes.flatMap((route) => route.narrowed));
  const allowed = differentOrigins(routes.flatMap((route) => route.widened));
  const toNothing = counts.turnedOff === 0 ? '' : `, ${counts.turnedOff} of them to nothing`;
  const lines = [
    sumLine(`narrows ${counted(narrowed.length, 'route')}${toNothing}`, routeNames(narrowed)),
    sumLine(`turns off ${counted(off.length, 'origin')}`, off),
    sumLine(`widens ${counted(widened.length, 'route')}`, routeNames(widened)),
    sumLine(`allows ${counted(allowed.length, 'origin')}`, allowed),
  ];
  return lines.map((line) => (line === '' ? '' : `${toned(visible(line), 'strong', style)}\n`)).join('');
}

function routeNames(routes: readonly ChangedRoute[]): readonly string[] {
  return routes.map(({ target }) => targetWords(target));
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** "" where there is nothing to name. */
function sumLine(words: string, names: readonly string[]): string {
  if (names.length === 0) {
    return '';
  }
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return `${words}: ${names.slice(0, NAMED).join(', ')}${more}`;
}
