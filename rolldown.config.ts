import { rmSync } from 'node:fs';
import { defineConfig, type OutputOptions, type RolldownOptions } from 'rolldown';

const KEEP_NAMES = { function: true, class: true };

/** The commands whose start-up people notice. */
const SHORT_COMMANDS = /src\/cli\/(main|commands\/(scan|info|ls|map))\.ts$/;
const core = new Set<string>();

/** What these commands always load lies together: one file instead of a dozen. */
function isCore(id: string): boolean {
  return core.has(id);
}

const COMMON = {
  platform: 'node',
  checks: { ineffectiveDynamicImport: false }, // what the core has, others may still ask for late
  transform: { target: 'node20' },
  external: [/^node:/, /^hash-wasm/, /^node-sql-parser/, 'piscina', 'yauzl', 'picomatch', 'koffi', 'fast-xml-parser'],
} satisfies RolldownOptions;

const OUTPUT = {
  dir: 'dist/cli',
  format: 'cjs',
  minify: {
    mangle: { toplevel: true, keepNames: KEEP_NAMES },
    compress: { keepNames: KEEP_NAMES },
    codegen: { removeWhitespace: true },
  },
  dynamicImportInCjs: false, // a script with import() of packages could take no part in the code cache
} satisfies OutputOptions;

/**
 * The command line as a few files instead of a hundred, since start-up is part of every job: each module costs Node
 * about 0.6 ms to load, each 40 KB of text 1 ms to parse. Functions and classes keep their names, for stack traces. The
 * files are CommonJS, which Node 20 starts 8 ms sooner than ES modules: it needs no thread pool to read them. The
 * library itself is plain tsc output.
 */
const commandLine: RolldownOptions = {
  ...COMMON,
  input: {
    main: 'src/cli/boot.ts',
    'make-code-cache': 'src/cli/make-code-cache.ts',
    'fuse.worker': 'src/serve/fuse/fuse.worker.ts',
  },
  plugins: [
    {
      name: 'core',
      buildEnd() {
        const add = (id: string): void => {
          if (core.has(id)) return;
          core.add(id);
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) add(imported);
        };
        for (const id of this.getModuleIds()) if (SHORT_COMMANDS.test(id)) add(id);
      },
    },
    {
      name: 'commonjs-folder',
      generateBundle() {
        rmSync('dist/cli', { recursive: true, force: true }); // the code cache belongs to the files replaced now
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
      },
    },
  ],
  output: {
    ...OUTPUT,
    chunkFileNames: 'chunk-[name].js',
    codeSplitting: { groups: [{ name: 'core', test: isCore }] },
  },
};

/**
 * The worker, beside the chunk that starts it: one file of what it needs itself. Sharing the files of the command line it
 * would compile the core, of which it uses a hundredth, before it could take its first piece.
 */
const worker: RolldownOptions = {
  ...COMMON,
  input: { 'copy.worker': 'src/copy/copy.worker.ts' },
  output: { ...OUTPUT, codeSplitting: false },
};

export default defineConfig([commandLine, worker]);
