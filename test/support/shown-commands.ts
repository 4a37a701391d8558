/** A command of a document, and the lines that are shown below it. */
export type ShownCommand = { readonly command: string; readonly output: readonly string[] };

/** The commands in the `console` blocks of a Markdown text, each behind `$ `, in their order. */
export function shownCommands(text: string): readonly ShownCommand[] {
  const lines = [...text.matchAll(/^```console\n(.*?)^```/gms)].flatMap((match) =>
    (match[1] ?? '').trimEnd().split('\n'),
  );
  const shown: { command: string; output: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('$ ')) shown.push({ command: line.slice(2), output: [] });
    else shown.at(-1)?.output.push(line);
  }
  return shown;
}

/** A line without what a document cannot know: the width of columns, and ages. */
export function comparableLine(line: string): string {
  return line
    .trim()
    .replace(/\b\d+[smh]$/, 'AGE')
    .replaceAll(/\s+/g, ' ');
}
