/**
 * Most of a short command's time is V8 compiling the bundle. The build leaves what V8 has compiled beside each script of it;
 * here it is handed back. V8 takes it only in the very version, and under the very flags, that made it; anywhere
 * else the script is compiled as ever. These files are made and replaced with the bundle, so they are to be trusted as that is;
 * but V8 does not look at what it is handed, and ends the process over a flipped bit. So each holds all twice, and is used
 * when both are equal: comparing takes 0.15 ms of 0.9 MB, reading the second copy 0.25 ms, any checksum that Node 20 has 2 ms.
 *
 *     u32 length of the engine's name, the name padded to a multiple of 8, what was compiled, padded to a multiple of 8;
 *     all of that again
 */

import { existsSync, readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { basename, dirname } from 'node:path';
import { Script } from 'node:vm';

/** Of the file beside `chunk.js`: `chunk.js.compiled`. */
export const SUFFIX = '.compiled';

type CompiledModule = { readonly exports: object };
type Compile = (this: CompiledModule, content: string, filename: string, ...rest: unknown[]) => unknown;
type Load = (module: { _compile(content: string, filename: string): unknown }, filename: string) => unknown;
const node = Module as unknown as {
  readonly prototype: { _compile: Compile };
  readonly _extensions: { '.js': Load };
  wrap(content: string): string;
};

/** Called with each script of the bundle as it is loaded. */
type OnScript = (file: string, script: Script) => void;

/** Loads the scripts of a folder with what was compiled of them, if anything; `onScript` takes part in making that. */
export function hookModules(
  folder: string,
  compiledOf: (filename: string) => Uint8Array | null,
  onScript: OnScript | null = null,
): void {
  const compile = node.prototype._compile;
  const load = node._extensions['.js'];
  let cachedData: Uint8Array | null = null;
  node._extensions['.js'] = (module, filename) => {
    if (dirname(filename) !== folder) return load(module, filename);
    cachedData = compiledOf(filename);
    // Such a script is ASCII, and Node would look whether it is UTF-8.
    return cachedData === null ? load(module, filename) : module._compile(readFileSync(filename, 'latin1'), filename);
  };
  node.prototype._compile = function (content, filename, ...rest) {
    const isWanted = dirname(filename) === folder && (onScript === null ? cachedData !== null : isPlain(content));
    if (!isWanted) return compile.call(this, content, filename, ...rest);
    const script = new Script(node.wrap(content), { filename, ...(cachedData === null ? {} : { cachedData }) });
    cachedData = null;
    if (script.cachedDataRejected === true) return compile.call(this, content, filename, ...rest);
    onScript?.(basename(filename), script);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, createRequire(filename), this, filename, folder);
  };
}

/** A script compiled here could not import modules of others: Node ties that to its own compiling. */
function isPlain(content: string): boolean {
  return !/[^.\w]import\(/.test(content) && !/[^\0-\x7f]/.test(content);
}

/** Uses what was compiled of the scripts of this folder, as far as that is there and whole. */
export function useCodeCache(folder: string): void {
  hookModules(folder, (filename) => {
    const path = filename + SUFFIX;
    if (!existsSync(path)) return null; // it was not made: everything works, a little later
    try {
      return decodeCompiled(readFileSync(path));
    } catch {
      return null; // gone in this moment, or not to be read
    }
  });
}

/** What was compiled; null when it is not as it was written, or another engine's, which V8 would refuse. */
export function decodeCompiled(twice: Buffer): Uint8Array | null {
  const bytes = twice.subarray(0, twice.length / 2);
  if (bytes.length < 4 || !bytes.equals(twice.subarray(bytes.length))) return null;
  const length = bytes.readUInt32LE(0);
  if (bytes.toString('latin1', 4, 4 + length) !== process.versions.v8) return null;
  return bytes.subarray(padded(4 + length));
}

export function encodeCompiled(data: Uint8Array): Buffer {
  const engine = process.versions.v8;
  const start = padded(4 + engine.length); // V8 reads numbers in place: what is not aligned it would have to copy
  const bytes = Buffer.alloc(padded(start + data.length));
  bytes.writeUInt32LE(engine.length);
  bytes.write(engine, 4, 'latin1');
  bytes.set(data, start);
  return Buffer.concat([bytes, bytes]);
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
