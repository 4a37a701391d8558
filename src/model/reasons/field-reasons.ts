import type { FIELD_REASONS, INPUT_REASONS } from '../issue-reason.ts';
import type { ReasonInfo } from './reason-info.ts';

/** What is said about the other fields. */
export const fieldReasons: Readonly<Record<(typeof FIELD_REASONS)[number], ReasonInfo>> = {
  MaxAgeRange: {
    gravity: 'Error',
    meaning: '`maxAge` is below 0 or above 86400 seconds.',
    remedy: 'Write 0 to 86400, or leave it out.',
  },
  MaxAgeInteger: {
    gravity: 'Error',
    meaning: '`maxAge` is not a whole number of seconds.',
    remedy: 'Write a whole number.',
  },
  MaxAgeCapped: {
    gravity: 'Warning',
    meaning: 'Browsers keep a preflight for less: Chromium at most 7200 seconds, WebKit at most 600.',
    remedy: 'Expect more preflights, or write the smaller number.',
  },
  TargetBoth: {
    gravity: 'Error',
    meaning: '`targetRefs` and `targetSelector` are both given.',
    remedy: 'Keep one of the two.',
  },
  TargetNone: {
    gravity: 'Error',
    meaning: 'Neither `targetRefs` nor `targetSelector` says which routes the policy is for.',
    remedy: 'Name the routes, or write an empty `targetSelector` for all routes of the namespace.',
  },
  TargetKind: {
    gravity: 'Error',
    meaning: 'Objects of this kind cannot carry a policy.',
    remedy: 'Use an Ingress or HTTPRoute.',
  },
  TargetDuplicate: {
    gravity: 'Error',
    meaning: 'The same object is named twice.',
    remedy: 'Remove one of the two.',
  },
  FieldType: {
    gravity: 'Error',
    meaning: 'The value has the wrong type.',
    remedy: 'Write the type that the message names.',
  },
  FieldRequired: {
    gravity: 'Error',
    meaning: 'A required field is missing.',
    remedy: 'Add it.',
  },
  FieldUnknown: {
    gravity: 'Error',
    meaning: 'There is no such field.',
    remedy: 'Mend the spelling or remove it.',
  },
  FieldValue: {
    gravity: 'Error',
    meaning: 'The value is none of those that the field takes.',
    remedy: 'Write one of the values that the message names.',
  },
  FieldTooMany: {
    gravity: 'Error',
    meaning: 'The list holds more entries than the field takes.',
    remedy: 'Shorten it; long lists of origins go into a ConfigMap that `allowOriginsFrom` names.',
  },
  FieldTooLong: {
    gravity: 'Error',
    meaning: 'The text is longer than the field takes.',
    remedy: 'Shorten it.',
  },
  SelectorEmpty: {
    gravity: 'Error',
    meaning: '`routeSelector` is empty and would select every route.',
    remedy: 'Name labels; a default is for routes that ask for it.',
  },
  ExceptionExpiry: {
    gravity: 'Error',
    meaning: '`expiresAt` lies in the past or more than 400 days ahead.',
    remedy: 'Write a nearer time, and renew the exception when it comes.',
  },
  ExceedsGuardrail: {
    gravity: 'Enforcement',
    meaning: 'The policy allows more than a ClusterCorsPolicy that governs its namespace.',
    remedy: 'Stay inside the ceiling, or ask the platform team for a CorsException.',
  },
};

/** What is said about files and objects that cannot be used. */
export const inputReasons: Readonly<Record<(typeof INPUT_REASONS)[number], ReasonInfo>> = {
  FileUnreadable: {
    gravity: 'Error',
    meaning: 'The file or folder cannot be read.',
    remedy: 'Check that it exists and may be read.',
  },
  FileTooLarge: {
    gravity: 'Error',
    meaning: 'The file is larger than the limit.',
    remedy: 'Split it.',
  },
  FileEncoding: {
    gravity: 'Error',
    meaning: 'The file is not UTF-8 text.',
    remedy: 'Save it as UTF-8, or leave it out.',
  },
  YamlSyntax: {
    gravity: 'Error',
    meaning: 'The document is not well-formed YAML or JSON.',
    remedy: 'Mend the line that the message names.',
  },
  YamlAlias: {
    gravity: 'Error',
    meaning:
      'The document uses an anchor, an alias or a merge key; what they stand for can be made to grow without bound.',
    remedy: 'Write the values out.',
  },
  YamlDuplicateKey: {
    gravity: 'Error',
    meaning: 'A mapping holds the same key twice; readers differ in which one they take.',
    remedy: 'Remove one of the two.',
  },
  YamlTag: {
    gravity: 'Error',
    meaning: 'A value has a tag that is not of the YAML core schema.',
    remedy: 'Write the value without the tag.',
  },
  YamlDepth: {
    gravity: 'Error',
    meaning: 'The document is nested too deeply.',
    remedy: 'Flatten it; no Kubernetes object needs that.',
  },
  ObjectShape: {
    gravity: 'Error',
    meaning:
      'The document is no Kubernetes object: `apiVersion`, `kind` or `metadata` is missing or has the wrong type.',
    remedy: 'Write the field that the message names.',
  },
  ObjectDuplicate: {
    gravity: 'Error',
    meaning: 'The same object stands in the input twice.',
    remedy: 'Remove one of the two.',
  },
  ObjectKey: {
    gravity: 'Error',
    meaning: 'A key is named `__proto__`, `constructor` or `prototype`, which programs may take for more than data.',
    remedy: 'Rename the key.',
  },
  KindUnknown: {
    gravity: 'Info',
    meaning: 'Objects of this kind are not read.',
    remedy: 'Nothing, unless the kind is misspelt.',
  },
  SettingsInvalid: {
    gravity: 'Error',
    meaning: 'The settings file holds a wrong value.',
    remedy: 'Mend the setting that the message names.',
  },
  KindHidden: {
    gravity: 'Error',
    meaning:
      'The cluster does not show the objects of a kind to whoever asks, so that what is said is not complete; a warning where only other namespaces or a kind that a cluster may do without are hidden.',
    remedy: 'Let somebody ask who may list that kind in all namespaces, as the chart lets the controller.',
  },
  KindMissing: {
    gravity: 'Warning',
    meaning: 'A kind is not installed in the cluster; an info for a kind that a cluster may do without.',
    remedy: 'Install its definition, `kubectl apply -f crds/` for our own; nothing where it is not used.',
  },
  ObjectVersion: {
    gravity: 'Error',
    meaning:
      'The object has an apiVersion that is not read: one that no API server serves any more, or one that is not known.',
    remedy: 'Write the apiVersion that the message names.',
  },
  RouteMatchUnread: {
    gravity: 'Info',
    meaning: 'A match of the route is an expression of its controller: requests are not looked up by it here.',
    remedy: 'Nothing, unless `check` or the responder should find it: then write the path as Exact or Prefix.',
  },
  NamespaceUnknown: {
    gravity: 'Info',
    meaning:
      'The Namespace object is not in the input, so its labels are not known: guardrails count as governing it, defaults with a namespaceSelector as not.',
    remedy: 'Add the Namespace objects to the input.',
  },
};
