import { RE2JS } from 're2js';
import type { KubernetesObject } from '../../../src/model/kubernetes-object.ts';
import type { Controller, ResponseHeaders } from './browser.ts';

/** Validators as the controller has them, word for word, matched by an engine of the same kind. */
const VALIDATORS = {
  origins: RE2JS.compile('^((((([a-z]+://)?(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?,?)|null)+)|\\*)?$'),
  originsBefore112: RE2JS.compile('^((((https?://)?(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?,?)+)|\\*)?$'),
  item: RE2JS.compile('^([a-z]+://(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?|\\*|null)?$'),
  itemBefore112: RE2JS.compile('^(https?://(\\*\\.)?[A-Za-z0-9\\-.]*(:\\d+)?|\\*)?$'),
  methods: RE2JS.compile('^([A-Za-z]+,?\\s?)+$'),
  headers: RE2JS.compile('^[A-Za-z0-9-_, ]*$'),
  exposed: RE2JS.compile('^(([A-Za-z0-9\\-\\_]+|\\*),?\\s?)+$'),
};

const PREFIX = 'nginx.ingress.kubernetes.io/';
const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/**
 * ingress-nginx as its annotation parser, its template and nginx behave together.
 *
 * @param application what the application answers to every request
 */
export function ingressNginxController(
  object: KubernetesObject,
  before112: boolean,
  application: ResponseHeaders,
): Controller {
  const value = (key: string): string | undefined => object.metadata.annotations?.[`${PREFIX}${key}`];
  if (boolean(value('enable-cors')) !== true) return () => application;
  const origins = readOrigins(value('cors-allow-origin'), before112);
  const headers = responseHeaders(value);
  const matches = originTest(origins);
  return ({ origin }) => {
    if (!matches(origin)) return application;
    const echoed = origins[0] === '*' ? '*' : origin;
    return new Map([...application, ['access-control-allow-origin', echoed], ...headers]);
  };
}

function responseHeaders(value: (key: string) => string | undefined): ResponseHeaders {
  const headers = new Map<string, string>();
  if (boolean(value('cors-allow-credentials')) ?? true) headers.set('access-control-allow-credentials', 'true');
  headers.set(
    'access-control-allow-methods',
    text(value('cors-allow-methods'), VALIDATORS.methods) ?? 'GET, PUT, POST, DELETE, PATCH, OPTIONS',
  );
  headers.set(
    'access-control-allow-headers',
    text(value('cors-allow-headers'), VALIDATORS.headers) ??
      'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization',
  );
  const exposed = text(value('cors-expose-headers'), VALIDATORS.exposed);
  if (exposed !== undefined) headers.set('access-control-expose-headers', exposed);
  const seconds = value('cors-max-age') ?? '';
  headers.set('access-control-max-age', integer(seconds) ?? '1728000');
  return headers;
}

/** As Go prints the 64 bits that it reads. */
function integer(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', '').replace(/^-/, '')) * (text.startsWith('-') ? -1n : 1n);
  return BigInt.asIntN(64, value) === value ? String(value) : undefined;
}

function readOrigins(value: string | undefined, before112: boolean): readonly string[] {
  const whole = before112 ? VALIDATORS.originsBefore112 : VALIDATORS.origins;
  if (value === undefined || value.trim() === '' || !isValid(value, whole)) return ['*'];
  const items = value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.includes('*')) return ['*'];
  const item = before112 ? VALIDATORS.itemBefore112 : VALIDATORS.item;
  return items.filter((each) => item.matches(each));
}

/** One expression for all, open at its start, without case: `if ($http_origin ~* (…)$ )`. */
function originTest(origins: readonly string[]): (origin: string) => boolean {
  if (origins.length === 0) return () => false;
  if (origins[0] === '*') return () => true;
  const parts = origins.map(
    (origin) => `(${origin.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&').replace('\\*', '[A-Za-z0-9\\-]+')})`,
  );
  const expression = new RegExp(`(${parts.join('|')})$`, 'i');
  return (origin) => expression.test(origin);
}

function text(value: string | undefined, validator: RE2JS): string | undefined {
  if (value === undefined || value.trim() === '' || !isValid(value, validator)) return undefined;
  return validator.matches(value.trim()) ? value.trim() : undefined;
}

function isValid(value: string, validator: RE2JS): boolean {
  const spaceless = value.replaceAll(' ', '');
  return validator.matches(spaceless) && !/[\r\n]/.test(spaceless);
}

function boolean(value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (TRUE.includes(value)) return true;
  return FALSE.includes(value) ? false : undefined;
}
