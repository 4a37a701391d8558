import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

/** The file that package.json's `bin` and the image run, unless another is named. */
const bundle = process.argv[2] ?? 'dist/cors-operator.mjs';

/**
 * CommonJS libraries inside an ES module bundle still call `require` for Node's own modules.
 *
 * @see https://github.com/evanw/esbuild/issues/1921
 */
const banner = `import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);`;

await build({
  entryPoints: ['src/main.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  banner: { js: banner },
  // A third smaller, and names stay what they are, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'linked',
  logLevel: 'info',
  // A call of nothing, which only whoever runs it would notice.
  logOverride: { 'import-is-undefined': 'error', 'call-import-namespace': 'error' },
});
await chmod(bundle, 0o755);
