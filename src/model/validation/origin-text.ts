/** An entry taken apart as a reader would, whatever is wrong with it. */
export type OriginParts = {
  /** Before `://`; undefined when there is none. */
  readonly scheme: string | undefined;
  /** Before `@`, without it; undefined when there is none. */
  readonly userinfo: string | undefined;
  /** With the brackets of an IPv6 address. */
  readonly host: string;
  /** After the colon; undefined when there is no colon. */
  readonly port: string | undefined;
  /** From the first slash on, up to the query. */
  readonly path: string;
  readonly hasQuery: boolean;
  readonly hasFragment: boolean;
};

const SCHEME = /^([^:/?#\\]+):\/\//;

/** `https:example.com`, `https:/example.com`, `//example.com`, `https:\\example.com`. */
const BROKEN_SCHEME = /^(?:(?:https?|wss?)(?=:[^0-9]|[\\/]))?:?[\\/]*/i;

/** Takes an entry apart. Never fails: what cannot be told apart is in the host. */
export function splitOrigin(text: string): OriginParts {
  const scheme = SCHEME.exec(text);
  const rest = text.slice((scheme ?? BROKEN_SCHEME.exec(text))?.[0].length ?? 0);
  const authorityEnd = firstIndex(rest, /[/?#\\]/);
  const authority = rest.slice(0, authorityEnd);
  const tail = rest.slice(authorityEnd);
  const fragment = firstIndex(tail, /#/);
  const query = firstIndex(tail.slice(0, fragment), /\?/);
  const at = authority.lastIndexOf('@');
  return {
    scheme: scheme?.[1],
    userinfo: at === -1 ? undefined : authority.slice(0, at),
    ...splitPort(authority.slice(at + 1)),
    path: tail.slice(0, query),
    hasQuery: query < fragment,
    hasFragment: fragment < tail.length,
  };
}

/** An address with several colons and no brackets has no port. */
function splitPort(authority: string): Pick<OriginParts, 'host' | 'port'> {
  const bracket = authority.lastIndexOf(']');
  const colon = authority.indexOf(':', bracket + 1);
  if (colon === -1 || (bracket === -1 && authority.indexOf(':', colon + 1) !== -1)) {
    return { host: authority, port: undefined };
  }
  return { host: authority.slice(0, colon), port: authority.slice(colon + 1) };
}

/** @returns the text's length when nothing is found */
function firstIndex(text: string, pattern: RegExp): number {
  const index = text.search(pattern);
  return index === -1 ? text.length : index;
}

/** Signs of a regex that no origin, no wildcard and no slip of the pen has. */
const REGEX_SIGNS = [
  /^\^/,
  /\$$/,
  /\\[.wdsDWSbB/-]/,
  /[()|]/,
  /\[[^\]:]*-[^\]:]*\]/,
  /[\])}][*+?{]/,
  /:\/\/\.[*+]/,
  /[^/]\.\+/,
  /^\.[*+]/,
  /s\?:\/\//,
  /[A-Za-z0-9)\]]\{\d+(?:,\d*)?\}/,
  /\[\^/,
  /^\/.*\/[a-z]*$/,
];

/** Whether an entry is written like a regular expression. */
export function looksLikeRegex(text: string): boolean {
  return REGEX_SIGNS.some((sign) => sign.test(text));
}

const WITH_SCHEME = /:\/\/|^(?:\*|null)$/i;
const WITHOUT_SCHEME = /^(?:localhost|(?:\*\.)?[\w-]+(?:\.[\w-]+)+)(?::\d+)?$/i;

/**
 * Whether one text holds several origins, separated by commas, semicolons, white space or the marks of a JSON list.
 * A space inside a host does not make two origins of it.
 */
export function looksLikeList(text: string): boolean {
  const parts = text.split(/[\s,;"'[\]]+/).filter((part) => part !== '');
  const full = parts.filter((part) => WITH_SCHEME.test(part)).length;
  const origins = full > 0 ? full : parts.filter((part) => WITHOUT_SCHEME.test(part)).length;
  return origins > 1 || (origins === 1 && (text.includes(',') || /^\s*\[\s*["']/.test(text)));
}
