import { z } from 'zod';
import { flag, flagMeta } from '../config.ts';
import { listenAddress, liveUrl, oneOf, upstream, upstreamUrl, wholeNumber } from './flag-values.ts';
import {
  clusterFlags,
  dialectFlags,
  fileFlags,
  inputFlags,
  installationFlags,
  logFlags,
  outputMeta,
  tableOutput,
} from './shared-flags.ts';

/** Flags of `lint`. */
export const lintFlags = z.object({
  ...inputFlags,
  ...dialectFlags,
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
export const renderFlags = z.object({ ...inputFlags, ...dialectFlags, output: tableOutput, ...logFlags });

/** Flags of `check`. */
export const checkFlags = z.object({
  ...inputFlags,
  ...dialectFlags,
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
  ...inputFlags,
  ...dialectFlags,
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

/** Flags of `diff`. */
export const diffFlags = z.object({
  ...inputFlags,
  filename: flag(inputFlags.filename, {
    ...flagMeta(inputFlags.filename),
    description: 'what is compared: with what --to names, else with the cluster; file, folder or -; YAML or JSON',
    otherwise: 'the cluster is compared with what the controller would make of it',
  }),
  to: flag(z.array(z.string().min(1, 'a path must not be empty')).default([]), {
    flags: '--to <path>',
    description: 'what -f is compared with: file, folder or - for standard input',
    repeatable: true,
    environment: 'CORS_OPERATOR_TO',
    otherwise: 'the cluster',
  }),
  ...dialectFlags,
  instance: installationFlags.instance,
  output: tableOutput,
  ...logFlags,
});

/** Flags of `restore`. */
export const restoreFlags = z.object({
  ...clusterFlags,
  ...installationFlags,
  dryRun: flag(z.boolean().default(false), {
    flags: '--dry-run',
    description: 'only say what would be put back',
  }),
  breakGlass: flag(z.boolean().default(false), {
    flags: '--break-glass',
    description: 'keep every controller from writing afterwards, until resume',
  }),
  output: tableOutput,
});

/** Flags of `resume`. */
export const resumeFlags = z.object({
  ...clusterFlags,
  operatorNamespace: installationFlags.operatorNamespace,
  instance: installationFlags.instance,
  output: tableOutput,
});

/** Flags of `controller`. */
export const controllerFlags = z.object({
  ...clusterFlags,
  ...dialectFlags,
  ...installationFlags,
  podName: flag(z.string().min(1, 'must not be empty').optional(), {
    flags: '--pod-name <name>',
    description: 'name of this process among its replicas, in the Lease and in Events',
    environment: 'CORS_OPERATOR_POD_NAME',
    otherwise: "the host's name",
  }),
  metrics: flag(listenAddress.prefault('127.0.0.1:8081'), {
    flags: '--metrics <host:port>',
    description: 'address of health and metrics; port 0 takes a free one',
    environment: 'CORS_OPERATOR_METRICS',
    otherwise: '127.0.0.1:8081',
  }),
  writesPerSecond: flag(wholeNumber(10_000).prefault('50'), {
    flags: '--writes-per-second <number>',
    description: 'how fast many routes are changed, narrowing first; 0: as fast as the API server answers',
    environment: 'CORS_OPERATOR_WRITES_PER_SECOND',
    otherwise: '50',
  }),
  ...logFlags,
  logLevel: logFlags.logLevel
    .unwrap()
    .default('info')
    .meta({ ...flagMeta(logFlags.logLevel) }),
  logFormat: logFlags.logFormat
    .unwrap()
    .default('json')
    .meta({ ...flagMeta(logFlags.logFormat) }),
});

/** Flags of `standalone`. */
export const standaloneFlags = z.object({
  ...fileFlags,
  ...dialectFlags,
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
