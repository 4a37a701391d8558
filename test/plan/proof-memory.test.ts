import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProofMemory } from '../../src/plan/proof-memory.ts';

/** A memory, and how often each question had to be worked out. */
function counted(mostCharacters?: number) {
  const memory = createProofMemory(mostCharacters);
  const counts = new Map<string, number>();
  const ask = (question: string, answer?: string): string | undefined =>
    memory.verdictOf(question, () => {
      counts.set(question, (counts.get(question) ?? 0) + 1);
      return answer;
    });
  return { ask, counts };
}

describe('createProofMemory', () => {
  test('an answer is worked out once, a refusal as well as a proof', () => {
    const { ask, counts } = counted();
    expect([ask('proved'), ask('proved'), ask('refused', 'why'), ask('refused', 'why')]).toEqual([
      undefined,
      undefined,
      'why',
      'why',
    ]);
    expect([...counts.values()]).toEqual([1, 1]);
  });

  test('every answer is that of its question, whatever is forgotten', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30)), fc.nat(60), (questions, mostCharacters) => {
        const { ask } = counted(mostCharacters);
        const answerOf = (number: number): string | undefined => (number % 3 === 0 ? `no ${number}` : undefined);
        for (const number of questions) expect(ask(`question ${number}`, answerOf(number))).toBe(answerOf(number));
      }),
    );
  });

  test('what is asked again and again stays, however much else is asked', () => {
    const { ask, counts } = counted(1000);
    for (let number = 0; number < 10_000; number++) {
      ask('again');
      ask(`once ${number}`);
    }
    expect(counts.get('again')).toBe(1);
  });

  test('what is not asked for long is forgotten', () => {
    const { ask, counts } = counted(1000);
    ask('long ago');
    for (let number = 0; number < 1000; number++) ask(`once ${number}`);
    ask('long ago');
    expect(counts.get('long ago')).toBe(2);
  });
});
