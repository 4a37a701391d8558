import { isBrowserName, toAsciiName } from '../../analysis/internationalized-name.ts';
import { defaultPort } from '../../cors/origin.ts';
import { parseOriginPattern } from '../../cors/origin-pattern.ts';
import { MAX_ORIGIN_LENGTH } from '../../cors/origin-shape.ts';
import type { Issue } from '../issue.ts';
import { finding } from './finding.ts';
import { diagnoseHost } from './origin-host.ts';
import { looksLikeList, looksLikeRegex, type OriginParts, splitOrigin } from './origin-text.ts';
import { quoted } from './quoted-text.ts';
import { problem, type Repair, type TextProblem } from './text-problem.ts';

/** How much of an over-long entry is looked at, to tell a list of origins from noise. */
const MAX_SCANNED = 4096;

/**
 * Says everything that keeps a text from being an entry of `allowOrigins`, with the corrected entry where there is one.
 *
 * @param text one that `parseOriginPattern` refuses
 * @returns never empty
 */
export function diagnoseOrigin(text: string, path: string): readonly Issue[] {
  const whole = wholeProblem(text);
  if (whole !== undefined) return issuesOf(text, path, { problems: [whole], repaired: undefined });
  const cleaned = cleanText(text);
  const parts = diagnoseParts(cleaned.repaired ?? '');
  const problems = [...cleaned.problems, ...parts.problems];
  const repaired = isCutInside(text) ? undefined : parts.repaired;
  const fallback = problem('OriginHost', 'is not an origin; copy it from location.origin in a browser');
  return issuesOf(text, path, { problems: problems.length === 0 ? [fallback] : problems, repaired });
}

function issuesOf(text: string, path: string, { problems, repaired }: Repair): readonly Issue[] {
  const suggestion = repaired !== undefined && isUsable(repaired) && repaired !== text ? repaired : undefined;
  const advice = suggestion === undefined ? '' : `; write ${quoted(suggestion)}`;
  return problems.map(({ reason, message }) =>
    finding(reason, path, `${quoted(text)} ${message}${advice}`, { suggestion }),
  );
}

function isUsable(text: string): boolean {
  if (text.startsWith('file:') || parseOriginPattern(text, 'Any') === undefined) return false;
  return !/^https?:/.test(text) || isBrowserName(splitOrigin(text).host.replace(/^\*\./, ''));
}

/** What makes it useless to look at the parts. */
function wholeProblem(text: string): TextProblem | undefined {
  if (text === '') return problem('OriginEmpty', 'is empty; remove the entry');
  if (looksLikeList(text.slice(0, MAX_SCANNED))) {
    return problem('OriginListInString', 'holds several origins in one text; write one list entry per origin');
  }
  if (text.length > MAX_ORIGIN_LENGTH) {
    return problem('FieldTooLong', `is longer than ${MAX_ORIGIN_LENGTH} bytes; no origin is`);
  }
  if (/^\s*["']?null["']?\s*$/i.test(text)) {
    return problem('OriginNull', 'can be sent by any page, from a sandboxed frame for example; remove it');
  }
  if (/^\s*file:/i.test(text)) {
    return problem('OriginFileScheme', 'is never sent: pages opened from files send "Origin: null"; remove it');
  }
  if (/^\s*(?:about|blob|data|javascript):/i.test(text)) {
    return problem(
      'OriginNoScheme',
      'has no host: such pages send the origin that made them, or "null"; list that origin',
    );
  }
  if (looksLikeRegex(text)) {
    return problem(
      'OriginLooksLikeRegex',
      'is a regex; move it to allowOriginRegexes, or write a wildcard such as https://*.example.com',
    );
  }
  return undefined;
}

/** Takes out what no origin holds anywhere. */
function cleanText(text: string): Repair {
  const problems: TextProblem[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    problems.push(problem('OriginControlCharacter', 'holds a control character; remove it'));
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters have a reason of their own
  if (/[^\S\u0000-\u001f]/.test(text)) problems.push(problem('OriginWhitespace', 'holds a space; remove it'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: see above
  const bare = text.replace(/[\s\u0000-\u001f\u007f]+/g, '');
  if (/[^ -~]/.test(bare)) {
    problems.push(
      problem('OriginUnicode', 'holds a character outside ASCII; browsers send the ASCII form of the host'),
    );
  }
  const quotes = /^(["'`])(.*)\1$/.exec(bare);
  if (quotes !== null) problems.push(problem('OriginScheme', 'holds quotation marks; remove them'));
  return { problems, repaired: quotes?.[2] ?? bare };
}

/** Whether spaces or control characters stand inside, where taking them out would be a guess. */
function isCutInside(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[^\s\u0000-\u001f\u007f][\s\u0000-\u001f\u007f]+[^\s\u0000-\u001f\u007f]/.test(text);
}

function diagnoseParts(text: string): Repair {
  const parts = splitOrigin(text);
  const scheme = diagnoseScheme(parts);
  const host = diagnoseHost(toAscii(parts.host), scheme.repaired ?? parts.scheme ?? '');
  const port = diagnosePort(parts.port, scheme.repaired);
  const problems = [...scheme.problems, ...tailProblems(parts), ...host.problems, ...port.problems];
  const pieces = [scheme.repaired, host.repaired, port.repaired];
  if (pieces.includes(undefined)) return { problems, repaired: undefined };
  return { problems, repaired: `${scheme.repaired}://${host.repaired}${port.repaired}` };
}

/** The ASCII form of a host, whose other characters are reported already; as it is when there is none. */
function toAscii(host: string): string {
  if (!/[^ -~]/.test(host)) return host;
  const stars = /^(?:\*\.)*/.exec(host)?.[0] ?? '';
  const ascii = toAsciiName(host.slice(stars.length));
  return ascii === undefined ? host : stars + ascii;
}

function diagnoseScheme({ scheme, host }: OriginParts): Repair {
  if (scheme === undefined) {
    const missing = problem('OriginNoScheme', 'has no scheme before "://"');
    return { problems: [missing], repaired: /^(?:localhost$|127\.|\[::1\])/i.test(host) ? 'http' : 'https' };
  }
  const lower = scheme.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  if (scheme.includes('*')) {
    return {
      problems: [problem('OriginWildcard', 'has a star in the scheme; write one entry per scheme')],
      repaired: undefined,
    };
  }
  if (!/^[a-z][a-z0-9+.-]{0,63}$/.test(lower)) {
    const message = 'has a scheme that is not a letter followed by letters, digits, "+", "-" or ".", at most 64 in all';
    return { problems: /[^ -~]/.test(scheme) ? [] : [problem('OriginScheme', message)], repaired: undefined };
  }
  if (lower === scheme) return { problems: [], repaired: scheme };
  return {
    problems: [problem('OriginSchemeCase', 'has its scheme in upper case; browsers send lower case')],
    repaired: lower,
  };
}

function tailProblems({ path, hasQuery, hasFragment, userinfo }: OriginParts): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  if (path === '/') problems.push(problem('OriginTrailingSlash', 'ends in a slash; browsers send origins without it'));
  else if (path !== '') problems.push(problem('OriginPath', 'has a path; an origin ends after host and port'));
  if (hasQuery) problems.push(problem('OriginQuery', 'has a query; an origin ends after host and port'));
  if (hasFragment) problems.push(problem('OriginFragment', 'has a fragment; an origin ends after host and port'));
  if (userinfo !== undefined)
    problems.push(problem('OriginUserinfo', 'has a user name or password before "@"; leave it out'));
  return problems;
}

/** @param scheme lower case; undefined when it cannot be told */
function diagnosePort(port: string | undefined, scheme: string | undefined): Repair {
  if (port === undefined) return { problems: [], repaired: '' };
  if (port.includes('*')) {
    return {
      problems: [problem('OriginWildcard', 'has a star for the port; write one entry per port')],
      repaired: undefined,
    };
  }
  if (port === '') return { problems: [problem('OriginPort', 'has a colon without a port')], repaired: '' };
  const digits = port.replace(/^0+(?=[0-9])/, '');
  if (!/^[0-9]{1,5}$/.test(digits) || Number(digits) > 65535 || digits === '0') {
    return {
      problems: [problem('OriginPort', 'has a port that is not a number from 1 to 65535')],
      repaired: undefined,
    };
  }
  const isDefault = scheme !== undefined && defaultPort(scheme) === Number(digits);
  const repaired = isDefault ? '' : `:${digits}`;
  if (digits !== port) return { problems: [problem('OriginPort', 'has a port with leading zeros')], repaired };
  const message = `names port ${digits}, the default of ${scheme}, which browsers never send: it would match nothing`;
  return { problems: isDefault ? [problem('OriginDefaultPort', message)] : [], repaired };
}
