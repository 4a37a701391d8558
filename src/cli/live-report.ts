import type { HeaderFields } from './browser-request.ts';
import type { LiveReport } from './live-comparison.ts';
import { isCorsHeader, type LiveFields } from './live-exchange.ts';
import { type OutputStyle, toned, visible } from './output-style.ts';
import type { PredictedAnswer, Prediction } from './prediction.ts';
import { type Cell, formatTable } from './text-table.ts';

/** Prediction and reality side by side, for people; then what there is to say about it. */
export function formatLive(live: LiveReport, prediction: Prediction, style: OutputStyle): string {
  const { preflight, response } = live;
  const parts = [
    `live ${verdictText(live, style)}  ${visible(live.url)}\n`,
    preflight === undefined
      ? ''
      : sideBySide('preflight', { live, predicted: prediction.preflight, received: preflight }, style),
    response === undefined
      ? ''
      : sideBySide('response', { live, predicted: prediction.response, received: response }, style),
    live.findings.map((finding) => `- ${visible(finding)}\n`).join(''),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function verdictText({ allowed, error }: LiveReport, style: OutputStyle): string {
  if (error !== undefined) {
    return toned('failed', 'bad', style);
  }
  return allowed ? toned('allowed', 'good', style) : toned('refused', 'bad', style);
}

type Sides = { readonly live: LiveReport; readonly predicted: PredictedAnswer; readonly received: LiveFields };

function sideBySide(where: 'preflight' | 'response', { live, predicted, received }: Sides, style: OutputStyle): string {
  const differs = new Set(live.differences.filter((each) => each.where === where).map(({ header }) => header));
  const left = withStatus(predicted);
  const right = withStatus(received);
  const shown = Object.keys({ ...predicted.headers, ...received.headers }).filter((name) => isShown(name));
  const names = ['status', ...shown.sort()];
  const rows = names.map((name): readonly Cell[] => [
    name,
    left[name] ?? NOTHING,
    { text: right[name] ?? NOTHING, tone: differs.has(name) ? 'bad' : 'plain' },
    { text: differs.has(name) ? 'differs' : '', tone: 'bad' },
  ]);
  return formatTable([where, 'predicted', 'received', ''], rows, style);
}

function isShown(name: string): boolean {
  return isCorsHeader(name) || name === 'location';
}

/** What stands where one side has no such header. */
const NOTHING = '-';

function withStatus({ status, headers }: PredictedAnswer): HeaderFields {
  return { ...headers, ...(status === undefined ? {} : { status: String(status) }) };
}
