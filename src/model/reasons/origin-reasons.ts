import type { ORIGIN_REASONS } from '../issue-reason.ts';
import type { ReasonInfo } from './reason-info.ts';

/** What is said about entries of `allowOrigins`. */
export const originReasons: Readonly<Record<(typeof ORIGIN_REASONS)[number], ReasonInfo>> = {
  OriginMissing: {
    gravity: 'Error',
    meaning: 'The policy names no origin at all: no `allowOrigins`, no `allowOriginRegexes`, no `allowOriginsFrom`.',
    remedy: 'List the origins whose scripts may read the responses.',
  },
  OriginEmpty: {
    gravity: 'Error',
    meaning: 'The entry is an empty text, which no browser sends.',
    remedy: 'Remove the entry or write an origin.',
  },
  OriginWhitespace: {
    gravity: 'Error',
    meaning: 'The entry holds a space; origins are compared byte by byte.',
    remedy: 'Remove the space.',
  },
  OriginControlCharacter: {
    gravity: 'Error',
    meaning: 'The entry holds a control character, such as a tab or the line end of a block text.',
    remedy: 'Remove it; in YAML, write the entry on one line.',
  },
  OriginUnicode: {
    gravity: 'Error',
    meaning: 'The entry holds a character outside ASCII; browsers send such hosts in their ASCII form.',
    remedy: 'Write the host in its ASCII form (`xn--…`).',
  },
  OriginNoScheme: {
    gravity: 'Error',
    meaning: 'The entry does not start with a scheme and `://`; a host alone is not an origin.',
    remedy: 'Put the scheme in front: `https://example.com`.',
  },
  OriginScheme: {
    gravity: 'Error',
    meaning:
      'The scheme holds something else than lower-case letters, digits, `+`, `-` and `.`, or is longer than 64 bytes.',
    remedy: 'Write the scheme as browsers send it.',
  },
  OriginSchemeCase: {
    gravity: 'Error',
    meaning: 'The scheme is written in upper case; browsers send it in lower case.',
    remedy: 'Write it in lower case.',
  },
  OriginHostCase: {
    gravity: 'Error',
    meaning: 'The host is written in upper case; browsers send it in lower case.',
    remedy: 'Write it in lower case.',
  },
  OriginPath: {
    gravity: 'Error',
    meaning: 'The entry has a path; an origin ends after host and port.',
    remedy: 'Leave the path out; a policy is attached to paths by its targets.',
  },
  OriginTrailingSlash: {
    gravity: 'Error',
    meaning: 'The entry ends in a slash; browsers send origins without it.',
    remedy: 'Remove the slash.',
  },
  OriginQuery: {
    gravity: 'Error',
    meaning: 'The entry has a query; an origin ends after host and port.',
    remedy: 'Leave the query out.',
  },
  OriginFragment: {
    gravity: 'Error',
    meaning: 'The entry has a fragment; an origin ends after host and port.',
    remedy: 'Leave the fragment out.',
  },
  OriginUserinfo: {
    gravity: 'Error',
    meaning: 'The entry has a user name or password before `@`; an origin has neither.',
    remedy: 'Leave them out.',
  },
  OriginHost: {
    gravity: 'Error',
    meaning: 'The host is empty, too long, has an empty or too long label, or holds a character that no host has.',
    remedy: 'Write the host as the browser shows it in `location.origin`.',
  },
  OriginIp: {
    gravity: 'Error',
    meaning: 'The IP address is malformed, or browsers write it in another way.',
    remedy: 'Write four decimal numbers without leading zeros, or the shortest IPv6 form in brackets.',
  },
  OriginPunycode: {
    gravity: 'Error',
    meaning:
      'An `xn--` label does not decode, holds what UTS #46 disallows, or does not encode back to the same bytes, so no browser sends it.',
    remedy: 'Take the ASCII form of the name from a browser.',
  },
  OriginPort: {
    gravity: 'Error',
    meaning: 'The port is empty, has a leading zero, or is not a number from 1 to 65535.',
    remedy: 'Write the port as a plain number, or leave it out with its colon.',
  },
  OriginDefaultPort: {
    gravity: 'Error',
    meaning:
      'The port is the default of its scheme (443 for https, 80 for http), which browsers never send: the entry would match nothing.',
    remedy: 'Leave the port out.',
  },
  OriginNull: {
    gravity: 'Error',
    meaning: 'Any page can produce the origin `null`, with a sandboxed frame for example.',
    remedy: 'Remove it; serve the page from a real origin and list that.',
  },
  OriginFileScheme: {
    gravity: 'Error',
    meaning: 'Pages opened from files send `Origin: null`, never `file://`.',
    remedy: 'Serve the page over HTTP, on localhost for example, and list that origin.',
  },
  OriginListInString: {
    gravity: 'Error',
    meaning: 'The entry holds several origins in one text; no browser sends that.',
    remedy: 'Write one list entry per origin.',
  },
  OriginLooksLikeRegex: {
    gravity: 'Error',
    meaning: 'The entry is written like a regular expression, but `allowOrigins` takes exact origins and wildcards.',
    remedy: 'Move it to `allowOriginRegexes`, or write a wildcard: `https://*.example.com`.',
  },
  OriginWildcard: {
    gravity: 'Error',
    meaning:
      'A star stands elsewhere than as the whole first label of a host name; only `scheme://*.base[:port]` and a lone `*` are wildcards.',
    remedy: 'Write `https://*.example.com`, list the origins, or use `allowOriginRegexes`.',
  },
  OriginPublicSuffix: {
    gravity: 'Credentials',
    meaning: 'The base of the wildcard is a public suffix: anybody can register a name right below it.',
    remedy: 'Name your own domain below the suffix.',
  },
  OriginCoversPublicSuffix: {
    gravity: 'Credentials',
    meaning: 'Public suffixes lie below the base of the wildcard: anybody can register names there.',
    remedy: 'Name the subdomains that are yours.',
  },
  OriginInsecureCredentials: {
    gravity: 'Error',
    meaning:
      'Credentials would be granted to an origin without TLS: whoever controls the network can act as that page. Localhost names and loopback addresses are exempt.',
    remedy: 'Use https, or turn `allowCredentials` off.',
  },
  OriginWildcardCredentials: {
    gravity: 'Error',
    meaning:
      '`*` together with credentials: browsers refuse it, and an echo of every origin would open the site to all pages.',
    remedy: 'List the origins, or turn `allowCredentials` off.',
  },
  OriginDuplicate: {
    gravity: 'Warning',
    meaning: 'The entry stands in the list twice.',
    remedy: 'Remove one of the two.',
  },
  OriginRedundant: {
    gravity: 'Warning',
    meaning: 'Another entry of the list already covers this one.',
    remedy: 'Remove it, or the wider one if that was not meant.',
  },
  OriginWildcardRedundant: {
    gravity: 'Warning',
    meaning: 'The entry stands beside `*`, which allows every origin already.',
    remedy: 'Remove it, or remove `*`.',
  },
};
