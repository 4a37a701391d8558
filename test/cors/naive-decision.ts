import type { Policy } from '../../src/cors/policy.ts';
import type { CorsRequest } from '../../src/cors/request.ts';
import { naiveMatch } from './naive-matcher.ts';

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Whether a policy grants what a request asks for, by the words of the specification and without any shortcut. */
export function naiveGrant(policy: Policy, request: CorsRequest): boolean {
  const isAny = policy.origins.any;
  if (isAny && policy.allowCredentials) return false;
  if (request.origin === undefined) return isAny;
  if (!naiveMatch(policy.origins, request.origin)) return false;
  if (request.method !== 'OPTIONS' || request.requestMethod === undefined) return true;
  return grantsMethod(policy, request.requestMethod) && grantsHeaders(policy, request.requestHeaders ?? '');
}

function grantsMethod(policy: Policy, method: string): boolean {
  if (!TOKEN.test(method)) return false;
  if (['GET', 'HEAD', 'POST'].includes(method)) return true;
  if (!policy.allowMethods.includes('*')) return policy.allowMethods.includes(method);
  return !(policy.allowCredentials && method === '*');
}

function grantsHeaders(policy: Policy, value: string): boolean {
  const names = value
    .split(',')
    .map((name) => name.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((name) => name !== '');
  if (value.length > 8192 || names.length > 128) return false;
  return names.every((name) => TOKEN.test(name) && grantsHeader(policy, name.toLowerCase()));
}

function grantsHeader({ allowHeaders, allowCredentials }: Policy, name: string): boolean {
  const listed = allowHeaders.map((header) => header.toLowerCase());
  if (!listed.includes('*')) return listed.includes(name);
  if (allowCredentials) return name !== '*';
  return name !== 'authorization' || listed.includes('authorization');
}
