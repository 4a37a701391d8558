/** Names of the seven CORS annotations, without their prefix. */
export const CORS_KEYS = [
  'enable-cors',
  'cors-allow-origin',
  'cors-allow-methods',
  'cors-allow-headers',
  'cors-allow-credentials',
  'cors-expose-headers',
  'cors-max-age',
] as const;

/** Name of one CORS annotation, without its prefix. */
export type CorsKey = (typeof CORS_KEYS)[number];

/** Values of all seven; null: must be absent. */
export type CorsValues = Readonly<Record<CorsKey, string | null>>;

/** What the controller listens to unless `--annotations-prefix` says otherwise. */
export const DEFAULT_PREFIX = 'nginx.ingress.kubernetes.io';

/** CORS switched off: explicitly, and with nothing left that a later `enable-cors` would turn on. */
export const OFF_VALUES: CorsValues = {
  'enable-cors': 'false',
  'cors-allow-origin': null,
  'cors-allow-methods': null,
  'cors-allow-headers': null,
  'cors-allow-credentials': null,
  'cors-expose-headers': null,
  'cors-max-age': null,
};

/** Annotations as they stand on an Ingress. */
export function prefixed(values: CorsValues, prefix: string): Readonly<Record<string, string | null>> {
  return Object.fromEntries(CORS_KEYS.map((key) => [`${prefix}/${key}`, values[key]]));
}

/** Full keys of the CORS annotations, by name. */
export function corsAnnotations(prefix: string): Readonly<Record<CorsKey, string>> {
  return {
    'enable-cors': `${prefix}/enable-cors`,
    'cors-allow-origin': `${prefix}/cors-allow-origin`,
    'cors-allow-methods': `${prefix}/cors-allow-methods`,
    'cors-allow-headers': `${prefix}/cors-allow-headers`,
    'cors-allow-credentials': `${prefix}/cors-allow-credentials`,
    'cors-expose-headers': `${prefix}/cors-expose-headers`,
    'cors-max-age': `${prefix}/cors-max-age`,
  };
}

/** The CORS annotation that a full key names, whatever its prefix; undefined for any other. */
export function corsKeyOf(annotation: string): CorsKey | undefined {
  const name = annotation.slice(annotation.lastIndexOf('/') + 1);
  return CORS_KEYS.find((key) => key === name);
}

/** Whether a full key is a CORS annotation under any prefix that a controller may have been started with. */
export function isCorsAnnotation(annotation: string): boolean {
  const slash = annotation.indexOf('/');
  return CORS_KEYS.some((key) => key === annotation.slice(slash + 1)) && PREFIX.test(annotation.slice(0, slash));
}

const PREFIX = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
