import { defineConfig } from 'rolldown';

/**
 * The command line as a few files instead of a hundred: each module costs Node about 0.6 ms to load, and start-up is
 * part of every job. White space goes too, because parsing is by the byte; names stay, for stack traces. The library
 * itself is plain tsc output. The worker is an entry of its own, beside the chunk that starts it.
 */
export default defineConfig({
  input: { main: 'src/cli/main.ts', 'copy.worker': 'src/copy/copy.worker.ts' },
  platform: 'node',
  transform: { target: 'node20' },
  external: [/^node:/, 'piscina', 'yauzl', 'picomatch', 'koffi'],
  output: {
    dir: 'dist/cli',
    format: 'esm',
    chunkFileNames: 'chunk-[name].js',
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      groups: [
        { name: 'core', test: /src\/(io|map|disk|filesystem|codec|vhdx|vhd|partition|ntfs|image)/ },
        {
          name: 'shell',
          test: /src\/(errors|version|base\/|cli\/(command|command-table|exit-code|output|format|progress)\.ts)/,
        },
      ],
    },
  },
});
