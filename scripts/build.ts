import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

/** The file that package.json's `bin` and the image run. */
const bundle = 'dist/cors-operator.mjs';

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
  legalComments: 'linked',
  logLevel: 'info',
});
await chmod(bundle, 0o755);
