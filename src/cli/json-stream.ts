/**
 * A JSON object whose fields are lists, in pieces, as `JSON.stringify(value, null, 2)` would print it: the whole of a large
 * report as one text would take more memory than what it reports on.
 */
export function* jsonLists(fields: Readonly<Record<string, Iterable<unknown>>>): Generator<string, void> {
  let lead = '{\n';
  for (const [name, items] of Object.entries(fields)) {
    yield `${lead}  ${JSON.stringify(name)}: [`;
    let separator = '\n    ';
    for (const item of items) {
      yield separator + JSON.stringify(item, null, 2).replaceAll('\n', '\n    ');
      separator = ',\n    ';
    }
    yield separator.startsWith(',') ? '\n  ]' : ']';
    lead = ',\n';
  }
  yield lead === '{\n' ? '{}\n' : '\n}\n';
}
