import type { z } from 'zod';
import type { RouteEvaluation } from '../evaluate.ts';
import type { explainFlags } from './command-flags.ts';
import { formatDocument } from './document-format.ts';
import { EXIT, type ExitCode, UsageError } from './exit-code.ts';
import { explainRoute } from './explain-document.ts';
import { formatExplanation } from './explain-report.ts';
import { type Io, writeText } from './io.ts';
import { type JudgedInput, judgeInput, tellIssues } from './judged-input.ts';
import { knownHosts } from './known-hosts.ts';
import { outputStyle } from './output-style.ts';
import { createRouteFinder, type RouteFinder } from './route-finder.ts';
import { relevantIssues } from './workspace.ts';

type ExplainFlags = z.infer<typeof explainFlags>;

/** Shows what routes grant, and where each entry comes from. */
export async function runExplain(io: Io, flags: ExplainFlags, operand: string | undefined): Promise<ExitCode> {
  const wanted = operand === undefined ? undefined : parseRouteName(operand);
  if (flags.path !== undefined && flags.host === undefined) {
    throw new UsageError('--path needs --host beside it');
  }
  const judged = await judgeInput(io, flags, 'explain');
  const { workspace, evaluation } = judged;
  const routes = selectRoutes(judged, flags, wanted);
  const explained = routes.map((route) => explainRoute(workspace.snapshot, route));
  const style = outputStyle(io);
  const table = (): string => formatExplanation(explained, routes, style);
  await writeText(
    io.stdout,
    formatDocument({ routes: explained.map(({ document }) => document) }, flags.output, table),
  );
  await tellIssues(io, relevantIssues(workspace, evaluation, routes), flags);
  if (workspace.unreadable) {
    return EXIT.unusable;
  }
  const asked = wanted !== undefined || flags.host !== undefined;
  if (asked && routes.length === 0) {
    await writeText(io.stderr, `error: ${nothingFound(judged, flags, operand)}\n`);
    return EXIT.findings;
  }
  return EXIT.fine;
}

type RouteName = { readonly kind: string; readonly name: string };

/** Kinds as kubectl takes them: any case, plural or not. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['ingress', 'Ingress'],
  ['ingresses', 'Ingress'],
  ['ing', 'Ingress'],
  ['httproute', 'HTTPRoute'],
  ['httproutes', 'HTTPRoute'],
]);

function parseRouteName(text: string): RouteName {
  const [kindText = '', name = '', ...rest] = text.split('/');
  const kind = kinds.get(kindText.toLowerCase());
  if (kind === undefined || name === '' || rest.length > 0) {
    throw new UsageError(`${JSON.stringify(text)} names no route: write ingress/NAME or httproute/NAME`);
  }
  return { kind, name };
}

function selectRoutes(
  { evaluation, reported }: JudgedInput,
  flags: ExplainFlags,
  wanted: RouteName | undefined,
): readonly RouteEvaluation[] {
  const { host, path } = flags;
  const namespace = flags.allNamespaces ? undefined : flags.namespace;
  const named = reported.routes.filter((route) => wanted === undefined || isNamed(route, wanted, namespace));
  if (host === undefined) {
    return named;
  }
  const find = createRouteFinder(evaluation);
  return named.filter((route) => answers(route, { host, path }, find));
}

function isNamed({ resolution }: RouteEvaluation, wanted: RouteName, namespace: string | undefined): boolean {
  const { target } = resolution.route;
  const here = namespace === undefined || target.namespace === namespace;
  return here && target.kind === wanted.kind && target.name === wanted.name;
}

/** With a path, the route that answers it; without, every route that the host leads to. */
function answers(
  route: RouteEvaluation,
  asked: { host: string; path: string | undefined },
  find: RouteFinder,
): boolean {
  return route.resolution.route.matches.some((match) => {
    const { host, path = match.path } = asked;
    const { preflight, actual } = find({ host, path, method: match.method ?? 'GET' });
    return preflight === route || actual === route;
  });
}

function nothingFound(
  { workspace, reported }: JudgedInput,
  { host }: ExplainFlags,
  operand: string | undefined,
): string {
  const { words } = workspace.scope;
  if (host === undefined) {
    return `${words} holds no route ${operand ?? ''}`;
  }
  const known = knownHosts(reported, host, words);
  return `no route of ${words} answers this${known === '' ? '' : `: ${known}`}`;
}
