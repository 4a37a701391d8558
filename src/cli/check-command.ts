import type { z } from 'zod';
import type { ObjectRef } from '../model/reference.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { type BrowserRequest, browserRequest } from './browser-request.ts';
import { checkDocument } from './check-document.ts';
import { formatCheck } from './check-report.ts';
import type { checkFlags } from './command-flags.ts';
import { formatDocument } from './document-format.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { createGuardrailJudge } from './guardrail-verdict.ts';
import { type Io, writeText } from './io.ts';
import { judgeInput, tellIssues } from './judged-input.ts';
import { knownHosts } from './known-hosts.ts';
import { compareLive, type LiveReport } from './live-comparison.ts';
import { formatLive } from './live-report.ts';
import { sendLive } from './live-request.ts';
import { outputStyle } from './output-style.ts';
import { type Prediction, predict } from './prediction.ts';
import { clusterScope, wholeInput } from './report-scope.ts';
import { createRouteFinder } from './route-finder.ts';
import { createRouteReader } from './route-reading.ts';
import { relevantIssues, type Workspace } from './workspace.ts';

type CheckFlags = z.infer<typeof checkFlags>;

/** Says what a browser would get, and why. */
export async function runCheck(io: Io, flags: CheckFlags): Promise<ExitCode> {
  const request = browserRequest(flags);
  const { workspace, evaluation, now } = await judgeInput(io, flags, 'check');
  const routes = createRouteFinder(evaluation)({ ...flags, method: request.method });
  const prediction = predict(request, routes, createRouteReader(workspace.snapshot, evaluation));
  const faultOf = createFaultFinder(workspace.snapshot);
  const searched = searchedWords(workspace);
  const judge = createGuardrailJudge(workspace.snapshot, now);
  const found = checkDocument(request, { routes, faultOf, searched, judge }, prediction);
  const known = routes.actual === undefined ? knownHosts(evaluation, flags.host, searched) : '';
  const document = known === '' ? found : { ...found, message: `${found.message}: ${known}` };
  const live = await askLive(request, prediction, flags);
  const style = outputStyle(io);
  await writeText(
    io.stdout,
    formatDocument({ ...document, ...(live === undefined ? {} : { live }) }, flags.output, () => {
      const reality = live === undefined ? '' : `\n${formatLive(live, prediction, style)}`;
      return `${formatCheck(document, routes, style)}${reality}`;
    }),
  );
  await tellIssues(io, relevantIssues(workspace, evaluation, Object.values(routes)), flags);
  if (workspace.unreadable) {
    return EXIT.unusable;
  }
  return document.allowed && live?.allowed !== false ? EXIT.fine : EXIT.findings;
}

/** Undefined where no server is to be asked. */
async function askLive(
  request: BrowserRequest,
  prediction: Prediction,
  { live, ...asked }: CheckFlags,
): Promise<LiveReport | undefined> {
  if (live === undefined) {
    return undefined;
  }
  return compareLive(request, prediction, {
    url: live,
    exchange: await sendLive(request, { ...asked, address: live }),
  });
}

function createFaultFinder({ policies, clusterPolicies }: Snapshot): (policy: ObjectRef) => string | undefined {
  return ({ kind, namespace, name }) =>
    [...policies, ...clusterPolicies]
      .find(({ ref }) => ref.kind === kind && ref.namespace === namespace && ref.name === name)
      ?.issues.find(({ severity }) => severity === 'error')?.path;
}

/** Browsers know no namespaces: whatever is shown elsewhere, all routes may answer. */
function searchedWords({ manifests }: Workspace): string {
  return (manifests === undefined ? clusterScope(undefined) : wholeInput).words;
}
