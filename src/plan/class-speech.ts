import type { RouteParent } from '../model/route.ts';
import type { DialectChoice } from '../model/settings.ts';
import type { RouteClass, Snapshot } from '../model/snapshot.ts';
import { isOlder, parseVersion } from './controller-version.ts';
import type { Dialect, Inexpressible, Speaker } from './dialect.ts';
import { dialectByName, dialects } from './dialects/index.ts';
import { classEvidence } from './route-evidence.ts';
import { isLaterDialect, unsupportedClassName, unsupportedController } from './unsupported-controllers.ts';

/** A class and the dialect that its controller understands, opened; or why none is known. */
export type ClassSpeech =
  | {
      readonly ok: true;
      readonly dialect: Dialect;
      readonly version: string | undefined;
      readonly speaker: Speaker;
    }
  | Inexpressible;

const DIALECT_ANNOTATION = 'cors-operator.dev/dialect';
const VERSION_ANNOTATION = 'cors-operator.dev/dialect-version';
const PREFIX_ANNOTATION = 'cors-operator.dev/annotation-prefix';

const DNS_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/**
 * Tells the dialect of a route's parents. The platform's word comes first (settings for all classes, then for one), then the
 * annotations of the class object, then its controller.
 */
export function classSpeeches(snapshot: Snapshot): (parent: RouteParent, targetKind: string) => ClassSpeech {
  const byKind = new Map<string, Map<string, ClassSpeech>>();
  return (parent, targetKind) => {
    const speeches = byKind.get(targetKind) ?? new Map<string, ClassSpeech>();
    byKind.set(targetKind, speeches);
    const key = parent.className ?? `no class: ${parent.description}`;
    const known = speeches.get(key);
    if (known !== undefined) return known;
    const speech = openClass({ parent, targetKind, routeClass: classOf(parent, snapshot), snapshot });
    speeches.set(key, speech);
    return speech;
  };
}

function classOf(parent: RouteParent, snapshot: Snapshot): RouteClass | undefined {
  return snapshot.classes.find((each) => each.kind === parent.classKind && each.name === parent.className);
}

type Question = {
  readonly parent: RouteParent;
  readonly targetKind: string;
  readonly routeClass: RouteClass | undefined;
  readonly snapshot: Snapshot;
};

function openClass(question: Question): ClassSpeech {
  const { parent, routeClass, snapshot } = question;
  const { description } = parent;
  const choice = chooseDialect(question);
  if (!choice.ok) return choice;
  const { dialect, named } = choice;
  const version = knownVersion(choice.version);
  const annotationPrefix = routeClass?.annotations[PREFIX_ANNOTATION];
  if (annotationPrefix !== undefined && !DNS_NAME.test(annotationPrefix)) {
    const message = `the annotation ${PREFIX_ANNOTATION} of ${description} is no DNS name: write the prefix without its slash`;
    return { ok: false, reason: 'ClassUnknown', message };
  }
  const objects = snapshot.dialectObjects;
  const known = { description, routeClass, named, version, annotationPrefix };
  const speaker = dialect.open({ ...known, objects, evidence: classEvidence(dialect, parent, snapshot) });
  const isTooOld = isOlder(version, dialect.versions.oldest);
  return { ok: true, dialect, version, speaker: isTooOld ? tooOld(speaker, dialect, version) : speaker };
}

/** Nothing new is said to a version that is not supported; what stands can still be read and switched off. */
function tooOld(speaker: Speaker, dialect: Dialect, version: string | undefined): Speaker {
  const { name, versions } = dialect;
  const message = `${name} ${version} is older than ${versions.oldest}, the oldest that is supported: upgrade it`;
  return { ...speaker, express: () => () => ({ ok: false, reason: 'VersionTooOld', message }) };
}

type Choice =
  | { readonly ok: true; readonly dialect: Dialect; readonly version: string | undefined; readonly named: boolean }
  | Inexpressible;

function chooseDialect(question: Question): Choice {
  const { parent, targetKind, routeClass, snapshot } = question;
  const { settings } = snapshot;
  const forAll = settings.dialect === undefined ? undefined : namedChoice(settings.dialect, question);
  if (forAll !== undefined && (!forAll.ok || forAll.dialect.targetKinds.includes(targetKind))) return forAll;
  const { className } = parent;
  if (className === undefined) return unknownClass(`the class cannot be told (${parent.description})`, question);
  if (Object.hasOwn(settings.classes, className)) {
    const forClass = settings.classes[className];
    if (forClass !== undefined) return spokenKind(namedChoice(forClass, question), targetKind);
  }
  return routeClass === undefined
    ? absentClass(className, question)
    : spokenKind(classChoice(routeClass, question), targetKind);
}

function namedChoice(choice: DialectChoice, question: Question): Choice {
  const dialect = dialectByName(choice.name);
  if (dialect === undefined) return unknownDialect(choice.name);
  const version = choice.version ?? question.routeClass?.annotations[VERSION_ANNOTATION];
  return { ok: true, dialect, version, named: true };
}

function unknownDialect(name: string): Inexpressible {
  if (isLaterDialect(name)) {
    const message = `the dialect ${name} is not spoken by this version: let the responder answer, or use a controller that is`;
    return { ok: false, reason: 'NoCorsSupport', message };
  }
  const names = dialects.map((each) => each.name).join(', ');
  return { ok: false, reason: 'ClassUnknown', message: `there is no dialect ${name}: use one of ${names}` };
}

function classChoice(routeClass: RouteClass, question: Question): Choice {
  const version = routeClass.annotations[VERSION_ANNOTATION];
  const annotated = routeClass.annotations[DIALECT_ANNOTATION];
  if (annotated !== undefined) {
    const dialect = dialectByName(annotated);
    return dialect === undefined ? unknownDialect(annotated) : { ok: true, dialect, version, named: false };
  }
  const detected = dialects.find((dialect) => dialect.detect(routeClass));
  if (detected !== undefined) return { ok: true, dialect: detected, version, named: false };
  const unsupported = unsupportedController(routeClass.controller);
  if (unsupported !== undefined) return noSupport(unsupported.name, unsupported.advice);
  return unknownClass(
    `the controller ${routeClass.controller} of ${question.parent.description} is not known`,
    question,
  );
}

function absentClass(className: string, question: Question): Inexpressible {
  const unsupported = unsupportedClassName(className);
  if (unsupported !== undefined) return noSupport(unsupported.name, unsupported.advice);
  return unknownClass(`the ${question.parent.classKind} ${className} is not in the input`, question);
}

function noSupport(name: string, advice: string): Inexpressible {
  return { ok: false, reason: 'NoCorsSupport', message: `the route is served by ${name}: ${advice}` };
}

function unknownClass(what: string, question: Question): Inexpressible {
  const { className, classKind } = question.parent;
  const names = dialects.filter((each) => each.targetKinds.includes(question.targetKind)).map((each) => each.name);
  const guess = guessDialect(className ?? '', classKind);
  const example = guess === undefined ? '' : `, for instance --class ${className}=${guess}`;
  const option =
    className === undefined
      ? `--dialect ${names.length === 1 ? names[0] : 'DIALECT'}, which holds for every class`
      : `--class ${className}=DIALECT[@VERSION]${example}`;
  const message = `${what}: say what its controller speaks (${names.join(', ')}) with ${option}`;
  return { ok: false, reason: 'ClassUnknown', message };
}

function guessDialect(className: string, classKind: RouteParent['classKind']): string | undefined {
  if (className === '') return undefined;
  if (classKind === 'GatewayClass') return 'gateway-api';
  if (className.includes('traefik')) return 'traefik';
  return className.includes('nginx') ? 'ingress-nginx' : undefined;
}

function spokenKind(choice: Choice, targetKind: string): Choice {
  if (!choice.ok || choice.dialect.targetKinds.includes(targetKind)) return choice;
  const kinds = choice.dialect.targetKinds.join(', ');
  const message = `the dialect ${choice.dialect.name} is for ${kinds} and not for ${targetKind}: name another one for the class`;
  return { ok: false, reason: 'NoCorsSupport', message };
}

/** What is no version counts as none: then only what holds for every version is written. */
function knownVersion(version: string | undefined): string | undefined {
  return version === undefined || parseVersion(version) === undefined ? undefined : version.replace(/^v/, '');
}
