/** What proofs came to, by what they were about; it does not grow with history. */
export type ProofMemory = {
  /**
   * The verdict on a question, worked out unless it is known.
   *
   * @param question everything that the answer depends on, as text: equal questions have equal answers
   * @param prove why not, in words; undefined when it is proved
   */
  readonly verdictOf: (question: string, prove: () => string | undefined) => string | undefined;
};

/** Characters of the questions of one generation: some thousand policies, or a few with lists as long as an object can be. */
const MOST_CHARACTERS = 8_000_000;

/**
 * A memory of nothing yet. What was not asked for a whole generation is forgotten: when the questions of one are too long
 * together, the next begins, and the one before the last is dropped.
 *
 * @param mostCharacters of the questions of one generation
 */
export function createProofMemory(mostCharacters = MOST_CHARACTERS): ProofMemory {
  let young = new Map<string, Verdict>();
  let old = new Map<string, Verdict>();
  let characters = 0;
  return {
    verdictOf(question, prove) {
      const kept = young.get(question);
      if (kept !== undefined) return kept.problem;
      const verdict = old.get(question) ?? { problem: prove() };
      if (characters + question.length > mostCharacters) {
        old = young;
        young = new Map();
        characters = 0;
      }
      young.set(question, verdict);
      characters += question.length;
      return verdict.problem;
    },
  };
}

type Verdict = { readonly problem: string | undefined };
