import { z } from 'zod';
import type { ClassAssignment, ListenAddress, Upstream } from '../config.ts';

/** One of some words. */
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be ${values.join(', ')}` });

/** `HOST:PORT`, `:PORT` or `PORT`. */
export const listenAddress = z.string().transform((text, context): ListenAddress => {
  const match = /^(?:(\[[0-9a-fA-F:.]+\]|[^:[\]]*):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    context.addIssue({ code: 'custom', message: 'must be HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080' });
    return z.NEVER;
  }
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '');
  return { host: host === '' ? '127.0.0.1' : host, port };
});

/** An absolute http URL without path, query or user. */
export const upstreamUrl = z.string().superRefine((text, context) => {
  if (text.startsWith('https:')) {
    context.addIssue({ code: 'custom', message: 'https upstreams are not supported yet: give an http URL' });
  } else if (!/^http:\/\/(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?\/?$/.test(text) || !URL.canParse(text)) {
    context.addIssue({ code: 'custom', message: 'must be http://HOST[:PORT], without path or query' });
  }
});

/** An http or https URL that says where a server is, and no more. */
export const liveUrl = z.string().superRefine((text, context) => {
  const url = /^https?:\/\/[^/]/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== '' || url.password !== '') {
    context.addIssue({ code: 'custom', message: 'must be http://HOST[:PORT] or https://HOST[:PORT], without a user' });
  } else if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    context.addIssue({ code: 'custom', message: 'must have no path: --path says what is asked for' });
  }
});

/** `NAMESPACE/SERVICE:PORT=URL`. */
export const upstream = z.string().transform((text, context): Upstream => {
  const match = /^([^/=:]+\/[^/=:]+:[A-Za-z0-9-]+)=(.*)$/.exec(text);
  const url = upstreamUrl.safeParse(match?.[2] ?? '');
  if (match === null || !url.success) {
    const problem = match === null ? undefined : url.error?.issues[0]?.message;
    context.addIssue({ code: 'custom', message: problem ?? 'must be NAMESPACE/SERVICE:PORT=URL' });
    return z.NEVER;
  }
  return { backend: match[1] ?? '', url: url.data };
});

/** `NAME=DIALECT[@VERSION]`. */
export const classAssignment = z.string().transform((text, context): ClassAssignment => {
  const match = /^([^=]+)=([a-z0-9-]+(?:@[^@\s]+)?)$/.exec(text);
  if (match === null) {
    context.addIssue({ code: 'custom', message: 'must be NAME=DIALECT[@VERSION], as in nginx=ingress-nginx@1.15.1' });
    return z.NEVER;
  }
  return { name: match[1] ?? '', dialect: match[2] ?? '' };
});

/** A whole number from 0, written in digits. */
export const wholeNumber = (most: number) =>
  z.string().transform((text, context): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value <= most) return value;
    context.addIssue({ code: 'custom', message: `must be a whole number from 0 to ${most}` });
    return z.NEVER;
  });

/** What field managers and Leases may be named after: lower case letters, digits and dashes. */
export const instanceName = z
  .string()
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?)?$/, 'must be at most 32 lower case letters, digits and dashes');
