import { createTurn } from './event-loop-turn.ts';
import type { OpenAnswer } from './http-exchange.ts';
import { createLineSplitter } from './json-lines.ts';
import { KubeError } from './kube-error.ts';

/**
 * Reads an answer that is one JSON value a line, as they arrive, and lets others run between them.
 *
 * @param maxBytes largest line
 * @throws KubeError while it is read: `BadAnswer` for what is no JSON or is cut short, `TooLarge`
 */
export async function* readJsonLines(
  answer: OpenAnswer,
  call: string,
  maxBytes: number,
): AsyncGenerator<unknown, void> {
  const splitter = createLineSplitter();
  const turn = createTurn();
  try {
    for (let chunk = await answer.next(); chunk !== undefined; chunk = await answer.next()) {
      for (const line of splitter.push(chunk)) {
        yield parseLine(line, call);
        await (turn.isSpent() ? turn.next() : undefined);
      }
      refuseLong(splitter.pending(), call, maxBytes);
    }
    refuseRest(splitter.rest(), call);
  } finally {
    answer.cancel();
  }
}

function refuseLong(pending: number, call: string, maxBytes: number): void {
  if (pending > maxBytes) {
    throw new KubeError('TooLarge', `${call}: a line of the answer is longer than ${maxBytes} bytes`);
  }
}

function refuseRest(rest: Buffer, call: string): void {
  if (rest.some((byte) => byte > SPACE)) {
    throw new KubeError('BadAnswer', `${call}: the answer ends in the middle of a line`);
  }
}

const SPACE = 32;

function parseLine(line: Buffer, call: string): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch (error) {
    throw new KubeError('BadAnswer', `${call}: a line of the answer is no JSON`, { cause: error });
  }
}
