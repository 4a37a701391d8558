import type { OriginSet, Policy } from '../../src/cors/policy.ts';
import type { DialectName, Expression } from '../../src/plan/dialect.ts';
import type { TargetChanges } from '../../src/plan/plan.ts';

/** What a dialect says of a policy. */
export type Said = Extract<Expression, { ok: true }>;

/** A mistake that a dialect could have: it says another policy than the one it was given, or says it wrongly. */
export type Fault = {
  readonly name: string;
  readonly policy?: (policy: Policy) => Policy;
  readonly said?: (said: Said) => Said;
};

/** Nobody's, and in no policy that tests make up. */
export const STRANGER = 'https://evil.example.net';

const NGINX = 'nginx.ingress.kubernetes.io/';

const FORGOTTEN = [
  'accessControlAllowOriginList',
  'accessControlAllowOriginListRegex',
  'accessControlAllowMethods',
  'accessControlAllowHeaders',
  'accessControlAllowCredentials',
  'accessControlExposeHeaders',
  'accessControlMaxAge',
];

/** Mistakes that any dialect could have. */
const EVERYWHERE: readonly Fault[] = [
  fields('credentials switched on', () => ({ allowCredentials: true })),
  fields('credentials forgotten', () => ({ allowCredentials: false })),
  fields('a method too many', ({ allowMethods }) => ({ allowMethods: [...allowMethods, 'CONNECT'] })),
  fields('a method too few', ({ allowMethods }) => ({ allowMethods: allowMethods.slice(1) })),
  fields('every method for some', () => ({ allowMethods: ['*'] })),
  fields('a request header too many', ({ allowHeaders }) => ({ allowHeaders: [...allowHeaders, 'X-Evil'] })),
  fields('a request header too few', ({ allowHeaders }) => ({ allowHeaders: allowHeaders.slice(1) })),
  fields('Authorization beside the others', ({ allowHeaders }) => ({
    allowHeaders: [...allowHeaders, 'Authorization'],
  })),
  fields('an exposed header too many', ({ exposeHeaders }) => ({ exposeHeaders: [...exposeHeaders, 'X-Evil'] })),
  fields('an exposed header too few', ({ exposeHeaders }) => ({ exposeHeaders: exposeHeaders.slice(1) })),
  fields('everything exposed for some', () => ({ exposeHeaders: ['*'] })),
  fields('request headers and exposed headers swapped', ({ allowHeaders, exposeHeaders }) => ({
    allowHeaders: exposeHeaders,
    exposeHeaders: allowHeaders,
  })),
  fields('a longer time', ({ maxAge = 5 }) => ({ maxAge: maxAge + 1 })),
  fields('a shorter time', ({ maxAge = 5 }) => ({ maxAge: Math.max(0, maxAge - 1) })),
  fields('the longest time for none', ({ maxAge }) => ({ maxAge: maxAge ?? 86_400 })),
  origins('an origin too many', ({ exact }) => ({ exact: [...exact, STRANGER] })),
  origins('an origin too few', ({ exact }) => ({ exact: exact.slice(1) })),
  origins('everyone for some', () => ({ any: true, exact: [], wildcards: [], regexes: [] })),
  origins('another port', ({ exact }) => ({ exact: exact.map((origin) => origin.replace(/:\d+$/, '')) })),
  origins('http beside https', ({ exact }) => ({
    exact: [...exact, ...exact.map((origin) => origin.replace(/^https:/, 'http:'))],
  })),
  origins('the parent of a name', ({ wildcards }) => ({
    wildcards: wildcards.map((each) => ({ ...each, base: each.base.slice(each.base.indexOf('.') + 1) })),
  })),
  origins('a wildcard without its port', ({ wildcards }) => ({
    wildcards: wildcards.map((each) => ({ ...each, port: '' })),
  })),
  origins('another scheme for a wildcard', ({ wildcards }) => ({
    wildcards: wildcards.map((each) => ({ ...each, scheme: 'http' })),
  })),
  origins('a wildcard too few', ({ wildcards }) => ({ wildcards: wildcards.slice(1) })),
  origins('the name itself beside its wildcard', ({ exact, wildcards }) => ({
    exact: [...exact, ...wildcards.map(({ scheme, base }) => `${scheme}://${base}`)],
  })),
  origins('no regexes', () => ({ regexes: [] })),
];

const ONE_LABEL = origins('one label for any depth', ({ wildcards }) => ({
  wildcards: wildcards.map((each) => ({ ...each, depth: 'Single' })),
}));
const ANY_DEPTH = origins('any depth for one label', ({ wildcards }) => ({
  wildcards: wildcards.map((each) => ({ ...each, depth: 'Any' })),
}));
const EVERY_HEADER = fields('every request header for some', () => ({ allowHeaders: ['*', 'Authorization'] }));

/** Mistakes per dialect, those that every dialect could have among them. */
export const faults: Readonly<Record<DialectName, readonly Fault[]>> = {
  'ingress-nginx': [...EVERYWHERE, ONE_LABEL, ...nginxFaults()],
  traefik: [...EVERYWHERE, ONE_LABEL, ANY_DEPTH, EVERY_HEADER, ...traefikFaults()],
  'gateway-api': [...EVERYWHERE, ANY_DEPTH, EVERY_HEADER, ...gatewayFaults()],
};

function fields(name: string, change: (policy: Policy) => Partial<Policy>): Fault {
  return { name, policy: (policy) => ({ ...policy, ...change(policy) }) };
}

function origins(name: string, change: (origins: OriginSet) => Partial<OriginSet>): Fault {
  return fields(name, (policy) => ({ origins: { ...policy.origins, ...change(policy.origins) } }));
}

function nginxFaults(): readonly Fault[] {
  const keys = ['allow-origin', 'allow-methods', 'allow-headers', 'allow-credentials', 'expose-headers', 'max-age'];
  return [
    ...keys.map((key) => annotations(`the key cors-${key} is forgotten`, forget(`cors-${key}`))),
    annotations(
      'CORS is not switched on',
      change('enable-cors', () => 'false'),
    ),
    annotations(
      'a star for the list',
      change('cors-allow-origin', () => '*'),
    ),
    annotations(
      'a star in the list',
      change('cors-allow-origin', (value) => `${value},*`),
    ),
    annotations(
      'null in the list',
      change('cors-allow-origin', (value) => `${value},null`),
    ),
    annotations(
      'a scheme in upper case',
      change('cors-allow-origin', (value) => value.replace('http', 'HTTP')),
    ),
    annotations(
      'a slash at the end',
      change('cors-allow-origin', (value) => `${value}/`),
    ),
    annotations(
      'origins apart by spaces',
      change('cors-allow-origin', (value) => value.replaceAll(',', ' ')),
    ),
    annotations(
      'a path element for a port',
      change('cors-allow-origin', (value) => `${value}:*`),
    ),
    annotations(
      'a method with a sign',
      change('cors-allow-methods', (value) => `${value};`),
    ),
    annotations(
      'a request header with a dot',
      change('cors-allow-headers', (value) => `${value},X.Y`),
    ),
    annotations(
      'an exposed header with a dot',
      change('cors-expose-headers', (value) => `${value},X.Y`),
    ),
    annotations(
      'credentials in words',
      change('cors-allow-credentials', () => 'no'),
    ),
    annotations(
      'a time with its unit',
      change('cors-max-age', (value) => `${value}s`),
    ),
    annotations(
      'milliseconds',
      change('cors-max-age', (value) => `${value}000`),
    ),
  ];
}

type Annotations = Readonly<Record<string, string | null>>;

function annotations(name: string, spoil: (values: Annotations) => Annotations): Fault {
  return { name, said: (said) => withChanges(said, { annotations: spoil(said.changes.annotations) }) };
}

function forget(key: string): (values: Annotations) => Annotations {
  return (values) => Object.fromEntries(Object.entries(values).filter(([name]) => name !== `${NGINX}${key}`));
}

function change(key: string, spoil: (value: string) => string): (values: Annotations) => Annotations {
  return (values) => {
    const value = values[`${NGINX}${key}`];
    return value === null || value === undefined ? values : { ...values, [`${NGINX}${key}`]: spoil(value) };
  };
}

function withChanges(said: Said, changes: Partial<TargetChanges>): Said {
  return { ...said, changes: { ...said.changes, ...changes } };
}

function traefikFaults(): readonly Fault[] {
  return [
    origins('a regex too few', ({ regexes }) => ({ regexes: regexes.slice(1) })),
    expressions('a missing ^', (text) => text.replace(/^\^/, '')),
    expressions('a missing $', (text) => text.replace(/\$$/, '')),
    expressions('no anchor at all', (text) => text.replace(/^\^/, '').replace(/\$$/, '')),
    expressions('a missing group round alternatives', (text) => text.replace(/^\^\(\?:(.*)\)\$$/, '^$1$$')),
    expressions('a dot that is any character', (text) => text.replaceAll('\\.', '.')),
    expressions('the last dot is any character', (text) => text.replace(/\\\.(?=[a-z]+\)\$$)/, '.')),
    expressions('any text for a label', (text) => text.replace(/\[[^\]]*\](?:\+|\{1,63\})/, '.+')),
    expressions('any depth for a label', (text) => text.replace(/:\/\/(\[[^\]]*\]\+\\\.)/, '://(?:$1)+')),
    expressions('no label at all will do', (text) => text.replace(/:\/\/(\[[^\]]*\]\+\\\.)/, '://(?:$1)*')),
    expressions('letters only for a label', (text) => text.replace('a-z0-9_-', 'a-z')),
    expressions('case is ignored', (text) => text.replace('^(?:', '^(?:(?i)')),
    expressions('the scheme is open at its start', (text) => text.replace('^(?:http', '^(?:.*http')),
    expressions('http as well as https', (text) => text.replace('https://', 'https?://')),
    headers('exact origins among the regexes', (all) => ({
      ...all,
      accessControlAllowOriginList: undefined,
      accessControlAllowOriginListRegex: [
        ...list(all, 'accessControlAllowOriginListRegex'),
        ...list(all, 'accessControlAllowOriginList').filter((origin) => origin !== '*'),
      ],
    })),
    headers('regexes among the exact origins', (all) => ({
      ...all,
      accessControlAllowOriginListRegex: undefined,
      accessControlAllowOriginList: [
        ...list(all, 'accessControlAllowOriginList'),
        ...list(all, 'accessControlAllowOriginListRegex'),
      ],
    })),
    headers('a regex that is none', (all) => ({ ...all, accessControlAllowOriginListRegex: ['^(?:(?=a).*)$'] })),
    headers('a star for the list', (all) => ({ ...all, accessControlAllowOriginList: ['*'] })),
    headers('null in the list', (all) => ({
      ...all,
      accessControlAllowOriginList: [...list(all, 'accessControlAllowOriginList'), 'null'],
    })),
    headers('methods in the place of headers', (all) => ({
      ...all,
      accessControlAllowMethods: all['accessControlAllowHeaders'],
      accessControlAllowHeaders: all['accessControlAllowMethods'],
    })),
    ...FORGOTTEN.map((field) => headers(`${field} is forgotten`, (all) => ({ ...all, [field]: undefined }))),
    headers('credentials by default', (all) => ({ ...all, accessControlAllowCredentials: true })),
    headers('milliseconds', (all) => ({ ...all, accessControlMaxAge: Number(all['accessControlMaxAge'] ?? 5) * 1000 })),
    { name: 'the Middleware is forgotten', said: (said) => ({ ...said, owned: [] }) },
    {
      name: 'the Middleware has another name',
      said: (said) => ({
        ...said,
        owned: said.owned.map((each) => ({ ...each, metadata: { ...each.metadata, name: 'other' } })),
      }),
    },
    { name: 'the reference is forgotten', said: (said) => withChanges(said, { listEntries: [] }) },
  ];
}

type Values = Readonly<Record<string, unknown>>;

function headers(name: string, spoil: (headers: Values) => Values): Fault {
  return {
    name,
    said: (said) => ({
      ...said,
      owned: said.owned.map((each) => ({
        ...each,
        spec: { headers: withoutGaps(spoil(Object(each['spec']).headers)) },
      })),
    }),
  };
}

function expressions(name: string, spoil: (expression: string) => string): Fault {
  return headers(name, (all) => ({
    ...all,
    accessControlAllowOriginListRegex:
      all['accessControlAllowOriginListRegex'] && list(all, 'accessControlAllowOriginListRegex').map(spoil),
  }));
}

function gatewayFaults(): readonly Fault[] {
  return [
    cors('a star for the list', (all) => ({ ...all, allowOrigins: ['*'] })),
    cors('a star among others', (all) => ({ ...all, allowOrigins: [...list(all, 'allowOrigins'), '*'] })),
    cors('a star for hosts', (all) => ({ ...all, allowOrigins: [...list(all, 'allowOrigins'), 'https://*'] })),
    cors('a star for names of one label', (all) => ({
      ...all,
      allowOrigins: list(all, 'allowOrigins').map((text) => text.replace(/:\/\/[^.]+\./, '://*.')),
    })),
    cors('null in the list', (all) => ({ ...all, allowOrigins: [...list(all, 'allowOrigins'), 'null'] })),
    ...['allowOrigins', 'allowMethods', 'allowHeaders', 'allowCredentials', 'exposeHeaders', 'maxAge'].map((field) =>
      cors(`${field} is forgotten`, (all) => ({ ...all, [field]: undefined })),
    ),
    cors('credentials by default', (all) => ({ ...all, allowCredentials: true })),
    cors('every request header by default', (all) => ({ ...all, allowHeaders: ['*'] })),
    cors('milliseconds', (all) => ({ ...all, maxAge: Number(all['maxAge']) * 1000 })),
    cors('a time of 0', (all) => ({ ...all, maxAge: 0 })),
    cors('methods in the place of headers', (all) => ({
      ...all,
      allowMethods: all['allowHeaders'],
      allowHeaders: all['allowMethods'],
    })),
    { name: 'no filter at all', said: (said) => withChanges(said, { filters: [] }) },
    {
      name: 'the last rule is forgotten',
      said: (said) => withChanges(said, { filters: said.changes.filters.slice(0, -1) }),
    },
    {
      name: 'the filter of the next rule',
      said: (said) =>
        withChanges(said, { filters: said.changes.filters.map(({ rule, filter }) => ({ rule: rule + 1, filter })) }),
    },
    {
      name: 'the filter on a rule of another route',
      said: (said) =>
        withChanges(said, {
          filters: [...said.changes.filters, ...said.changes.filters.slice(0, 1).map((each) => ({ ...each, rule: 0 }))],
        }),
    },
  ];
}

function cors(name: string, spoil: (cors: Values) => Values): Fault {
  const spoilFilter = (filter: Values | null): Values => ({
    type: 'CORS',
    cors: withoutGaps(spoil(Object(filter).cors)),
  });
  return {
    name,
    said: (said) =>
      withChanges(said, {
        filters: said.changes.filters.map(({ rule, filter }) => ({ rule, filter: spoilFilter(filter) })),
      }),
  };
}

function list(values: Values, field: string): readonly string[] {
  const value = values[field];
  return Array.isArray(value) ? value.map(String) : [];
}

/** As the object would be stored: what is undefined is not there. */
function withoutGaps(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
