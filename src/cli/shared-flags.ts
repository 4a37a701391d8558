import { z } from 'zod';
import { type FlagMeta, flag } from '../config.ts';
import { classAssignment, instanceName, oneOf, wholeNumber } from './flag-values.ts';

const path = z.string().min(1, 'a path must not be empty');

const filename: FlagMeta = {
  flags: '-f, --filename <path>',
  description: 'file, folder (read recursively) or - for standard input; YAML or JSON',
  repeatable: true,
  environment: 'CORS_OPERATOR_FILENAME',
};

const nothingNamed = 'name the input: a file, a folder, or - for standard input';

const namespaceMeta: FlagMeta = {
  flags: '-n, --namespace <name>',
  description: 'namespace of objects that have none',
  environment: 'CORS_OPERATOR_NAMESPACE',
  otherwise: 'default',
};

const namespaceName = z.string().min(1, 'must not be empty').optional();

/** Flags of commands that only read files. */
export const fileFlags = {
  filename: flag(z.array(path, { error: nothingNamed }).min(1, nothingNamed), filename),
  namespace: flag(namespaceName, namespaceMeta),
};

/** Flags that say which cluster is meant. */
export const clusterFlags = {
  kubeconfig: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '--kubeconfig <path>',
    description: 'kubeconfig of the cluster',
    environment: 'CORS_OPERATOR_KUBECONFIG',
    otherwise: 'KUBECONFIG, ~/.kube/config, or the account of the pod',
  }),
  context: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '--context <name>',
    description: 'context of the kubeconfig',
    environment: 'CORS_OPERATOR_CONTEXT',
    otherwise: 'its current one',
  }),
};

/** Flags of commands that read files or, without them, a cluster. */
export const inputFlags = {
  filename: flag(z.array(path).default([]), { ...filename, otherwise: 'the cluster is read' }),
  ...clusterFlags,
  namespace: flag(namespaceName, {
    ...namespaceMeta,
    description: 'of files, the namespace of objects that have none; of a cluster, the one that is shown',
    otherwise: 'default; of a cluster, that of the context',
  }),
  allNamespaces: flag(z.boolean().default(false), {
    flags: '-A, --all-namespaces',
    description: 'of a cluster, show all namespaces and what belongs to none',
  }),
  operatorNamespace: flag(namespaceName, {
    flags: '--operator-namespace <name>',
    description: "the operator's own namespace: the ConfigMaps of guardrails",
    environment: 'CORS_OPERATOR_OPERATOR_NAMESPACE',
    otherwise: 'cors-operator, or what the settings file says',
  }),
};

/** Flags that say which installation of the operator is meant. */
export const installationFlags = {
  operatorNamespace: flag(z.string().min(1, 'must not be empty').default('cors-operator'), {
    flags: '--operator-namespace <name>',
    description: "the operator's own namespace: its Lease, and the ConfigMaps of guardrails",
    environment: 'CORS_OPERATOR_OPERATOR_NAMESPACE',
  }),
  instance: flag(instanceName.default(''), {
    flags: '--instance <name>',
    description: 'name of this installation, where several share a cluster',
    environment: 'CORS_OPERATOR_INSTANCE',
    otherwise: 'none',
  }),
  traefikSettle: flag(wholeNumber(600).prefault('5'), {
    flags: '--traefik-settle <seconds>',
    description:
      'between making a Middleware and naming it, and between un-naming and deleting it: at least twice the providersThrottleDuration of Traefik',
    environment: 'CORS_OPERATOR_TRAEFIK_SETTLE',
    otherwise: '5',
  }),
};

/** Flags that say which dialects classes speak. */
export const dialectFlags = {
  class: flag(z.array(classAssignment).default([]), {
    flags: '--class <name=dialect[@version]>',
    description:
      'what the controller of an IngressClass or GatewayClass understands, where the input does not hold the class',
    repeatable: true,
    environment: 'CORS_OPERATOR_CLASS',
  }),
  dialect: flag(z.string().optional(), {
    flags: '--dialect <name>',
    description: 'dialect of every route, whatever its class',
    environment: 'CORS_OPERATOR_DIALECT',
  }),
  dialectVersion: flag(z.string().optional(), {
    flags: '--dialect-version <version>',
    description: "version of that dialect's controller",
    environment: 'CORS_OPERATOR_DIALECT_VERSION',
  }),
};

/** Flags that say what is told on standard error. */
export const logFlags = {
  logLevel: flag(oneOf(['error', 'warn', 'info', 'debug']).default('warn'), {
    flags: '--log-level <level>',
    description: 'least grave problems that are told on standard error: error, warn, info or debug',
    environment: 'CORS_OPERATOR_LOG_LEVEL',
  }),
  logFormat: flag(oneOf(['text', 'json']).default('text'), {
    flags: '--log-format <format>',
    description: 'form of what is told on standard error: text or json',
    environment: 'CORS_OPERATOR_LOG_FORMAT',
  }),
};

/** How a flag is written that names the form of a result. */
export const outputMeta = (formats: string): FlagMeta => ({
  flags: '-o, --output <format>',
  description: `form of the result: ${formats}`,
  environment: 'CORS_OPERATOR_OUTPUT_FORMAT',
});

/** The forms that every result has. */
export const tableOutput = flag(oneOf(['table', 'yaml', 'json']).default('table'), outputMeta('table, yaml or json'));
