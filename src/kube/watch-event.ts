import { fieldsOf } from './json-fields.ts';
import { KubeError } from './kube-error.ts';
import { statusError } from './status-error.ts';
import { isStoredObject, type StoredObject } from './stored-object.ts';

/** One line of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: StoredObject }
  /** Everything up to this version was sent; `initialEnd` marks the end of a streaming list. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEnd: boolean }
  | { readonly type: 'ERROR'; readonly error: KubeError };

/**
 * Reads one line of a watch.
 *
 * @param call method and path, for messages
 * @throws KubeError `BadAnswer`
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 */
export function parseWatchEvent(value: unknown, call: string): WatchEvent {
  const { type, object } = fieldsOf(value);
  if (type === 'ERROR') {
    const code = fieldsOf(object)['code'];
    return { type, error: statusError({ status: typeof code === 'number' ? code : 500, body: object }, call) };
  }
  if (type === 'BOOKMARK') {
    return parseBookmark(object, call);
  }
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isStoredObject(object)) {
    return { type, object };
  }
  throw new KubeError('BadAnswer', `${call}: a line of the watch is no event of an object`);
}

function parseBookmark(object: unknown, call: string): WatchEvent {
  const metadata = fieldsOf(fieldsOf(object)['metadata']);
  const { resourceVersion } = metadata;
  if (typeof resourceVersion !== 'string') {
    throw new KubeError('BadAnswer', `${call}: a bookmark has no resourceVersion`);
  }
  const initialEnd = fieldsOf(metadata['annotations'])['k8s.io/initial-events-end'] === 'true';
  return { type: 'BOOKMARK', resourceVersion, initialEnd };
}
