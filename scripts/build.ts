import { chmod } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { build, type Plugin } from 'esbuild';

/** The file that package.json's `bin` and the image run, unless another is named. */
const bundle = process.argv[2] ?? 'dist/cors-operator.mjs';

/**
 * CommonJS libraries inside an ES module bundle still call `require` for Node's own modules.
 *
 * @see https://github.com/evanw/esbuild/issues/1921
 */
const banner = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

/**
 * Node's own modules are loaded when the code that needs them is: an import statement of a bundle is carried out at its start,
 * whatever the command, and asks `node:http` for all that it has, `WebSocket` and the fetch behind it included, which takes 13 MB.
 */
const lazyNodeModules: Plugin = {
  name: 'lazy-node-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z:/_]+$/ }, ({ path, kind }) =>
      kind === 'import-statement' && isBuiltin(path) ? { path, namespace: 'node' } : undefined,
    );
    onLoad({ filter: /^/, namespace: 'node' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

await build({
  entryPoints: ['src/main.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  banner: { js: banner },
  plugins: [lazyNodeModules],
  // A third smaller, and names stay what they are, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'info',
  // A call of nothing, which only whoever runs it would notice.
  logOverride: { 'import-is-undefined': 'error', 'call-import-namespace': 'error' },
});
await chmod(bundle, 0o755);
