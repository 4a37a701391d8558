import { z } from 'zod';
import { type FlagMeta, flag, flagMeta } from '../config.ts';
import { classAssignment, listenAddress, liveUrl, oneOf, upstream, upstreamUrl } from './flag-values.ts';

const inputFlags = {
  filename: flag(
    z
      .array(z.string().min(1, 'a path must not be empty'), {
        error: 'name the input: a file, a folder, or - for standard input',
      })
      .min(1, 'name the input: a file, a folder, or - for standard input'),
    {
      flags: '-f, --filename <path>',
      description: 'file, folder (read recursively) or - for standard input; YAML or JSON',
      repeatable: true,
      environment: 'CORS_OPERATOR_FILENAME',
    },
  ),
  namespace: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '-n, --namespace <name>',
    description: 'namespace of objects that have none',
    environment: 'CORS_OPERATOR_NAMESPACE',
    otherwise: 'default',
  }),
};

const dialectFlags = {
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

const logFlags = {
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

const outputMeta = (formats: string): FlagMeta => ({
  flags: '-o, --output <format>',
  description: `form of the result: ${formats}`,
  environment: 'CORS_OPERATOR_OUTPUT_FORMAT',
});

const tableOutput = flag(oneOf(['table', 'yaml', 'json']).default('table'), outputMeta('table, yaml or json'));

const workspaceFlags = { ...inputFlags, ...dialectFlags };

/** Flags of `lint`. */
export const lintFlags = z.object({
  ...workspaceFlags,
  output: flag(
    oneOf(['table', 'yaml', 'json', 'sarif', 'github']).default('table'),
    outputMeta('table, yaml, json, sarif or github'),
  ),
  failOn: flag(oneOf(['error', 'warning', 'info']).default('error'), {
    flags: '--fail-on <severity>',
    description: 'least grave issue that makes the exit code 1: error, warning or info',
    environment: 'CORS_OPERATOR_FAIL_ON',
  }),
  ...logFlags,
});

/** Flags of `render`. */
export const renderFlags = z.object({ ...workspaceFlags, output: tableOutput, ...logFlags });

/** Flags of `check`. */
export const checkFlags = z.object({
  ...workspaceFlags,
  host: flag(z.string({ error: 'name the host of the request' }).min(1, 'name the host of the request'), {
    flags: '--host <name>',
    description: 'host of the request, as in its URL',
  }),
  path: flag(z.string().startsWith('/', 'must start with /').default('/'), {
    flags: '--path <path>',
    description: 'path of the request',
  }),
  origin: flag(z.string({ error: 'name the origin of the page that asks' }), {
    flags: '--origin <origin>',
    description: 'origin of the page that asks, as in https://app.example.com',
  }),
  method: flag(z.string().min(1, 'must not be empty').default('GET'), {
    flags: '--method <method>',
    description: 'method of the request',
  }),
  header: flag(z.array(z.string().min(1, 'must not be empty')).default([]), {
    flags: '--header <name[: value]>',
    description: 'header that the page sets; with a value where the value decides whether a preflight is needed',
    repeatable: true,
  }),
  credentials: flag(z.boolean().default(false), {
    flags: '--credentials',
    description: "the page asks with credentials: 'include'",
  }),
  live: flag(liveUrl.optional(), {
    flags: '--live <url>',
    description:
      'also ask the server at this http or https address, and show prediction and reality side by side; without credentials, and a request that could change something is not sent, only its preflight',
  }),
  output: tableOutput,
  ...logFlags,
});

/** Flags of `explain`. */
export const explainFlags = z.object({
  ...workspaceFlags,
  host: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '--host <name>',
    description: 'only the route that answers this host',
  }),
  path: flag(z.string().startsWith('/', 'must start with /').optional(), {
    flags: '--path <path>',
    description: 'with --host: only the route that answers this path',
  }),
  output: tableOutput,
  ...logFlags,
});

/** Flags of `standalone`. */
export const standaloneFlags = z.object({
  ...workspaceFlags,
  output: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '--output <dir>',
    description: 'folder that gets the reconciled manifests, one file per input file',
    environment: 'CORS_OPERATOR_OUTPUT',
  }),
  listen: flag(listenAddress.prefault('127.0.0.1:8080'), {
    flags: '--listen <host:port>',
    description: 'address of the responder; port 0 takes a free one',
    environment: 'CORS_OPERATOR_LISTEN',
    otherwise: '127.0.0.1:8080',
  }),
  admin: flag(listenAddress.prefault('127.0.0.1:9090'), {
    flags: '--admin <host:port>',
    description: 'address of health, metrics and the console; port 0 takes a free one',
    environment: 'CORS_OPERATOR_ADMIN',
    otherwise: '127.0.0.1:9090',
  }),
  adminHost: flag(z.array(z.string().min(1, 'must not be empty')).default([]), {
    flags: '--admin-host <name>',
    description: 'a further Host name that the admin address answers to',
    repeatable: true,
    environment: 'CORS_OPERATOR_ADMIN_HOST',
  }),
  upstream: flag(z.array(upstream).default([]), {
    flags: '--upstream <namespace/service:port=url>',
    description: 'where requests for a Service go',
    repeatable: true,
    environment: 'CORS_OPERATOR_UPSTREAM',
  }),
  defaultUpstream: flag(upstreamUrl.optional(), {
    flags: '--default-upstream <url>',
    description: 'where requests for every other Service go',
    environment: 'CORS_OPERATOR_DEFAULT_UPSTREAM',
    otherwise: 'they are answered 404',
  }),
  ...logFlags,
  logLevel: logFlags.logLevel
    .unwrap()
    .default('info')
    .meta({ ...flagMeta(logFlags.logLevel) }),
});
