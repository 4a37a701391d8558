/** A spec with everything that our validation says about it. */
export type ValidationCase = {
  readonly name: string;
  readonly kind: 'CorsPolicy' | 'ClusterCorsPolicy' | 'CorsException';
  readonly spec: unknown;
  /** `Reason path`, in order; a warning with `(W)` behind its reason. */
  readonly issues: readonly string[];
  /** `Lax`: only our own validation refuses it, because neither a structural schema nor CEL can say why. */
  readonly apiServer?: 'Lax';
};

const INGRESS = { group: 'networking.k8s.io', kind: 'Ingress', name: 'storefront' };
const ROUTE = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'storefront' };
const ORIGINS = ['https://www.example.com'];

type Row = readonly [
  name: string,
  spec: Readonly<Record<string, unknown>>,
  issues: readonly string[],
  apiServer?: 'Lax' | undefined,
];

/** Rows over a CorsPolicy that is fine but for what a row changes. */
function policies(rows: readonly Row[]): readonly ValidationCase[] {
  return rows.map(([name, spec, issues, apiServer]) => ({
    name,
    kind: 'CorsPolicy',
    spec: { targetRefs: [INGRESS], allowOrigins: ORIGINS, ...spec },
    issues,
    ...(apiServer !== undefined && { apiServer }),
  }));
}

/** One row per entry of `allowOrigins`. */
function origins(
  rows: readonly (readonly [entry: string, issue: string, apiServer?: 'Lax' | undefined])[],
  rest = {},
): readonly ValidationCase[] {
  return policies(
    rows.map(([entry, reason, apiServer]) => [
      `origin ${JSON.stringify(entry)}`,
      { ...rest, allowOrigins: [entry] },
      reason === '' ? [] : reason.split(' ').map((each) => `${each} spec.allowOrigins[0]`),
      apiServer,
    ]),
  );
}

const CREDENTIALS = { allowCredentials: true };

const ORIGIN_CASES: readonly ValidationCase[] = [
  ...origins([
    ['https://example.com', ''],
    ['https://example.com:8443', ''],
    ['http://[::1]:3000', ''],
    ['https://intranet', ''],
    ['https://under_score.example.com', ''],
    ['https://example.com.', ''],
    ['https://v2--site.netlify.app', ''],
    ['moz-extension://3c9b9e1a-1b1c-4a53-8d0f-0b3d3c1a2f11', ''],
    ['chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb', ''],
    ['safari-web-extension://140BB581-0CAA-4D8C-8A5E-1FB0C4FD1C1A', ''],
    ['capacitor://localhost', ''],
    ['http://example.com', ''],
    ['https://*.www.ck', ''],
    ['https://*.svc.cluster.local', ''],
    ['https://*.localhost', ''],
    ['https://*.example.com', ''],
    ['https://*.example.com:8443', ''],
    ['app://*.example', ''],
    ['*', ''],
    ['https://127.0.0.1', ''],
    ['https://xn--bcher-kva.example', ''],
    ['', 'OriginEmpty'],
    ['https://example.com ', 'OriginWhitespace'],
    ['https://exa mple.com', 'OriginWhitespace'],
    ['https://example.com\u00a0', 'OriginWhitespace'],
    ['https://example.com\n', 'OriginControlCharacter'],
    ['https://exam\0ple.com', 'OriginControlCharacter'],
    ['https://b\u00fccher.example', 'OriginUnicode'],
    ['https://*.b\u00fccher.example', 'OriginUnicode'],
    ['https://\ud800.example', 'OriginUnicode'],
    ['example.com', 'OriginNoScheme'],
    ['//example.com', 'OriginNoScheme'],
    ['https:example.com', 'OriginNoScheme'],
    ['localhost:3000', 'OriginNoScheme'],
    ['about:blank', 'OriginNoScheme'],
    ['1http://example.com', 'OriginScheme'],
    ['my_app://example.com', 'OriginScheme'],
    [`${'a'.repeat(65)}://example.com`, 'OriginScheme'],
    [`${'a'.repeat(64)}://example.com`, ''],
    ['HTTPS://example.com', 'OriginSchemeCase'],
    ['https://Example.com', 'OriginHostCase'],
    ['App://Example', 'OriginSchemeCase'],
    ['app://Example', ''],
    ['https://example.com/login', 'OriginPath'],
    ['https://example.com/*', 'OriginPath'],
    ['https://example.com/', 'OriginTrailingSlash'],
    ['https://example.com?a=b', 'OriginQuery'],
    ['https://example.com#top', 'OriginFragment'],
    ['https://user:secret@example.com', 'OriginUserinfo'],
    ['HTTPS://Example.com:443/', 'OriginSchemeCase OriginTrailingSlash OriginHostCase OriginDefaultPort'],
    ['https://', 'OriginHost'],
    ['https://a..example.com', 'OriginHost'],
    ['https://.example.com', 'OriginHost'],
    [`https://${'a'.repeat(64)}.com`, 'OriginHost'],
    [`https://${'a'.repeat(63)}.com`, ''],
    [`https://${'abcdefg.'.repeat(32)}com`, 'OriginHost', 'Lax'],
    ['https://exa%6dple.com', 'OriginHost'],
    ['https://$HOST', 'OriginHost'],
    ['https://1.2.3', 'OriginIp'],
    ['https://0x7f000001', 'OriginIp'],
    ['https://127.0.0.01', 'OriginIp'],
    ['https://1.2.3.256', 'OriginIp'],
    ['http://[0:0:0:0:0:0:0:1]', 'OriginIp', 'Lax'],
    ['http://[::ffff:127.0.0.1]', 'OriginIp'],
    ['http://::1', 'OriginIp'],
    ['https://xn--a', 'OriginPunycode', 'Lax'],
    ['https://xn--', 'OriginPunycode', 'Lax'],
    ['https://*.xn--a.example', 'OriginPunycode', 'Lax'],
    ['https://example.com:', 'OriginPort'],
    ['https://example.com:0', 'OriginPort'],
    ['https://example.com:08443', 'OriginPort'],
    ['https://example.com:65536', 'OriginPort'],
    ['https://example.com:65535', ''],
    ['https://example.com:web', 'OriginPort'],
    ['https://example.com:443', 'OriginDefaultPort'],
    ['http://example.com:80', 'OriginDefaultPort'],
    ['https://example.com:80', ''],
    ['app://example:443', ''],
    ['null', 'OriginNull'],
    ['NULL', 'OriginNull'],
    ['https://null', ''],
    ['file://', 'OriginFileScheme'],
    ['file:///home/page.html', 'OriginFileScheme'],
    ['file://host', 'OriginFileScheme'],
    ['filesystem://host', ''],
    ['https://a.example,https://b.example', 'OriginListInString'],
    ['https://a.example https://b.example', 'OriginListInString'],
    ['a.example, b.example', 'OriginListInString'],
    ['["https://a.example"]', 'OriginListInString'],
    ['^https://.*\\.example\\.com$', 'OriginLooksLikeRegex'],
    ['https://[a-z]+.example.com', 'OriginLooksLikeRegex'],
    ['https?://example.com', 'OriginLooksLikeRegex'],
    ['https://(a|b).example.com', 'OriginLooksLikeRegex'],
    ['https://*example.com', 'OriginWildcard'],
    ['https://app-*.example.com', 'OriginWildcard'],
    ['https://*', 'OriginWildcard'],
    ['https://example.com:*', 'OriginWildcard'],
    ['https://a.*.example.com', 'OriginWildcard'],
    ['https://*.*.example.com', 'OriginWildcard'],
    ['*://example.com', 'OriginWildcard'],
    ['https://*.127.0.0.1', 'OriginWildcard'],
    ['https://*.[::1]', 'OriginWildcard'],
    [`https://example.com/${'a'.repeat(327)}`, 'FieldTooLong'],
    ['https://*.com', 'OriginPublicSuffix(W)'],
    ['https://*.co.uk', 'OriginPublicSuffix(W)'],
    ['https://*.github.io', 'OriginPublicSuffix(W)'],
    ['https://*.foo.ck', 'OriginPublicSuffix(W)'],
    ['https://*.me.github.io', ''],
    ['https://*.amazonaws.com', 'OriginCoversPublicSuffix(W)'],
    ['https://*.a.foo.ck', ''],
  ]),
  ...origins(
    [
      ['*', 'OriginWildcardCredentials spec.allowOrigins[0]'.split(' ')[0] ?? ''],
      ['https://*.github.io', 'OriginPublicSuffix', 'Lax'],
      ['https://*.amazonaws.com', 'OriginCoversPublicSuffix', 'Lax'],
      ['http://example.com', 'OriginInsecureCredentials'],
      ['ws://example.com', 'OriginInsecureCredentials'],
      ['http://*.example.com', 'OriginInsecureCredentials'],
      ['http://localhost.example.com', 'OriginInsecureCredentials'],
      ['http://127.0.0.1.example.com', 'OriginInsecureCredentials'],
      ['http://notlocalhost', 'OriginInsecureCredentials'],
      ['http://[::2]', 'OriginInsecureCredentials'],
      ['http://localhost', ''],
      ['http://localhost:3000', ''],
      ['http://app.localhost', ''],
      ['http://*.localhost', ''],
      ['http://localhost.', ''],
      ['http://127.0.0.1:3000', ''],
      ['http://127.8.9.10', ''],
      ['http://[::1]:3000', ''],
      ['https://example.com', ''],
      ['capacitor://localhost', ''],
    ],
    CREDENTIALS,
  ),
  ...policies([
    ['no origin source', { allowOrigins: undefined }, ['OriginMissing spec.allowOrigins']],
    ['empty list of origins', { allowOrigins: [] }, ['OriginMissing spec.allowOrigins']],
    [
      'origins from a ConfigMap only',
      { allowOrigins: [], allowOriginsFrom: [{ configMapKeyRef: { name: 'origins', key: 'list' } }] },
      [],
    ],
    [
      'an origin twice',
      { allowOrigins: ['https://a.example', 'https://b.example', 'https://a.example'] },
      ['OriginDuplicate(W) spec.allowOrigins[2]'],
    ],
    [
      'an origin below a wildcard',
      { allowOrigins: ['https://a.b.example.com', 'https://*.example.com', 'https://example.com'] },
      ['OriginRedundant(W) spec.allowOrigins[0]'],
    ],
    [
      'a wildcard below a wildcard',
      { allowOrigins: ['https://*.example.com', 'https://*.a.example.com', 'http://*.a.example.com'] },
      ['OriginRedundant(W) spec.allowOrigins[1]'],
    ],
    [
      'a wildcard of one label covers one label only',
      {
        wildcardDepth: 'Single',
        allowOrigins: [
          'https://*.example.com',
          'https://a.example.com',
          'https://a.b.example.com',
          'https://*.c.example.com',
        ],
      },
      ['OriginRedundant(W) spec.allowOrigins[1]'],
    ],
    [
      'ports keep origins apart',
      { allowOrigins: ['https://*.example.com:8443', 'https://a.example.com', 'https://b.example.com:8443'] },
      ['OriginRedundant(W) spec.allowOrigins[2]'],
    ],
    [
      'entries beside a star',
      { allowOrigins: ['https://a.example', '*', '*'], allowOriginRegexes: ['^https://[a-z]+\\.example\\.com$'] },
      [
        'OriginWildcardRedundant(W) spec.allowOrigins[0]',
        'OriginDuplicate(W) spec.allowOrigins[2]',
        'OriginWildcardRedundant(W) spec.allowOriginRegexes[0]',
      ],
    ],
  ]),
];

function regexes(
  rows: readonly (readonly [regex: string, issue: string, apiServer?: 'Lax' | undefined])[],
  rest = {},
): readonly ValidationCase[] {
  return policies(
    rows.map(([regex, reasons, apiServer]) => [
      `regex ${JSON.stringify(regex.slice(0, 80))}${'allowCredentials' in rest ? ' with credentials' : ''}`,
      { ...rest, allowOrigins: [], allowOriginRegexes: [regex] },
      reasons === '' ? [] : reasons.split(' ').map((each) => `${each} spec.allowOriginRegexes[0]`),
      apiServer ??
        (/\w(?!\(W\))( |$)/.test(reasons) && !/Empty|TooLong|Delimiters|Glob/.test(reasons) ? 'Lax' : undefined),
    ]),
  );
}

const REGEX_CASES: readonly ValidationCase[] = [
  ...regexes([
    ['^https://[a-z0-9-]+\\.example\\.com$', ''],
    ['^https://([a-z0-9-]+\\.)*example\\.com(:\\d+)?$', ''],
    ['^https://(www\\.)?example\\.com$', 'RegexCouldBeExact(W)'],
    ['^https://(a|b)\\.example\\.com$', 'RegexCouldBeExact(W)'],
    ['^https://a\\.example\\.com(:443)?$', 'RegexCouldBeExact(W)'],
    ['^https://a[0-9]\\.example\\.com$', 'RegexCouldBeExact(W)'],
    ['^https://a[0-9]?[0-9]\\.example\\.com$', ''],
    ['^(https://[a-z]+\\.a\\.example|https://[a-z]+\\.b\\.example)$', ''],
    ['^https://[a-z]+\\.a\\.example$|^https://[a-z]+\\.b\\.example$', ''],
    ['^chrome-extension://[a-p]{32}$', ''],
    ['^http://localhost:\\d+$', ''],
    ['', 'RegexEmpty'],
    ['^https://(a$', 'RegexSyntax'],
    ['^https://[a$', 'RegexSyntax'],
    ['^https://a{3,2}$', 'RegexSyntax'],
    ['^https://(?!evil)[a-z]+\\.example\\.com$', 'RegexUnsupported'],
    ['^https://([a-z])\\1\\.example\\.com$', 'RegexUnsupported'],
    ['^https://[a-z]++\\.example\\.com$', 'RegexUnsupported'],
    ['(?m)^https://[a-z]+\\.example\\.com$', 'RegexFlags'],
    ['(?s)^https://[a-z]+\\.example\\.com$', 'RegexFlags'],
    ['(?x)^https://[a-z]+\\.example\\.com$', 'RegexFlags'],
    [`^https://${'a'.repeat(1024)}$`, 'RegexTooLong'],
    [`^https://${'\u00e9'.repeat(510)}$`, 'RegexTooLong', 'Lax'],
    ['^https://[a-z]{1001}$', 'RegexTooComplex'],
    ['^https://(.{1,100}){1,10}\\.example\\.com$', 'RegexTooComplex'],
    ['/^https:\\/\\/[a-z]+\\.example\\.com$/i', 'RegexDelimiters'],
    ['https://*.example.com', 'RegexLooksLikeGlob'],
    ['*.example.com', 'RegexLooksLikeGlob'],
    ['https://app-*.example.com', 'RegexLooksLikeGlob', 'Lax'],
    ['^https://.*$', 'RegexMatchesAny RegexDotStar(W)'],
    ['^https?://.*$', 'RegexMatchesAny RegexInsecureCredentials(W) RegexDotStar(W)'],
    ['^https://[^/]+$', 'RegexMatchesAny'],
    ['^(null|https://[a-z]+\\.example\\.com)$', 'RegexMatchesNull'],
    ['^https://example\\.com.*$', 'RegexOpenSuffix RegexDotStar(W)'],
    ['^https://example\\.com[a-z.]*$', 'RegexOpenSuffix'],
    ['^https://app\\.[a-z.]+$', 'RegexOpenSuffix'],
    ['^https://.*example\\.com$', 'RegexLabelBoundary RegexDotStar(W)'],
    ['^https://[a-z-]*example\\.com$', 'RegexLabelBoundary'],
    ['^https://(a\\.example|.*b\\.example)$', 'RegexLabelBoundary RegexDotStar(W)'],
    ['^https://[a-z]+\\.github\\.io$', 'RegexPublicSuffix(W)'],
    ['^https://[a-z]+\\.me\\.github\\.io$', ''],
    ['^https://[a-z]+-team\\.(com|example)$', 'RegexPublicSuffix(W)'],
    ['^https://(a\\.example|[a-z]+\\.(us|eu)-[a-z]+-1\\.elb\\.amazonaws\\.com)$', 'RegexPublicSuffix(W)'],
    ['^https://[a-z]+\\.www\\.ck$', ''],
    ['^https://[a-z]+\\.[a-z]+$', 'RegexMatchesAny'],
    ['^https://example\\.[a-z]{2,3}$', 'RegexOpenSuffix'],
    ['^https://(a[0-9]+\\.example\\.com|b[0-9]*example\\.com)$', 'RegexLabelBoundary'],
    ['^(https://a[0-9]+|https?://b[0-9]+)\\.example\\.com$', 'RegexInsecureCredentials(W)'],
    ['^http://[a-z]+\\.example\\.com$', 'RegexInsecureCredentials(W)'],
    ['^https://app.example\\.com$', 'RegexUnescapedDot(W)'],
    ['^https://[a-z]+.example\\.com$', 'RegexLabelBoundary RegexUnescapedDot(W)'],
    ['^https://...\\.example\\.com$', ''],
    ['^https://.*\\.example\\.com$', 'RegexDotStar(W) RegexCouldBeWildcard(W)'],
    ['^https://([a-z0-9_-]+\\.)+example\\.com:8443$', 'RegexCouldBeWildcard(W)'],
    ['^https://[^.]+\\.example\\.com$', 'RegexCouldBeWildcard(W)'],
    ['^[a-z]+\\.example\\.com$', 'RegexNeverMatches(W)'],
    ['^https://[A-Z]+\\.example\\.com$', 'RegexNeverMatches(W)'],
    ['^https://[a-z]{64}\\.example\\.com$', 'RegexNeverMatches(W)'],
    ['^https://([a-z]+)+\\.example\\.com$', 'RegexCatastrophic'],
    ['^https://(([a-z0-9]+-?)+\\.)+example\\.com$', 'RegexCatastrophic'],
    ['^https://(a|a)*\\.example\\.com$', 'RegexCatastrophic'],
    ['^https://(a|ab)*\\.example\\.com$', 'RegexCatastrophic'],
    ['^https://[a-z]+[a-z0-9]+\\.example\\.com$', 'RegexCatastrophic'],
    ['^https://[a-z]+\\.a\\.example|https://[a-z]+\\.b\\.example$', 'RegexAnchorPrecedence(W)'],
    ['(?i)^https://[a-z]+\\.example\\.com$', 'RegexCaseInsensitive(W)'],
    ['https://[a-z]+\\.example\\.com', 'RegexUnanchored(W)'],
    ['^https://[a-z]+\\.example\\.com', 'RegexUnanchored(W)'],
  ]),
  ...regexes(
    [
      ['^https://[a-z]+\\.github\\.io$', 'RegexPublicSuffix'],
      ['^http://[a-z]+\\.example\\.com$', 'RegexInsecureCredentials'],
      ['^https?://[a-z]+\\.example\\.com$', 'RegexInsecureCredentials'],
      ['^https?://localhost(:\\d+)?$', ''],
    ],
    CREDENTIALS,
  ),
  ...policies([
    [
      'a regex twice',
      { allowOriginRegexes: ['^https://[a-z]\\.example$', '^https://[a-z]\\.example$', '^https://[b-z]\\.example$'] },
      ['RegexDuplicate(W) spec.allowOriginRegexes[1]'],
    ],
  ]),
];

/** One row per list with its issues, the path left out: `Reason index`. */
function lists(
  field: string,
  rows: readonly (readonly [
    entries: readonly unknown[],
    issues: string,
    rest?: object,
    apiServer?: 'Lax' | undefined,
  ])[],
) {
  return policies(
    rows.map(([entries, issues, rest = {}, apiServer]) => [
      `${field} ${JSON.stringify(entries)} ${JSON.stringify(rest)}`,
      { [field]: entries, ...rest },
      issues === '' ? [] : issues.split(', ').map((each) => each.replace(/^(\S+) (\d+)$/, `$1 spec.${field}[$2]`)),
      apiServer,
    ]),
  );
}

const LIST_CASES: readonly ValidationCase[] = [
  ...lists('allowMethods', [
    [['PUT', 'DELETE', 'PATCH', 'M-SEARCH', 'foo'], ''],
    [[''], 'MethodEmpty 0'],
    [['PUT, DELETE'], 'MethodToken 0'],
    [['TRACE', 'connect', 'Track', 'TRACES'], 'MethodForbidden 0, MethodForbidden 1, MethodForbidden 2'],
    [['put', 'patch'], 'MethodCase(W) 0, MethodCase(W) 1'],
    [['PUT', 'put', 'PUT'], 'MethodCase(W) 1, MethodDuplicate(W) 1, MethodDuplicate(W) 2'],
    [['PATCH', 'patch'], 'MethodCase(W) 1'],
    [['*', 'PUT'], 'MethodWildcardRedundant(W) 1'],
    [['OPTIONS'], 'MethodOptionsUnneeded(W) 0'],
    [['*'], 'MethodWildcardCredentials(W) 0', CREDENTIALS],
    [['*'], ''],
    [['GET', 5], 'FieldType 1'],
    [['A'.repeat(65)], 'FieldTooLong 0'],
  ]),
  ...lists('allowHeaders', [
    [['Content-Type', 'X-Request-Id', 'Authorization', 'If-Match', 'ETag'], ''],
    [[''], 'HeaderEmpty 0'],
    [['X-A: b', 'X A', 'X-\u00c4'], 'HeaderToken 0, HeaderToken 1, HeaderToken 2'],
    [['X-*'], 'HeaderPartialWildcard 0'],
    [
      ['Cookie', 'Sec-Fetch-Mode', 'Proxy-Foo', 'Access-Control-Request-Method', 'Security'],
      'HeaderForbidden 0, HeaderForbidden 1, HeaderForbidden 2, HeaderForbidden 3',
    ],
    [
      ['Access-Control-Allow-Origin', 'set-cookie', 'Vary'],
      'HeaderIsResponseHeader 0, HeaderIsResponseHeader 1, HeaderIsResponseHeader 2',
    ],
    [['X-HTTP-Method-Override', 'X-Method-Override-Not'], 'HeaderMethodOverride(W) 0'],
    [['X-A', 'x-a'], 'HeaderDuplicate(W) 1'],
    [['*', 'X-A', 'Authorization'], 'HeaderWildcardRedundant(W) 1'],
    [['*'], 'HeaderWildcardAuthorization(W) 0'],
    [['*', 'authorization'], ''],
    [['*', 'Authorization'], 'HeaderWildcardCredentials(W) 0, HeaderWildcardRedundant(W) 1', CREDENTIALS],
  ]),
  ...lists('exposeHeaders', [
    [['X-Total-Count', 'ETag', 'Location'], ''],
    [[''], 'ExposeEmpty 0'],
    [['X A', 'X-*'], 'ExposeToken 0, ExposeToken 1'],
    [['Set-Cookie', 'set-cookie2', 'Set-Cookies'], 'ExposeForbidden 0, ExposeForbidden 1'],
    [['Access-Control-Allow-Origin', 'Access-Control'], 'ExposePreflightHeader 0'],
    [['Origin', 'User-Agent', 'Sec-Fetch-Site'], 'ExposeRequestHeader 0, ExposeRequestHeader 1, ExposeRequestHeader 2'],
    [['If-None-Match'], 'ExposeRequestHeader 0', {}, 'Lax'],
    [['*'], 'ExposeWildcardCredentials 0', CREDENTIALS],
    [['*'], ''],
    [['Content-Type'], 'ExposeSafelisted(W) 0'],
    [['X-A', 'x-A'], 'ExposeDuplicate(W) 1'],
    [['*', 'X-A'], 'ExposeWildcardRedundant(W) 1'],
    [['Authorization', 'X-Powered-By'], 'ExposeSuspicious(W) 0, ExposeSuspicious(W) 1'],
  ]),
];

const FIELD_CASES: readonly ValidationCase[] = [
  ...policies([
    [
      'a whole policy',
      { ...CREDENTIALS, allowMethods: ['GET', 'PUT'], maxAge: 600, strategy: 'Native', mode: 'Audit' },
      [],
    ],
    ['maxAge 0', { maxAge: 0 }, []],
    ['maxAge below 0', { maxAge: -1 }, ['MaxAgeRange spec.maxAge']],
    ['maxAge above a day', { maxAge: 86_401 }, ['MaxAgeRange spec.maxAge']],
    ['maxAge of a day', { maxAge: 86_400 }, ['MaxAgeCapped(W) spec.maxAge']],
    ['maxAge with a fraction', { maxAge: 1.5 }, ['MaxAgeInteger spec.maxAge']],
    ['maxAge above what WebKit keeps', { maxAge: 601 }, ['MaxAgeCapped(W) spec.maxAge']],
    ['maxAge as a text', { maxAge: '600' }, ['FieldType spec.maxAge']],
    ['credentials as a text', { allowCredentials: 'true' }, ['FieldType spec.allowCredentials']],
    ['one text for a list', { allowHeaders: 'X-A' }, ['FieldType spec.allowHeaders']],
    ['null for a list', { allowHeaders: null }, ['FieldType spec.allowHeaders'], 'Lax'],
    ['null for an entry', { allowHeaders: [null] }, ['FieldType spec.allowHeaders[0]']],
    ['a misspelt field', { alowMethods: ['PUT'] }, ['FieldUnknown spec.alowMethods'], 'Lax'],
    ['a misspelt value', { mode: 'audit' }, ['FieldValue spec.mode']],
    ['a number for a word', { mode: 5 }, ['FieldType spec.mode']],
    [
      'too many methods',
      { allowMethods: Array.from({ length: 33 }, (_, index) => `M${index}`) },
      ['FieldTooMany spec.allowMethods'],
    ],
    ['as many methods as may be', { allowMethods: Array.from({ length: 32 }, (_, index) => `M${index}`) }, []],
    ['neither target', { targetRefs: undefined }, ['TargetNone spec.targetRefs']],
    ['no target in the list', { targetRefs: [] }, ['TargetNone spec.targetRefs']],
    ['both targets', { targetSelector: {} }, ['TargetBoth spec.targetSelector']],
    ['a selector', { targetRefs: undefined, targetSelector: {} }, []],
    [
      'a selector with everything',
      {
        targetRefs: undefined,
        targetSelector: {
          kinds: ['Ingress'],
          matchLabels: { 'a.b/c': 'd', e: '' },
          matchExpressions: [
            { key: 'f', operator: 'In', values: ['g'] },
            { key: 'h', operator: 'Exists' },
          ],
        },
      },
      [],
    ],
    [
      'a target of another kind',
      { targetRefs: [{ ...INGRESS, kind: 'Service' }] },
      ['TargetKind spec.targetRefs[0].kind'],
    ],
    [
      'a target of another group',
      { targetRefs: [{ ...INGRESS, group: 'extensions' }] },
      ['TargetKind spec.targetRefs[0].group'],
    ],
    [
      'a selected kind that is no target',
      { targetRefs: undefined, targetSelector: { kinds: ['Ingres'] } },
      ['TargetKind spec.targetSelector.kinds[0]'],
    ],
    ['a target twice', { targetRefs: [INGRESS, ROUTE, INGRESS] }, ['TargetDuplicate spec.targetRefs[2]']],
    ['a route and one of its rules', { targetRefs: [ROUTE, { ...ROUTE, sectionName: 'api' }] }, []],
    [
      'a rule twice',
      {
        targetRefs: [
          { ...ROUTE, sectionName: 'a' },
          { ...ROUTE, sectionName: 'a' },
        ],
      },
      ['TargetDuplicate spec.targetRefs[1]'],
    ],
    [
      'a rule of an Ingress',
      { targetRefs: [{ ...INGRESS, sectionName: 'api' }] },
      ['FieldValue spec.targetRefs[0].sectionName'],
    ],
    [
      'a target without its group',
      { targetRefs: [{ kind: 'Ingress', name: 'a' }] },
      ['FieldRequired spec.targetRefs[0].group'],
    ],
    [
      'a target with an impossible name',
      { targetRefs: [{ ...INGRESS, name: 'A_b' }] },
      ['FieldValue spec.targetRefs[0].name'],
    ],
    ['a target without a name', { targetRefs: [{ ...INGRESS, name: '' }] }, ['FieldValue spec.targetRefs[0].name']],
    [
      'a target with a long name',
      { targetRefs: [{ ...INGRESS, name: 'a'.repeat(254) }] },
      ['FieldTooLong spec.targetRefs[0].name'],
    ],
    [
      'requirements with and without values',
      {
        targetRefs: undefined,
        targetSelector: {
          matchExpressions: [
            { key: 'a', operator: 'In' },
            { key: 'b', operator: 'Exists', values: ['c'] },
          ],
        },
      },
      [
        'FieldRequired spec.targetSelector.matchExpressions[0].values',
        'FieldValue spec.targetSelector.matchExpressions[1].values',
      ],
    ],
    [
      'a label key with a space',
      { targetRefs: undefined, targetSelector: { matchLabels: { 'a b': 'c' } } },
      ['FieldValue spec.targetSelector.matchLabels["a b"]'],
      'Lax',
    ],
    [
      'every problem at once',
      { targetRefs: undefined, allowOrigins: ['null'], allowMethods: ['TRACE'], maxAge: -1, strateggy: 'Auto' },
      [
        'TargetNone spec.targetRefs',
        'OriginNull spec.allowOrigins[0]',
        'MethodForbidden spec.allowMethods[0]',
        'MaxAgeRange spec.maxAge',
        'FieldUnknown spec.strateggy',
      ],
    ],
  ]),
  { name: 'no spec', kind: 'CorsPolicy', spec: undefined, issues: ['FieldRequired spec'] },
  { name: 'a list for the spec', kind: 'CorsPolicy', spec: [], issues: ['FieldType spec'] },
];

const GUARDRAIL = { enforcement: 'Enforce' };
const DEFAULT = { routeSelector: { matchLabels: { cors: 'default' } }, allowOrigins: ORIGINS };

const CLUSTER_CASES: readonly ValidationCase[] = (
  [
    ['a ceiling of any https origin', { ...GUARDRAIL, guardrail: { allowOriginRegexes: ['https://.*'] } }, []],
    [
      'a ceiling of everything',
      {
        ...GUARDRAIL,
        guardrail: { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], exposeHeaders: ['*'] },
      },
      [],
    ],
    [
      'a ceiling over public suffixes and without TLS',
      { ...GUARDRAIL, guardrail: { allowOrigins: ['https://*.github.io', 'http://*.com'], maxAge: 86_400 } },
      [],
    ],
    [
      'a ceiling with OPTIONS and method overrides',
      {
        ...GUARDRAIL,
        guardrail: { allowMethods: ['OPTIONS'], allowHeaders: ['X-HTTP-Method'], exposeHeaders: ['Content-Type'] },
      },
      [],
    ],
    ['a ceiling without origins', { ...GUARDRAIL, guardrail: {} }, []],
    [
      'a malformed ceiling',
      { ...GUARDRAIL, guardrail: { allowOrigins: ['https://example.com/'] } },
      ['OriginTrailingSlash spec.guardrail.allowOrigins[0]'],
    ],
    [
      'a ceiling with a wrong regex',
      { ...GUARDRAIL, guardrail: { allowOriginRegexes: ['(', 'https://a.example'] } },
      ['RegexSyntax spec.guardrail.allowOriginRegexes[0]', 'RegexUnescapedDot(W) spec.guardrail.allowOriginRegexes[1]'],
      'Lax',
    ],
    ['no enforcement', { guardrail: {} }, ['FieldRequired spec.enforcement']],
    ['a wrong enforcement', { enforcement: 'enforce' }, ['FieldValue spec.enforcement']],
    ['a default', { ...GUARDRAIL, default: DEFAULT }, []],
    [
      'a default for every route',
      { ...GUARDRAIL, default: { ...DEFAULT, routeSelector: {} } },
      ['SelectorEmpty spec.default.routeSelector'],
    ],
    [
      'a default without labels',
      { ...GUARDRAIL, default: { ...DEFAULT, routeSelector: { matchLabels: {}, matchExpressions: [] } } },
      ['SelectorEmpty spec.default.routeSelector'],
    ],
    [
      'a default without selector',
      { ...GUARDRAIL, default: { allowOrigins: ORIGINS } },
      ['FieldRequired spec.default.routeSelector'],
    ],
    [
      'a default without origins',
      { ...GUARDRAIL, default: { routeSelector: DEFAULT.routeSelector } },
      ['OriginMissing spec.default.allowOrigins'],
    ],
    [
      'a default of everything with credentials',
      { ...GUARDRAIL, default: { ...DEFAULT, allowOrigins: ['*'], allowCredentials: true } },
      ['OriginWildcardCredentials spec.default.allowOrigins[0]'],
    ],
    [
      'a namespace selector',
      {
        ...GUARDRAIL,
        namespaceSelector: {
          matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system'] }],
        },
      },
      [],
    ],
    [
      'a misspelt field of the guardrail',
      { ...GUARDRAIL, guardrail: { allowOrigin: [] } },
      ['FieldUnknown spec.guardrail.allowOrigin'],
      'Lax',
    ],
  ] satisfies readonly Row[]
).map(([name, spec, issues, apiServer]) => ({
  name,
  kind: 'ClusterCorsPolicy' as const,
  spec,
  issues,
  ...(apiServer !== undefined && { apiServer }),
}));

const EXCEPTION = {
  guardrailRef: { name: 'org' },
  policyRefs: [{ namespace: 'shop', name: 'storefront' }],
  allowOrigins: ['https://partner.example'],
  expiresAt: '2026-03-31T00:00:00Z',
  owner: 'shop team',
  reason: 'a campaign of a partner',
};

const EXCEPTION_CASES: readonly ValidationCase[] = (
  [
    ['an exception', EXCEPTION, []],
    ['an exception with an offset', { ...EXCEPTION, expiresAt: '2026-03-31T00:00:00.5+02:00', ticket: 'SHOP-1' }, []],
    ['a day that does not exist', { ...EXCEPTION, expiresAt: '2026-02-29T00:00:00Z' }, ['FieldValue spec.expiresAt']],
    ['a date without time', { ...EXCEPTION, expiresAt: '2026-03-31' }, ['FieldValue spec.expiresAt']],
    ['no owner', { ...EXCEPTION, owner: undefined }, ['FieldRequired spec.owner']],
    ['an empty reason', { ...EXCEPTION, reason: '' }, ['FieldValue spec.reason']],
    ['no policy', { ...EXCEPTION, policyRefs: [] }, ['FieldRequired spec.policyRefs']],
    [
      'a policy twice',
      { ...EXCEPTION, policyRefs: [...EXCEPTION.policyRefs, ...EXCEPTION.policyRefs] },
      ['TargetDuplicate spec.policyRefs[1]'],
    ],
    [
      'a namespace with a dot',
      { ...EXCEPTION, policyRefs: [{ namespace: 'a.b', name: 'c' }] },
      ['FieldValue spec.policyRefs[0].namespace'],
    ],
    ['a malformed origin', { ...EXCEPTION, allowOrigins: ['null'] }, ['OriginNull spec.allowOrigins[0]']],
    ['a wide origin', { ...EXCEPTION, allowOrigins: ['*'], allowCredentials: true }, []],
  ] satisfies readonly Row[]
).map(([name, spec, issues]) => ({ name, kind: 'CorsException' as const, spec, issues }));

export const VALIDATION_CASES: readonly ValidationCase[] = [
  ...ORIGIN_CASES,
  ...REGEX_CASES,
  ...LIST_CASES,
  ...FIELD_CASES,
  ...CLUSTER_CASES,
  ...EXCEPTION_CASES,
];
