import type { ObjectRef, TargetRef } from '../model/reference.ts';

/** Names an object for people: `CorsPolicy shop/storefront`. */
export function objectWords({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${objectName({ kind, ...(namespace === undefined ? {} : { namespace }), name })}`;
}

/** Names an object whose kind is clear: `shop/storefront`. */
export function objectName({ namespace, name }: ObjectRef): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Names a route for people: `Ingress shop/storefront`, `HTTPRoute shop/api#read` for one rule. */
export function targetWords({ kind, namespace, name, sectionName }: TargetRef): string {
  return `${kind} ${namespace}/${name}${sectionName === undefined ? '' : `#${sectionName}`}`;
}

/** The object that a target names, without its group. */
export function targetRefOf({ kind, namespace, name }: TargetRef): ObjectRef {
  return { kind, namespace, name };
}
