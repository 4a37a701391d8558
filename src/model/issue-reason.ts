/** Why an entry of a list of origins is wrong or doubtful. */
export const ORIGIN_REASONS = [
  'OriginMissing',
  'OriginEmpty',
  'OriginWhitespace',
  'OriginControlCharacter',
  'OriginUnicode',
  'OriginNoScheme',
  'OriginScheme',
  'OriginSchemeCase',
  'OriginHostCase',
  'OriginPath',
  'OriginTrailingSlash',
  'OriginQuery',
  'OriginFragment',
  'OriginUserinfo',
  'OriginHost',
  'OriginIp',
  'OriginPunycode',
  'OriginPort',
  'OriginDefaultPort',
  'OriginNull',
  'OriginFileScheme',
  'OriginListInString',
  'OriginLooksLikeRegex',
  'OriginWildcard',
  'OriginPublicSuffix',
  'OriginCoversPublicSuffix',
  'OriginInsecureCredentials',
  'OriginWildcardCredentials',
  'OriginDuplicate',
  'OriginRedundant',
  'OriginWildcardRedundant',
] as const;

/** Why a regex for origins is wrong or doubtful. */
export const REGEX_REASONS = [
  'RegexEmpty',
  'RegexSyntax',
  'RegexUnsupported',
  'RegexFlags',
  'RegexTooLong',
  'RegexTooComplex',
  'RegexDelimiters',
  'RegexLooksLikeGlob',
  'RegexMatchesAny',
  'RegexMatchesNull',
  'RegexOpenSuffix',
  'RegexLabelBoundary',
  'RegexCatastrophic',
  'RegexPublicSuffix',
  'RegexInsecureCredentials',
  'RegexUnescapedDot',
  'RegexDotStar',
  'RegexAnchorPrecedence',
  'RegexCaseInsensitive',
  'RegexUnanchored',
  'RegexNeverMatches',
  'RegexCouldBeExact',
  'RegexCouldBeWildcard',
  'RegexDuplicate',
] as const;

/** Why a list of methods is wrong or doubtful. */
export const METHOD_REASONS = [
  'MethodEmpty',
  'MethodToken',
  'MethodForbidden',
  'MethodCase',
  'MethodDuplicate',
  'MethodWildcardRedundant',
  'MethodOptionsUnneeded',
  'MethodWildcardCredentials',
] as const;

/** Why a list of header names is wrong or doubtful: request headers, then exposed response headers. */
export const HEADER_REASONS = [
  'HeaderEmpty',
  'HeaderToken',
  'HeaderPartialWildcard',
  'HeaderForbidden',
  'HeaderIsResponseHeader',
  'HeaderMethodOverride',
  'HeaderDuplicate',
  'HeaderWildcardRedundant',
  'HeaderWildcardAuthorization',
  'HeaderWildcardCredentials',
  'ExposeEmpty',
  'ExposeToken',
  'ExposeForbidden',
  'ExposePreflightHeader',
  'ExposeRequestHeader',
  'ExposeWildcardCredentials',
  'ExposeSafelisted',
  'ExposeDuplicate',
  'ExposeWildcardRedundant',
  'ExposeSuspicious',
] as const;

/** Why any other field is wrong or doubtful. */
export const FIELD_REASONS = [
  'MaxAgeRange',
  'MaxAgeInteger',
  'MaxAgeCapped',
  'TargetBoth',
  'TargetNone',
  'TargetKind',
  'TargetDuplicate',
  'FieldType',
  'FieldRequired',
  'FieldUnknown',
  'FieldValue',
  'FieldTooMany',
  'FieldTooLong',
  'SelectorEmpty',
  'ExceptionExpiry',
  'ExceedsGuardrail',
] as const;

/**
 * Why a file, a document, the settings or a kind of a cluster could not be read at all: as an error, nothing said about the rest
 * is complete.
 */
export const UNREADABLE_REASONS = [
  'FileUnreadable',
  'FileTooLarge',
  'FileEncoding',
  'YamlSyntax',
  'YamlAlias',
  'YamlDuplicateKey',
  'YamlTag',
  'YamlDepth',
  'SettingsInvalid',
  'KindHidden',
] as const;

/** Why an input file or object could not be used. */
export const INPUT_REASONS = [
  ...UNREADABLE_REASONS,
  'ObjectShape',
  'ObjectDuplicate',
  'ObjectKey',
  'KindUnknown',
  'KindMissing',
  'ObjectVersion',
  'RouteMatchUnread',
  'NamespaceUnknown',
] as const;

/** Why an object of ours does not act as its author meant, seen from the other objects; conditions use the same words. */
export const STATUS_REASONS = [
  'Conflicted',
  'TargetNotFound',
  'TargetKindNotInstalled',
  'TooMany',
  'NotFound',
  'KeyNotFound',
  'NotLabelled',
  'LineInvalid',
  'ExceptionInactive',
] as const;

/** The validation table, in its order. */
export const VALIDATION_REASONS = [
  ...ORIGIN_REASONS,
  ...REGEX_REASONS,
  ...METHOD_REASONS,
  ...HEADER_REASONS,
  ...FIELD_REASONS,
] as const;

/** Why a field of our kinds is wrong or doubtful. A closed set. */
export type ValidationReason = (typeof VALIDATION_REASONS)[number];

/** Why an input file or object could not be used. A closed set. */
export type InputReason = (typeof INPUT_REASONS)[number];

/** Why an object of ours does not act as its author meant. A closed set. */
export type StatusReason = (typeof STATUS_REASONS)[number];
