/**
 * Who may import whom. The order is the pipeline's: a stage sees itself and what stands before it, never what stands
 * behind. Read with swc, because TypeScript 7 has no JavaScript interface; type imports count like any other.
 */

/** Libraries of the core: pure themselves, or the promise that the core is pure would be worth nothing. */
const PURE_LIBRARIES = ['re2js', 'tldts', 'tr46', 'zod'];

/** What each stage may import of ours, besides itself. */
const STAGES = {
  cors: [],
  analysis: ['cors'],
  model: ['cors', 'analysis'],
  resolve: ['cors', 'analysis', 'model'],
  plan: ['cors', 'analysis', 'model', 'resolve'],
  status: ['cors', 'analysis', 'model', 'resolve', 'plan'],
  kube: [],
  sources: ['model', 'kube'],
  apply: ['plan', 'status', 'model', 'kube'],
};

const PURE = '^src/((cors|analysis|model|resolve|plan|status)/|evaluate\\.ts$)';
const SHELLS = 'controller|admission|responder|console|cli';

const stageRules = Object.entries(STAGES).map(([stage, before]) => ({
  name: `stage-${stage}`,
  comment: `src/${stage} may import ${before.length === 0 ? 'nothing of ours' : before.join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${stage}/` },
  to: { path: '^src/', pathNot: `^src/(${[stage, ...before].join('|')})/` },
}));

export default {
  forbidden: [
    ...stageRules,
    {
      name: 'evaluate-is-core',
      comment: 'src/evaluate.ts turns a snapshot into plans; shells call it, so it knows none of them.',
      severity: 'error',
      from: { path: '^src/evaluate\\.ts$' },
      to: { path: '^src/', pathNot: PURE },
    },
    {
      name: 'pure-without-node',
      comment: 'The core takes time, objects and options as data, so that each of its answers can be repeated.',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-libraries',
      comment: `The core uses ${PURE_LIBRARIES.join(', ')} and no other library.`,
      severity: 'error',
      from: { path: PURE },
      to: { path: 'node_modules/', pathNot: `node_modules/(${PURE_LIBRARIES.join('|')})/` },
    },
    {
      name: 'shells-apart',
      comment: 'A shell that imports another cannot be run, tested or left out alone; src/modes wires them together.',
      severity: 'error',
      from: { path: `^src/(${SHELLS})/` },
      to: { path: `^src/(${SHELLS})/`, pathNot: '^src/$1/' },
    },
    {
      name: 'modes-on-top',
      comment: 'Only the entry starts a mode.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(modes/|main\\.ts$)' },
      to: { path: '^src/(modes/|main\\.ts$)' },
    },
    {
      name: 'dialects-apart',
      comment: 'What two dialects share belongs in src/plan, so that a dialect can be read and removed alone.',
      severity: 'error',
      from: { path: '^src/plan/dialects/(?!index\\.ts$)([^/.]+)' },
      to: { path: '^src/plan/dialects/', pathNot: '^src/plan/dialects/$1(\\.ts$|/)' },
    },
    {
      name: 'dialects-by-list',
      comment: 'Only src/plan/dialects/index.ts names dialects: adding one is one file and one line.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/plan/dialects/' },
      to: { path: '^src/plan/dialects/', pathNot: '^src/plan/dialects/index\\.ts$' },
    },
    {
      name: 'no-tests-in-product',
      comment: 'The product works without its tests, scripts and development packages.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: ['^(test|scripts|bench)/'] },
    },
    {
      name: 'no-development-packages',
      comment: 'A package that src imports is a dependency, not a devDependency; the image holds no others.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that import each other can only be understood together.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere hides from every rule above.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
