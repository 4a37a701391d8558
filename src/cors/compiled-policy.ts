import { type Answers, isForEveryone, prepareAnswers } from './answer.ts';
import { compileMatcher, type OriginMatcher } from './matcher.ts';
import type { Policy } from './policy.ts';
import { compileHeaderRule, type HeaderRule } from './requested-headers.ts';
import { isToken } from './token.ts';

/**
 * A policy, ready to decide: tables, automata and header values. Immutable plain data, which a worker thread can make
 * and hand over with {@link transferableBuffers} as transfer list: the other thread has nothing left to do.
 */
export type CompiledPolicy = {
  readonly matcher: OriginMatcher;
  /**
   * `Everyone`: `*` without credentials, the same answer to all. `Matching`: those that the matcher matches.
   * `Nobody`: `*` with credentials, a pair that validation refuses and that would open every site if it were echoed.
   */
  readonly grants: 'Everyone' | 'Matching' | 'Nobody';
  readonly methods: MethodRule;
  readonly headers: HeaderRule;
  readonly answers: Answers;
};

/** Which methods a policy lets through, besides the safelisted ones; kinds as in {@link HeaderRule}. */
export type MethodRule = { readonly kind: 'Listed' | 'Wildcard' | 'Echo'; readonly names: ReadonlySet<string> };

/** Compiles a policy; once, since {@link decide} then costs next to nothing. In a worker thread, if there are many origins. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const methods = tokens(policy.allowMethods);
  const headers = tokens(policy.allowHeaders);
  const wildcard = policy.allowCredentials ? 'Echo' : 'Wildcard';
  return {
    matcher: compileMatcher(policy.origins),
    grants: grantsOf(policy),
    methods: { kind: methods.includes('*') ? wildcard : 'Listed', names: new Set(methods) },
    headers: compileHeaderRule(headers.includes('*') ? wildcard : 'Listed', headers),
    answers: prepareAnswers({
      ...policy,
      allowMethods: methods,
      allowHeaders: headers,
      exposeHeaders: tokens(policy.exposeHeaders),
    }),
  };
}

/** The memory that can be handed to another thread instead of being copied; it is gone here afterwards. */
export function transferableBuffers({ matcher }: CompiledPolicy): ArrayBuffer[] {
  const { exact, anyDepth, singleDepth, regexes } = matcher;
  const tables = [exact, anyDepth, singleDepth].flatMap((table) => [table.bytes.buffer, table.slots.buffer]);
  const automata = regexes.flatMap(({ classes, next, accepting }) => [classes.buffer, next.buffer, accepting.buffer]);
  return [...new Set([...tables, ...automata])];
}

function grantsOf(policy: Policy): CompiledPolicy['grants'] {
  if (isForEveryone(policy)) return 'Everyone';
  return policy.origins.any ? 'Nobody' : 'Matching';
}

function tokens(names: readonly string[]): readonly string[] {
  return names.filter(isToken);
}
