import { describe, expect, test } from 'vitest';
import type { RouteParent } from '../../src/model/route.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { RouteClass, Snapshot } from '../../src/model/snapshot.ts';
import { assembleSnapshot } from '../../src/model/snapshot-assembly.ts';
import { type ClassSpeech, classSpeeches } from '../../src/plan/class-speech.ts';

const SETTINGS: Settings = { operatorNamespace: 'cors', classes: {}, responder: 'Disabled' };

function snapshot(classes: readonly Partial<RouteClass>[], settings: Partial<Settings> = {}): Snapshot {
  const base = {
    kind: 'IngressClass' as const,
    name: 'web',
    controller: '',
    annotations: {},
    isDefault: false,
    creationTimestamp: '',
  };
  return {
    ...assembleSnapshot([], { ...SETTINGS, ...settings }),
    classes: classes.map((each) => ({ ...base, ...each })),
  };
}

function ask(input: Snapshot, className: string | undefined, targetKind = 'Ingress'): ClassSpeech {
  const classKind = targetKind === 'Ingress' ? 'IngressClass' : 'GatewayClass';
  const description = className === undefined ? 'no class' : `class ${className}`;
  const parent: RouteParent = { ...(className === undefined ? {} : { className }), classKind, description };
  return classSpeeches(input)(parent, targetKind);
}

function words(speech: ClassSpeech): string {
  return speech.ok ? `${speech.dialect.name}@${speech.version ?? '?'}` : speech.reason;
}

const NGINX = { controller: 'k8s.io/ingress-nginx' };

describe('classSpeeches', () => {
  test.each([
    { name: 'ingress-nginx by its controller', classes: [NGINX], expected: 'ingress-nginx@?' },
    {
      name: 'Traefik by its controller',
      classes: [{ controller: 'traefik.io/ingress-controller' }],
      expected: 'traefik@?',
    },
    {
      name: 'a version by annotation, without its v',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/dialect-version': 'v1.14.5' } }],
      expected: 'ingress-nginx@1.14.5',
    },
    {
      name: 'a version that is none counts as unknown',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/dialect-version': 'latest' } }],
      expected: 'ingress-nginx@?',
    },
    {
      name: 'a dialect by annotation beats the controller',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/dialect': 'traefik' } }],
      expected: 'traefik@?',
    },
    {
      name: 'a dialect that comes later',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/dialect': 'traefik-ingress-nginx' } }],
      expected: 'NoCorsSupport',
    },
    {
      name: 'a dialect that there is not',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/dialect': 'nginx' } }],
      expected: 'ClassUnknown',
    },
    {
      name: 'an annotation prefix that is none',
      classes: [{ ...NGINX, annotations: { 'cors-operator.dev/annotation-prefix': 'a/b' } }],
      expected: 'ClassUnknown',
    },
    { name: 'a controller without CORS', classes: [{ controller: 'ingress.k8s.aws/alb' }], expected: 'NoCorsSupport' },
    {
      name: 'a controller with a class of its own',
      classes: [{ controller: 'haproxy.org/ingress-controller/edge' }],
      expected: 'NoCorsSupport',
    },
    { name: 'a controller that nobody knows', classes: [{ controller: 'example.com/x' }], expected: 'ClassUnknown' },
    { name: 'a class that is not in the input', classes: [], expected: 'ClassUnknown' },
    {
      name: 'a class of the other kind',
      classes: [{ ...NGINX, kind: 'GatewayClass' as const }],
      expected: 'ClassUnknown',
    },
  ])('$name', ({ classes, expected }) => {
    expect(words(ask(snapshot(classes), 'web'))).toBe(expected);
  });

  test.each([
    {
      name: 'settings for the class beat its object',
      settings: { classes: { web: { name: 'traefik', version: '3.7.13' } } },
      expected: 'traefik@3.7.13',
    },
    {
      name: 'settings for all beat those for the class',
      settings: { dialect: { name: 'ingress-nginx', version: '1.15.1' }, classes: { web: { name: 'traefik' } } },
      expected: 'ingress-nginx@1.15.1',
    },
    {
      name: 'settings for all hold for kinds that the dialect knows only',
      settings: { dialect: { name: 'gateway-api' } },
      expected: 'ingress-nginx@1.14.5',
    },
    {
      name: 'settings that name no version take the one of the class',
      settings: { dialect: { name: 'ingress-nginx' } },
      expected: 'ingress-nginx@1.14.5',
    },
    {
      name: 'settings with a dialect for another kind',
      settings: { classes: { web: { name: 'gateway-api' } } },
      expected: 'NoCorsSupport',
    },
    {
      name: 'settings with a dialect that there is not',
      settings: { classes: { web: { name: 'nginx' } } },
      expected: 'ClassUnknown',
    },
  ])('$name', ({ settings, expected }) => {
    const routeClass = { ...NGINX, annotations: { 'cors-operator.dev/dialect-version': '1.14.5' } };
    expect(words(ask(snapshot([routeClass], settings), 'web'))).toBe(expected);
  });

  test('a class name like a key of the prototype is no setting', () => {
    expect(words(ask(snapshot([]), 'constructor'))).toBe('ClassUnknown');
  });

  test.each([
    {
      name: 'an absent class gets the option with its name and a guess',
      className: 'my-nginx',
      option: '--class my-nginx=ingress-nginx',
    },
    { name: 'without a class the option for all', className: undefined, option: '--dialect DIALECT' },
  ])('$name', ({ className, option }) => {
    const speech = ask(snapshot([]), className);
    expect(speech.ok ? '' : speech.message).toContain(option);
  });

  test('the class of GKE goes by its name', () => {
    expect(words(ask(snapshot([]), 'gce'))).toBe('NoCorsSupport');
  });

  test('a version that is too old is told apart, and can still be read and switched off', () => {
    const speech = ask(snapshot([{ ...NGINX, annotations: { 'cors-operator.dev/dialect-version': '1.9.0' } }]), 'web');
    if (!speech.ok) throw new Error(speech.message);
    const policy = {
      origins: { any: true, exact: [], wildcards: [], regexes: [] },
      allowMethods: [],
      allowHeaders: [],
      exposeHeaders: [],
      allowCredentials: false,
    };
    const object = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'a', annotations: { 'nginx.ingress.kubernetes.io/enable-cors': 'true' } },
    };
    const route = {
      target: { group: '', kind: 'Ingress', namespace: 'a', name: 'a' },
      object,
      rules: [],
      matches: [],
      parents: [],
    };
    expect(speech.speaker.express(policy)(route)).toMatchObject({ ok: false, reason: 'VersionTooOld' });
    expect(speech.speaker.read(route, []).kind).toBe('On');
    expect(speech.speaker.off(route).annotations['nginx.ingress.kubernetes.io/enable-cors']).toBe('false');
  });
});
