import { rmSync } from 'node:fs';
import { defineConfig, type OutputOptions, type RolldownOptions } from 'rolldown';

const KEEP_NAMES = { function: true, class: true };

/** The commands whose start-up people notice. */
const SHORT_COMMANDS = /src\/cli\/(main|commands\/(scan|info|ls|map))\.ts$/;
const ENGINE_COMMANDS = /src\/cli\/commands\/(backup|diff|protect|verify)\.ts$/;
const SHIMS = /native-shims\/(linux|darwin|win32|load|koffi|posix|system)/;
const core = new Set<string>();
/** Of recovery. What it shares with the engine lies apart, or it would bring the rest of that along. */
const recovery = new Set<string>();
const shims = new Set<string>();
/** Of both threads of a mount; not the entry of the second one, which must run in that alone. */
const serving = new Set<string>();
const engine = new Set<string>();

/** What is not ASCII stands in strings, templates and regular expressions only. */
function escaped(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
    'fuse.worker': 'src/cli/boot-fuse-worker.ts',
  },
  plugins: [
    {
      name: 'groups',
      buildEnd() {
        const add = (id: string, to: Set<string>, late: boolean): void => {
          if ([core, shims, serving, to].some((set) => set.has(id))) return;
          to.add(id);
          const { importedIds = [], dynamicallyImportedIds = [] } = this.getModuleInfo(id) ?? {};
          for (const imported of late ? [...importedIds, ...dynamicallyImportedIds] : importedIds)
            add(imported, to, late);
        };
        const addAll = (commands: RegExp, to: Set<string>, late = false): void => {
          for (const id of this.getModuleIds()) if (commands.test(id)) add(id, to, late);
        };
        addAll(SHORT_COMMANDS, core);
        addAll(SHIMS, shims);
        addAll(/src\/cli\/commands\/recover\.ts$/, recovery, true);
        addAll(/src\/(cli\/serve-mount|serve\/(served-tree|fuse\/fuse-session))\.ts$/, serving);
        addAll(ENGINE_COMMANDS, engine);
      },
    },
    {
      name: 'commonjs-folder',
      generateBundle(_, bundle) {
        // A script that is all ASCII can be read faster, and take part in the code cache.
        for (const chunk of Object.values(bundle)) if (chunk.type === 'chunk') chunk.code = escaped(chunk.code);
        rmSync('dist/cli', { recursive: true, force: true }); // the code cache belongs to the files replaced now
        this.emitFile({ type: 'asset', fileName: 'package.json', source: '{ "type": "commonjs" }\n' });
      },
    },
  ],
  output: {
    ...OUTPUT,
    chunkFileNames: 'chunk-[name].js',
    codeSplitting: {
      groups: [
        // What comes before everything else, and must not bring it along: the first group that wants a module has it.
        { name: 'boot', test: /src.cli.code-cache/ },
        { name: 'ahead', test: /src.(cli.head-start|serve.fuse.start-worker)/ },
        // What these commands always load lies together: one file instead of a dozen.
        { name: 'core', test: (id) => core.has(id) },
        // A group takes what its modules import along, unless an earlier one has it.
        { name: 'shims', test: (id) => shims.has(id) },
        { name: 'copying', test: (id) => engine.has(id) && recovery.has(id) },
        { name: 'engine', test: (id) => engine.has(id) },
        { name: 'serving', test: (id) => serving.has(id) },
      ],
    },
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
