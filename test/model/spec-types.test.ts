import { expectTypeOf, test } from 'vitest';
import type { ClusterCorsPolicySpec, Guardrail } from '../../src/model/cluster-cors-policy.ts';
import type { CorsExceptionSpec } from '../../src/model/cors-exception.ts';
import type { CorsFields, CorsPolicySpec, OriginsFrom } from '../../src/model/cors-policy.ts';
import type { LabelRequirement, LabelSelector, TargetRefSpec, TargetSelector } from '../../src/model/target-claim.ts';

type Fields = {
  readonly allowOrigins: readonly string[];
  readonly allowOriginRegexes: readonly string[];
  readonly allowOriginsFrom: readonly { readonly configMapKeyRef: { readonly name: string; readonly key: string } }[];
  readonly wildcardDepth: 'Any' | 'Single';
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAge?: number | undefined;
};

type Requirement = {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[] | undefined;
};

type Selector = {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly Requirement[] | undefined;
};

type Ref = {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string | undefined;
};

type Ceiling = Partial<
  Record<
    'allowOrigins' | 'allowOriginRegexes' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders',
    readonly string[] | undefined
  >
> & {
  readonly allowOriginsFrom?: Fields['allowOriginsFrom'] | undefined;
  readonly wildcardDepth: 'Any' | 'Single';
  readonly allowCredentials: boolean;
  readonly maxAge?: number | undefined;
};

/** Fails to compile unless each of the two can stand for the other. */
function same<Left, Right>(_: Left extends Right ? (Right extends Left ? true : never) : never): void {}

test('the schemas infer the types that everything else is written against', () => {
  same<CorsFields, Fields>(true);
  same<OriginsFrom, Fields['allowOriginsFrom'][number]>(true);
  same<LabelRequirement, Requirement>(true);
  same<LabelSelector, Selector>(true);
  same<TargetRefSpec, Ref>(true);
  same<TargetSelector, Selector & { readonly kinds?: readonly string[] | undefined }>(true);
  same<Guardrail, Readonly<Ceiling>>(true);
  same<
    CorsPolicySpec,
    Fields & {
      readonly targetRefs?: readonly Ref[] | undefined;
      readonly targetSelector?: TargetSelector | undefined;
      readonly strategy: 'Auto' | 'Native' | 'Responder';
      readonly adoption: 'Additive' | 'Own';
      readonly mode: 'Enforce' | 'Audit';
    }
  >(true);
  same<
    ClusterCorsPolicySpec,
    {
      readonly namespaceSelector?: Selector | undefined;
      readonly guardrail?: Guardrail | undefined;
      readonly default?: (Fields & { readonly routeSelector: Selector }) | undefined;
      readonly enforcement: 'Enforce' | 'Warn' | 'Audit';
    }
  >(true);
  expectTypeOf<CorsExceptionSpec['policyRefs']>().toEqualTypeOf<
    readonly { readonly namespace: string; readonly name: string }[]
  >();
  expectTypeOf<CorsExceptionSpec['ticket']>().toEqualTypeOf<string | undefined>();
});
