import type { CommandName } from '../../src/cli/command-table.ts';

/** What the reference page says about commands besides their flags, as paragraphs. */
export const commandNotes: Readonly<Partial<Record<CommandName, readonly string[]>>> = {
  render: [
    'Of a cluster it prints each route that is shown and the objects of the operator beside it, as they would be stored and ready for',
    '`kubectl apply`: labels, annotations, owners and spec, without what the API server fills in, without status, and without',
    '`cors-operator.dev/record`, which only the controller writes.',
  ],
  check: ['Browsers know no namespaces: of a cluster the routes of all of them may answer, whatever `-n` says.'],
  diff: [
    'What is compared:',
    '',
    '* `diff -f BEFORE --to AFTER`: two inputs, as `render` decides for each.',
    '* `diff -f PROPOSED`, with a cluster: the cluster as the controller would leave it, and the same once the proposed objects take the',
    '  place of those of their names or join them. New objects count as the youngest. Routes of all namespaces are compared, since a',
    '  guardrail reaches far; objects without a namespace are proposed for that of `-n` or of the context. Nothing is written.',
    '* `diff`, on a cluster: what stands, and what the controller would still write. Where something is in its way, that is told on',
    '  standard error and counted as `blocked`.',
    '* `diff -f INPUT`, where no kubeconfig names a cluster: the input, and what `render` would make of it.',
    '',
    'A route differs when its outcome, its policy, what browsers may do, or what is written for CORS differs; nothing else of its objects',
    'counts. The records that the controller keeps are not compared.',
    '',
    '`-o json` gives `routes`, each with its `target`, `before` and `after` (as `render -o json` shows a route; only `objects` of what',
    'merely stands; absent for a route that is new or gone) and the entries of its effective policy that are `narrowed` (granted before',
    'and covered by nothing after) and `widened` (granted after and covered by nothing before), each a `field` and a `value`; and',
    '`counts`. What is not proven to be covered is not: of a regular expression only the same one is.',
  ],
  restore: [
    'Takes the Lease of the installation from whoever has it, and waits until that one cannot write any more. Then it puts back on every',
    'route what stood there before, removes the objects of the operator, also those that belong to nothing any more, and keeps the Lease',
    'for another minute, in which an uninstall can remove the controllers. With `--break-glass` no controller writes until `resume`. It',
    'puts back what a guardrail forbids as well, and may be repeated at any time.',
    '',
    'A key that somebody changed since is left alone. Exit code 1 says that something was refused; each object is listed with',
    'the reason. What another installation wrote is listed and not touched.',
    '',
    '`-o json` gives `dryRun`, `objects` (each with its `result`, which is `Restored`, `Deleted`, `Nothing`, `OtherInstallation` or `Refused`,',
    '`leftAlone`, and a `message` when it was refused) and `counts`.',
  ],
};
