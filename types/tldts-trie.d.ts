/**
 * The public suffix list as tldts ships it: a flat trie in typed arrays, both sections, whole. tldts publishes its
 * types elsewhere than its modules, so this joins the two; the path is not part of tldts's documented interface, and
 * that is why the version is pinned and a test reads known suffixes through it.
 */
declare module 'tldts/dist/cjs/src/data/trie.js' {
  export * from 'tldts/dist/types/src/data/trie.js';
}
