/**
 * Most of a short command's time is V8 compiling the bundle. The build leaves what V8 has compiled beside the bundle, in one
 * file; here it is handed back. V8 takes it only in the very version, and under the very flags, that made it; anywhere
 * else the bundle is compiled as ever. The file is made and replaced with the bundle, so it is to be trusted as that is;
 * but V8 does not look at what it is handed, and ends the process over a flipped bit. So the file holds all twice, and is used
 * when both are equal: comparing takes 0.15 ms of 0.9 MB, reading the second copy 0.25 ms, any checksum that Node 20 has 2 ms.
 *
 *     u32 length of the index, the index as JSON (see Index), the data;
 *     all of that again
 */

import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

export const CODE_CACHE = 'code.cache';

type Compile = (this: CompiledModule, content: string, filename: string, ...rest: unknown[]) => unknown;
type CompiledModule = { readonly exports: object };
const prototype = (Module as unknown as { readonly prototype: { _compile: Compile } }).prototype;

/** Called with each script of the bundle as it is loaded. */
type OnScript = (file: string, script: Script) => void;

/** Loads the files of a folder through `cached`, the compiled code by file; `onScript` takes part in making it. */
export function hookModules(
  folder: string,
  cached: ReadonlyMap<string, Uint8Array>,
  onScript: OnScript | null = null,
): void {
  const compile = prototype._compile;
  prototype._compile = function (content, filename, ...rest) {
    const file = basename(filename);
    const cachedData = cached.get(file);
    const isWanted = dirname(filename) === folder && (onScript === null ? cachedData !== undefined : isPlain(content));
    if (!isWanted) return compile.call(this, content, filename, ...rest);
    const script = new Script((Module as unknown as { wrap(content: string): string }).wrap(content), {
      filename,
      ...(cachedData === undefined ? {} : { cachedData }),
    });
    if (script.cachedDataRejected === true) return compile.call(this, content, filename, ...rest);
    onScript?.(file, script);
    const run = script.runInThisContext() as (...args: unknown[]) => unknown;
    return run.call(this.exports, this.exports, createRequire(filename), this, filename, folder);
  };
}

/** A script compiled here could not import modules of others: Node ties that to its own compiling. */
function isPlain(content: string): boolean {
  return !/[^.\w]import\(/.test(content);
}

/** Uses the compiled code beside the bundle, if there is any and it is whole. */
export function useCodeCache(folder: string): void {
  let twice: Buffer;
  try {
    twice = readFileSync(join(folder, CODE_CACHE));
  } catch {
    return; // it was not made: everything works, a little later
  }
  const cached = decodeCodeCache(twice);
  if (cached !== null) hookModules(folder, cached);
}

/** The version of V8 that compiled, and where the parts lie: offset from the end of the index, and length. */
type Index = { readonly engine: string; readonly files: Record<string, [number, number]> };

/** The compiled code by file; null when it is not as it was written, or another engine's. */
export function decodeCodeCache(twice: Buffer): Map<string, Uint8Array> | null {
  const bytes = twice.subarray(0, twice.length / 2);
  if (bytes.length < 4 || !bytes.equals(twice.subarray(bytes.length))) return null;
  const start = 4 + bytes.readUInt32LE(0);
  const { engine, files } = JSON.parse(bytes.toString('utf8', 4, start)) as Index;
  if (engine !== process.versions.v8) return null; // V8 would refuse each part of it
  return new Map(
    Object.entries(files).map(([file, [offset, length]]) => [
      file,
      bytes.subarray(start + offset, start + offset + length),
    ]),
  );
}

export function encodeCodeCache(compiled: ReadonlyMap<string, Buffer>): Buffer {
  const files: Index['files'] = {};
  const parts: Buffer[] = [];
  let offset = 0;
  for (const [file, data] of compiled) {
    // V8 reads numbers in place: what is not aligned it would have to copy.
    const padded = Buffer.alloc(Math.ceil(data.length / 8) * 8);
    data.copy(padded);
    files[file] = [offset, data.length];
    parts.push(padded);
    offset += padded.length;
  }
  const json = JSON.stringify({ engine: process.versions.v8, files } satisfies Index);
  const text = Buffer.from(json.padEnd(Math.ceil((json.length + 4) / 8) * 8 - 4));
  const head = Buffer.alloc(4);
  head.writeUInt32LE(text.length);
  return Buffer.concat([head, text, ...parts, head, text, ...parts]);
}
