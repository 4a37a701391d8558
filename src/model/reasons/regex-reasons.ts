import type { REGEX_REASONS } from '../issue-reason.ts';
import type { ReasonInfo } from './reason-info.ts';

/** What is said about entries of `allowOriginRegexes`. */
export const regexReasons: Readonly<Record<(typeof REGEX_REASONS)[number], ReasonInfo>> = {
  RegexEmpty: {
    gravity: 'Error',
    meaning: 'The regex is an empty text.',
    remedy: 'Remove it or write a pattern.',
  },
  RegexSyntax: {
    gravity: 'Error',
    meaning: 'The regex does not compile as RE2.',
    remedy: 'Mend the part that the message names; the syntax is that of https://github.com/google/re2/wiki/Syntax.',
  },
  RegexUnsupported: {
    gravity: 'Error',
    meaning:
      'The regex uses look-around, a back-reference or another construct that RE2 leaves out because it cannot be matched in linear time.',
    remedy: 'Say it with alternatives and character classes, or list the origins.',
  },
  RegexFlags: {
    gravity: 'Error',
    meaning:
      'The regex sets flags other than `i`: on an origin, one line of ASCII, they mean nothing or different things in different engines.',
    remedy: 'Remove the flags.',
  },
  RegexTooLong: {
    gravity: 'Error',
    meaning: 'The regex is longer than 1024 bytes.',
    remedy: 'Split it into several, or list the origins.',
  },
  RegexTooComplex: {
    gravity: 'Error',
    meaning: 'Matching the regex needs more states than the limit, or judging how it backtracks more steps.',
    remedy: 'Count and repeat less, or split it.',
  },
  RegexDelimiters: {
    gravity: 'Error',
    meaning: 'The regex stands between slashes, which would have to be part of the origin.',
    remedy: 'Remove the slashes and the flags after them.',
  },
  RegexLooksLikeGlob: {
    gravity: 'Error',
    meaning: 'The entry is written like a wildcard; as a regex its star repeats the character before it.',
    remedy: 'Move it to `allowOrigins`, or write a regex: `https://[a-z0-9-]+\\.example\\.com`.',
  },
  RegexMatchesAny: {
    gravity: 'Error',
    meaning: 'The regex matches every origin, or every https one.',
    remedy: 'Name the domain; if every origin is meant, write `*` in `allowOrigins` without credentials.',
  },
  RegexMatchesNull: {
    gravity: 'Error',
    meaning: 'The regex matches `null`, which any page can produce and other engines would let in.',
    remedy: 'Start it with a scheme: `https://`.',
  },
  RegexOpenSuffix: {
    gravity: 'Error',
    meaning: 'Anything may follow the domain, so a foreign domain matches.',
    remedy: 'End the pattern after the host: `example\\.com$`, with `(:\\d+)?` if ports are meant.',
  },
  RegexLabelBoundary: {
    gravity: 'Error',
    meaning: 'No dot is required before the domain, so a foreign domain that merely ends the same matches.',
    remedy: 'Require the dot: `([a-z0-9-]+\\.)*example\\.com`.',
  },
  RegexCatastrophic: {
    gravity: 'Error',
    meaning:
      'In engines that backtrack, as some controllers use, matching time grows faster than the length of the origin.',
    remedy: 'Remove nested repetition and alternatives that overlap.',
  },
  RegexPublicSuffix: {
    gravity: 'Credentials',
    meaning: 'The regex matches names right below a public suffix, which anybody can register.',
    remedy: 'Name your own domain below the suffix.',
  },
  RegexInsecureCredentials: {
    gravity: 'Credentials',
    meaning: 'The regex matches origins without TLS; whoever controls the network can act as such a page.',
    remedy: 'Use `https://`, or turn `allowCredentials` off.',
  },
  RegexUnescapedDot: {
    gravity: 'Warning',
    meaning: 'A dot that is not escaped stands for any character.',
    remedy: 'Write `\\.`.',
  },
  RegexDotStar: {
    gravity: 'Warning',
    meaning: '`.*` and `.+` run over dots and ports.',
    remedy: 'Say what may stand there: `[a-z0-9-]+` for one label.',
  },
  RegexAnchorPrecedence: {
    gravity: 'Warning',
    meaning: 'In `^a|b$` each anchor belongs to one alternative only; engines that search match more than is meant.',
    remedy: 'Put the alternatives in parentheses: `^(a|b)$`.',
  },
  RegexCaseInsensitive: {
    gravity: 'Warning',
    meaning: 'Browsers send schemes and host names in lower case; `(?i)` adds nothing there and widens other schemes.',
    remedy: 'Remove the flag and write lower case.',
  },
  RegexUnanchored: {
    gravity: 'Warning',
    meaning: 'The regex is not anchored at both ends; it is matched against the whole origin as if it were.',
    remedy: 'Write `^` and `$` so that readers and other engines see the same.',
  },
  RegexNeverMatches: {
    gravity: 'Warning',
    meaning: 'The regex matches no origin that a browser can send.',
    remedy: 'Remove it or mend it.',
  },
  RegexCouldBeExact: {
    gravity: 'Warning',
    meaning: 'The regex matches only a few origins.',
    remedy: 'List them in `allowOrigins`, which every controller can express.',
  },
  RegexCouldBeWildcard: {
    gravity: 'Warning',
    meaning: 'The regex means the same as a wildcard.',
    remedy: 'Write the wildcard in `allowOrigins`, which more controllers can express.',
  },
  RegexDuplicate: {
    gravity: 'Warning',
    meaning: 'The regex stands in the list twice.',
    remedy: 'Remove one of the two.',
  },
};
