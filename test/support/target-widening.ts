import { isSameJson } from '../../src/model/json-equality.ts';
import type { KubernetesObject } from '../../src/model/kubernetes-object.ts';
import type { ClassSpeech } from '../../src/plan/class-speech.ts';
import { type Excess, firstExcess } from '../../src/plan/containment.ts';
import type { Reading } from '../../src/plan/dialect.ts';
import type { Change } from './audit-timeline.ts';
import type { Allowance, Epoch, GovernedRoute, World } from './audit-world.ts';

/** A target after a write of ours to it, or to an object of ours that it may use. */
export type WrittenTarget = {
  readonly change: Change;
  readonly key: string;
  readonly object: KubernetesObject;
  /** After the write. */
  readonly world: World;
  /** The object without what the operator did to it. */
  readonly original: (object: KubernetesObject) => KubernetesObject;
  /** Milliseconds for which a writer may still act upon what held before. */
  readonly delay: number;
};

/**
 * What a target grants that it should not, in words; undefined when nothing.
 *
 * Granted may be what a policy allows that governed the target a moment ago, what the target granted already, and on a target that
 * nothing governs, or in an uninstall, what others left on it.
 */
export function widening(target: WrittenTarget): string | undefined {
  for (const governed of target.world.epoch().routesOf(target.key)) {
    for (const [index, speech] of governed.speeches.entries()) {
      const found = speech.ok ? routeWidening({ ...target, governed, speech, index }) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

type OpenSpeech = Extract<ClassSpeech, { ok: true }>;

type WrittenRoute = WrittenTarget & {
  readonly governed: GovernedRoute;
  readonly speech: OpenSpeech;
  /** Which of the route's parents. */
  readonly index: number;
};

function routeWidening(written: WrittenRoute): string | undefined {
  const { governed, speech, object, world, change, key, delay } = written;
  const reading = speech.speaker.read({ ...governed.route, object }, []);
  const excess = excessOver(reading, isUninstall(change) ? { kind: 'Ungoverned' } : governed.allowance, written);
  if (excess === undefined || isInside(reading, readingBefore(written))) return undefined;
  for (const epoch of world.epochsSince(change.write.received - delay, key)) {
    const earlier = sameRoute(epoch, written);
    if (earlier !== undefined && excessOver(reading, earlier.allowance, written) === undefined) return undefined;
  }
  return excess;
}

/** Who uninstalls the operator wants back what stood there before, whatever policies say. */
function isUninstall({ write }: Change): boolean {
  return write.userAgent.endsWith(' (restore)');
}

/** @returns in what a reading goes beyond what is allowed, in words */
function excessOver(reading: Reading, allowance: Allowance, written: WrittenRoute): string | undefined {
  if (reading.kind !== 'On') return undefined;
  switch (allowance.kind) {
    case 'Nothing':
      return `grants something under ${allowance.words}, which grants nothing`;
    case 'Policy': {
      const excess = firstExcess(withoutMinimum(reading, allowance.policy.maxAge), allowance.policy);
      return excess === undefined
        ? undefined
        : `grants more ${excess} than ${allowance.words}: ${said(reading, excess)}`;
    }
    case 'Ungoverned':
      return isInside(reading, originalReading(written))
        ? undefined
        : 'grants something under no policy that nobody else had written there';
  }
}

type On = Extract<Reading, { kind: 'On' }>;

/** Where 0 cannot be written, 1 is; a declared loss. */
function withoutMinimum(reading: On, maxAge: number | undefined): On {
  if (maxAge !== 0 || reading.policy.maxAge !== 1) return reading;
  return { ...reading, policy: { ...reading.policy, maxAge: 0 } };
}

function said({ policy }: On, excess: Excess): string {
  const { origins, allowMethods, allowHeaders, exposeHeaders, allowCredentials, maxAge } = policy;
  const words: Readonly<Record<Excess, unknown>> = {
    origins,
    methods: allowMethods,
    'request headers': allowHeaders,
    'exposed headers': exposeHeaders,
    credentials: allowCredentials,
    maxAge: maxAge ?? 'the default',
  };
  return JSON.stringify(words[excess]);
}

function originalReading({ governed, speech, object, original }: WrittenRoute): Reading {
  return speech.speaker.read({ ...governed.route, object: original(object) }, []);
}

/** Before the write: of the target itself, or of the object of ours that it may use. */
function readingBefore(written: WrittenRoute): Reading {
  const { governed, speech, change, key, object, world, index } = written;
  if (change.key === key) {
    if (change.before === undefined) return { kind: 'Off' };
    return speech.speaker.read({ ...governed.route, object: change.before }, []);
  }
  const earlier = sameRoute(world.epochBefore(), written);
  const spoken = earlier?.speeches[index];
  return spoken?.ok === true ? spoken.speaker.read({ ...governed.route, object }, []) : { kind: 'Off' };
}

function sameRoute(epoch: Epoch, { key, governed }: WrittenRoute): GovernedRoute | undefined {
  const { sectionName } = governed.route.target;
  return epoch.routesOf(key).find(({ route }) => route.target.sectionName === sectionName);
}

function isInside(reading: Reading, other: Reading): boolean {
  if (reading.kind !== 'On' || isSameJson(reading, other)) return true;
  if (other.kind !== 'On') return false;
  const nullOrigin = reading.nullOrigin && !other.nullOrigin;
  return firstExcess({ ...reading, nullOrigin }, other.policy) === undefined;
}
