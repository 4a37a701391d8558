import type { Evaluation } from '../evaluate.ts';
import { compareText } from '../model/text-order.ts';

/** Hosts that are named at most. */
const MAX_NAMED = 5;

/**
 * The hosts that routes answer, those first that resemble the one that was asked for; "" when there are none.
 *
 * @param scope what holds the routes, in words
 */
export function knownHosts(evaluation: Evaluation, asked: string, scope: string): string {
  const hosts = new Set(
    evaluation.routes.flatMap(({ resolution }) => resolution.route.matches.map(({ host }) => host)),
  );
  hosts.delete('');
  const ranked = [...hosts]
    .map((host) => ({ host, likeness: likeness(host, asked.toLowerCase()) }))
    .sort((left, right) => right.likeness - left.likeness || compareText(left.host, right.host));
  if (ranked.length === 0) {
    return '';
  }
  const named = ranked.slice(0, MAX_NAMED).map(({ host }) => host);
  const more = ranked.length > MAX_NAMED ? ` and ${ranked.length - MAX_NAMED} more` : '';
  return `${scope} has routes for ${named.join(', ')}${more}`;
}

/** Labels that two hosts share from the end, then letters from the start. */
function likeness(host: string, asked: string): number {
  const [labels, wanted] = [host.split('.').reverse(), asked.split('.').reverse()];
  const shared = labels.findIndex((label, index) => label !== wanted[index]);
  const letters = [...host].findIndex((letter, index) => letter !== asked[index]);
  return (shared === -1 ? labels.length : shared) * 300 + (letters === -1 ? host.length : letters);
}
