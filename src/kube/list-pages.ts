import { createTurn } from './event-loop-turn.ts';
import { fieldsOf } from './json-fields.ts';
import type { KubeClient } from './kube-client.ts';
import { KubeError } from './kube-error.ts';

/** A list that is read in pages. */
export type PagedList = {
  readonly client: KubeClient;
  /** Of the collection. */
  readonly path: string;
  /** Selectors. */
  readonly query: Readonly<Record<string, string>>;
  /** Items a page; 0 for all at once. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onContact: () => void;
};

/**
 * Reads all pages and hands on each item, letting others run in between.
 *
 * @returns the list's resourceVersion
 * @throws KubeError; `Expired` when reading took longer than the server keeps the list
 */
export async function readPages(list: PagedList, handle: (item: unknown) => void): Promise<string> {
  const turn = createTurn();
  let token = '';
  for (;;) {
    const page = parsePage(await readPage(list, token), list.path);
    list.onContact();
    for (const item of page.items) {
      handle(item);
      if (turn.isSpent()) {
        await turn.next();
        list.signal.throwIfAborted();
      }
    }
    token = page.token;
    if (token === '') {
      return page.resourceVersion;
    }
  }
}

function readPage({ client, path, query, limit, signal }: PagedList, token: string): Promise<unknown> {
  return client.send({
    method: 'GET',
    path,
    query: {
      ...query,
      ...(limit === 0 ? {} : { limit: String(limit) }),
      ...(token === '' ? {} : { continue: token }),
    },
    signal,
  });
}

type Page = { readonly items: readonly unknown[]; readonly token: string; readonly resourceVersion: string };

function parsePage(answer: unknown, path: string): Page {
  const { items, metadata } = fieldsOf(answer);
  const { continue: token = '', resourceVersion } = fieldsOf(metadata);
  // The API server writes an empty list of some kinds as null.
  const listed: unknown = items ?? [];
  if (!Array.isArray(listed) || typeof resourceVersion !== 'string' || typeof token !== 'string') {
    throw new KubeError('BadAnswer', `GET ${path}: the answer is no list`);
  }
  return { items: listed, token, resourceVersion };
}
