/**
 * Which of two resource versions is newer.
 *
 * @returns below 0 when `a` is older, 0 when they are the same, above 0 when it is newer; undefined when they cannot be
 *   compared, which the API server's own can since Kubernetes 1.35, and in practice always could
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions
 */
export function compareResourceVersions(a: string, b: string): number | undefined {
  if (a === b) {
    return 0;
  }
  if (!(DECIMAL.test(a) && DECIMAL.test(b))) {
    return undefined;
  }
  if (a.length !== b.length) {
    return a.length - b.length;
  }
  return a < b ? -1 : 1;
}

const DECIMAL = /^(0|[1-9][0-9]*)$/;

/** Whether `a` is certainly older than `b`. */
export function isOlder(a: string, b: string): boolean {
  return (compareResourceVersions(a, b) ?? 0) < 0;
}
