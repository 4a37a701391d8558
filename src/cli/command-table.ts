import type { FlagSchema } from '../config.ts';
import {
  checkFlags,
  controllerFlags,
  diffFlags,
  explainFlags,
  lintFlags,
  renderFlags,
  restoreFlags,
  resumeFlags,
  standaloneFlags,
} from './command-flags.ts';

/** What a command is called, takes and means; help and the reference page are made of it. */
export type CommandInfo = {
  readonly name: CommandName;
  readonly description: string;
  /** An argument behind the name, as commander writes it. */
  readonly argument?: { readonly syntax: string; readonly description: string };
  readonly flags: FlagSchema;
  /** What stands behind the program's name in the example of its help. */
  readonly example: string;
};

/** The commands of this build. */
export type CommandName =
  | 'lint'
  | 'render'
  | 'diff'
  | 'check'
  | 'explain'
  | 'restore'
  | 'resume'
  | 'standalone'
  | 'controller';

/** Every command, in the order in which help lists them. */
export const commandTable: readonly CommandInfo[] = [
  {
    name: 'lint',
    description: 'check policies and existing CORS configuration, of files or of a cluster; for pipelines',
    flags: lintFlags,
    example: 'lint -f manifests/ --fail-on warning',
  },
  {
    name: 'render',
    description: 'manifests in, reconciled manifests out: what the controller would write',
    flags: renderFlags,
    example: 'render -f manifests/ --class nginx=ingress-nginx@1.15.1 -o yaml | kubectl apply -f -',
  },
  {
    name: 'diff',
    description:
      'what would change for routes: between two inputs, with an input in a cluster, or by the controller; exit code 1 when something would',
    flags: diffFlags,
    example: 'diff -f proposed/ --context production',
  },
  {
    name: 'check',
    description: 'what a browser would get for a host, path, origin, method and headers, and why',
    flags: checkFlags,
    example: 'check -f manifests/ --host shop.example.com --origin https://app.example.com --method PUT',
  },
  {
    name: 'explain',
    description: 'the effective policy of routes, and the object and field that each entry comes from',
    argument: {
      syntax: '[route]',
      description: 'ingress/NAME or httproute/NAME, in the namespace that -n names; all routes without it',
    },
    flags: explainFlags,
    example: 'explain -f manifests/ -n shop ingress/storefront',
  },
  {
    name: 'restore',
    description: 'put back everything that the operator ever wrote in a cluster, whether it runs or not',
    flags: restoreFlags,
    example: 'restore --dry-run --operator-namespace cors-operator',
  },
  {
    name: 'resume',
    description: 'let controllers write again after restore --break-glass',
    flags: resumeFlags,
    example: 'resume --operator-namespace cors-operator',
  },
  {
    name: 'standalone',
    description: 'serve the routes of a folder: everything that needs no cluster',
    argument: { syntax: '[folder...]', description: 'folders or files, as with -f' },
    flags: standaloneFlags,
    example: 'standalone examples/quickstart --listen 127.0.0.1:8080',
  },
  {
    name: 'controller',
    description: 'watch policies in a cluster and keep its routes as they say',
    flags: controllerFlags,
    example: 'controller --kubeconfig ~/.kube/config --log-format text',
  },
];
