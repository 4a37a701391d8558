/** The dialects this build speaks. */
export type DialectName = 'ingress-nginx' | 'traefik' | 'gateway-api';
