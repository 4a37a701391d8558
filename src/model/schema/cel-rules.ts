import { SECTION_KIND, TARGET_KINDS } from '../target-kind.ts';
import type { CelRule } from './field-schema.ts';

// Twins of our own validation, for an API server without our webhook: never stricter, and exact where CEL can say it.
// Bracketed characters instead of backslashes, so that no rule depends on how often one is escaped.

const PORT = '(:[1-9][0-9]{0,4})?';
const BYTE = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

/** Shape of an entry of `allowOrigins`: a lone star, or a scheme and something behind it. */
export const ORIGIN_PATTERN = '^([*]|[a-z][a-z0-9+.-]{0,63}://.+)$';

/** One entry of `allowOrigins`. */
export const ORIGIN_RULES: readonly CelRule[] = [
  {
    rule:
      `!self.matches('^https?://') || self.matches('^https?://([*][.])?([a-z0-9_-]{1,63}[.])*[a-z0-9_-]{1,63}[.]?${PORT}$')` +
      ` || self.matches('^https?://[[][0-9a-f:]{2,39}]${PORT}$')`,
    message:
      'an origin is scheme://host[:port] in lower case, without path; a star stands for the first label only: https://*.example.com',
  },
  {
    rule: `self == '*' || self.matches('^https?://') || self.matches('^[a-z][a-z0-9+.-]*://([*][.])?[A-Za-z0-9._-]{1,253}${PORT}$')`,
    message: 'an origin is scheme://host[:port], without path',
  },
  {
    rule:
      "!self.matches('^https?://([^/]*[.])?([0-9]+|0x[0-9a-f]*)[.]?(:[0-9]+)?$')" +
      ` || self.matches('^https?://${BYTE}([.]${BYTE}){3}${PORT}$')`,
    message: 'an IPv4 address is four decimal numbers without leading zeros, and has no subdomains',
  },
  {
    rule: "!self.matches('^(https://.*:443|http://.*:80)$')",
    message: 'browsers leave out the default port of the scheme: remove it',
  },
  {
    rule: "!self.matches(':(6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})$')",
    message: 'a port is at most 65535',
  },
  { rule: "!self.startsWith('file:')", message: 'pages opened from files send "Origin: null": serve them over HTTP' },
];

/** One entry of `allowOriginRegexes`. */
export const REGEX_RULES: readonly CelRule[] = [
  { rule: "!self.matches('^/.*/[a-z]*$')", message: 'a regex is written without slashes round it' },
  {
    rule: "!self.contains('://*') && !self.startsWith('*') && !self.startsWith('^*')",
    message: 'this is a wildcard, not a regex: move it to allowOrigins',
  },
];

/** Characters of methods and header names. */
export const TOKEN_PATTERN = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$";

/** One entry of `allowMethods`. */
export const METHOD_RULES: readonly CelRule[] = [
  { rule: "!self.matches('^(?i:connect|trace|track)$')", message: 'scripts can never send CONNECT, TRACE or TRACK' },
];

const PARTIAL_WILDCARD: CelRule = {
  rule: "self == '*' || !self.contains('*')",
  message: 'a star inside a name is taken literally by browsers: list the names, or write a lone star',
};

/** Request headers that scripts can never set, and headers that only responses have: as our own validation takes them. */
const NO_REQUEST_HEADERS =
  'accept-charset|accept-encoding|connection|content-length|cookie|cookie2|date|dnt|expect|host|keep-alive|origin|' +
  'referer|te|trailer|transfer-encoding|upgrade|via|set-cookie|set-cookie2|vary|location|server|www-authenticate|' +
  'access-control-.*|proxy-.*|sec-.*';

/** One entry of `allowHeaders`. */
export const HEADER_RULES: readonly CelRule[] = [
  PARTIAL_WILDCARD,
  {
    rule: `!self.matches('^(?i:${NO_REQUEST_HEADERS})$')`,
    message: 'scripts can never set this request header, or it is a response header: remove it',
  },
];

/** One entry of `exposeHeaders`. */
export const EXPOSE_RULES: readonly CelRule[] = [
  PARTIAL_WILDCARD,
  {
    rule: "!self.matches('^(?i:set-cookie2?|access-control-.*|sec-fetch-.*|cookie2?|host|origin|referer|user-agent)$')",
    message: 'scripts can never read this header, or it is a request header: remove it',
  },
];

const CREDENTIALS = '(has(self.allowCredentials) && self.allowCredentials)';
const LOOPBACK =
  "'^(http|ws)://([*][.])?(([a-z0-9_-]+[.])*localhost[.]?|127[.][0-9]+[.][0-9]+[.][0-9]+|[[]::1])(:[0-9]+)?$'";

/** What `allowCredentials` forbids. */
const CREDENTIALS_RULES: readonly CelRule[] = [
  {
    rule: `!${CREDENTIALS} || !has(self.allowOrigins) || !('*' in self.allowOrigins)`,
    message: 'the origin "*" cannot be combined with credentials: list the origins, or set allowCredentials to false',
  },
  {
    rule: `!${CREDENTIALS} || !has(self.allowOrigins) || self.allowOrigins.all(o, !o.matches('^(http|ws)://') || o.matches(${LOOPBACK}))`,
    message: 'credentials need TLS: write https:// for every origin but localhost and loopback addresses',
  },
  {
    rule: `!${CREDENTIALS} || !has(self.exposeHeaders) || !('*' in self.exposeHeaders)`,
    message: 'the exposed header "*" exposes nothing with credentials: list the names',
  },
];

/** The CORS fields of a policy together. */
export const FIELDS_RULES: readonly CelRule[] = [
  {
    rule:
      '(has(self.allowOrigins) && size(self.allowOrigins) > 0) || (has(self.allowOriginRegexes) && size(self.allowOriginRegexes) > 0)' +
      ' || (has(self.allowOriginsFrom) && size(self.allowOriginsFrom) > 0)',
    message: 'name at least one origin in allowOrigins, allowOriginRegexes or allowOriginsFrom',
  },
  ...CREDENTIALS_RULES,
];

const TARGETS = TARGET_KINDS.map(({ group, kind }) => `'${group}/${kind}'`).join(', ');

/** One entry of `targetRefs`. */
export const TARGET_REF_RULES: readonly CelRule[] = [
  {
    rule: `(self.group + '/' + self.kind) in [${TARGETS}]`,
    message: 'not a target yet: use an Ingress or HTTPRoute',
  },
  {
    rule: `!has(self.sectionName) || self.kind == '${SECTION_KIND}'`,
    message: 'only an HTTPRoute has rules that sectionName can name',
  },
];

/** `targetRefs` as a whole. */
export const TARGET_REFS_RULES: readonly CelRule[] = [
  {
    rule:
      'self.all(a, self.exists_one(b, a.group == b.group && a.kind == b.kind && a.name == b.name' +
      " && (has(a.sectionName) ? a.sectionName : '') == (has(b.sectionName) ? b.sectionName : '')))",
    message: 'the same object is named twice',
  },
];

/** How a CorsPolicy says what it is for. */
export const TARGETS_RULES: readonly CelRule[] = [
  {
    rule: 'has(self.targetRefs) != has(self.targetSelector)',
    message:
      'give exactly one of targetRefs and targetSelector; an empty targetSelector selects all routes of the namespace',
  },
];

/** One requirement of a label selector. */
export const REQUIREMENT_RULES: readonly CelRule[] = [
  {
    rule: "self.operator in ['In', 'NotIn'] ? (has(self.values) && size(self.values) > 0) : (!has(self.values) || size(self.values) == 0)",
    message: 'In and NotIn need values, Exists and DoesNotExist take none',
  },
];

/** A selector that must not select everything. */
export const NOT_EMPTY_RULES: readonly CelRule[] = [
  {
    rule: '(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)',
    message: 'an empty routeSelector would select every route: name labels',
  },
];

/** `policyRefs` as a whole. `namespace` is a reserved word of CEL, which Kubernetes writes with underscores. */
export const POLICY_REFS_RULES: readonly CelRule[] = [
  {
    rule: 'self.all(a, self.exists_one(b, a.__namespace__ == b.__namespace__ && a.name == b.name))',
    message: 'the same policy is named twice',
  },
];
