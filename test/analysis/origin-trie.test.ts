import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OFF_TRIE, OriginTrie, TRIE_ROOT } from '../../src/analysis/origin-trie.ts';

function has(trie: OriginTrie, text: string): boolean {
  let node = TRIE_ROOT;
  for (let index = 0; index < text.length; index += 1) node = trie.child(node, text.charCodeAt(index));
  return node !== OFF_TRIE && trie.isEnd(node);
}

test('OriginTrie: holds exactly the texts it is made of, in whatever order they are asked for', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', 'https://', '.'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(text), fc.array(text), (texts, others) => {
      const trie = new OriginTrie(texts);
      for (const each of [...others, ...texts, ...others]) expect(has(trie, each)).toBe(texts.includes(each));
    }),
  );
});

test('OriginTrie: a text that is not ASCII, or holds NUL, is no end of another', () => {
  const trie = new OriginTrie(['https://a\0', 'https://b\u00e9', 'https://c']);
  expect(['https://a', 'https://b', 'https://c'].map((text) => has(trie, text))).toEqual([false, false, true]);
});
