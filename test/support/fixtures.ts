/** Real images that nobody here made: found beside the repository, read only, unpacked into a temporary folder. */

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

const ROOT = resolve(import.meta.dirname, '../..', process.env['PITVAULT_FIXTURES'] ?? '../shared/fixtures');

const unpacked = new Map<string, string>();
let folder: string | null = null;

/** The folder of the fixtures, or null where there is none: tests that need it are skipped, visibly. */
export function fixturesRoot(): string | null {
  return existsSync(ROOT) ? ROOT : null;
}

/** Title of a group of tests that needs the fixtures: says so when they are absent. */
export function fixturesTitle(title: string): string {
  return fixturesRoot() === null ? `${title} (skipped: fixtures absent, set PITVAULT_FIXTURES)` : title;
}

/** Bytes of a fixture, decompressed (`.gz`, `.bz2`, `.xz`) in memory. For small ones. */
export function readFixture(relativePath: string): Buffer {
  const path = join(ROOT, relativePath);
  if (path.endsWith('.gz')) return gunzipSync(readFileSync(path));
  const tool = path.endsWith('.bz2') ? 'bzip2' : path.endsWith('.xz') ? 'xz' : null;
  if (tool === null) return readFileSync(path);
  const run = spawnSync(tool, ['-dc', path], { maxBuffer: 2 ** 31 });
  if (run.status !== 0) throw new Error(`${tool} -dc ${path} failed: ${run.error?.message ?? run.stderr.toString()}`);
  return run.stdout;
}

/** Path of the one member of a GNU-sparse `.tar.gz`, its holes kept; removed when the process ends. */
export function unpackSparseTar(relativePath: string): string {
  const known = unpacked.get(relativePath);
  if (known !== undefined) return known;
  const target = join(temporaryFolder(), `${unpacked.size}`);
  mkdirSync(target);
  const tar = spawnSync('tar', ['xSzf', join(ROOT, relativePath), '-C', target]);
  if (tar.status !== 0) throw new Error(`tar xSzf ${relativePath} failed: ${tar.stderr.toString()}`);
  const path = join(target, readdirSync(target)[0]!);
  unpacked.set(relativePath, path);
  return path;
}

/** Path of a raw copy of a qcow2 image (written version 2 or 3, without compression), made without any tool. */
export function unpackQcow2(relativePath: string): string {
  const known = unpacked.get(relativePath);
  if (known !== undefined) return known;
  const target = join(temporaryFolder(), `${unpacked.size}-${basename(relativePath)}.raw`);
  const bytes = readFileSync(join(ROOT, relativePath));
  const clusterBits = bytes.readUInt32BE(20);
  const size = Number(bytes.readBigUInt64BE(24));
  const clusterSize = 2 ** clusterBits;
  const entries = clusterSize / 8;
  const fd = openSync(target, 'w');
  ftruncateSync(fd, size);
  const pointer = (at: number): bigint => bytes.readBigUInt64BE(at) & 0x3fff_ffff_ffff_ffffn;
  const level1 = Number(bytes.readBigUInt64BE(40));
  for (let i = 0; i < bytes.readUInt32BE(36); i++) {
    const level2 = Number(pointer(level1 + 8 * i) & ~0x1ffn);
    for (let j = 0; level2 !== 0 && j < entries; j++) {
      const entry = pointer(level2 + 8 * j);
      const compressed = (bytes.readBigUInt64BE(level2 + 8 * j) & 0x4000_0000_0000_0000n) !== 0n;
      const at = (i * entries + j) * clusterSize;
      if (compressed) {
        const shift = BigInt(62 - (clusterBits - 8));
        const start = Number(entry & ((1n << shift) - 1n));
        writeSync(
          fd,
          inflateRawSync(bytes.subarray(start), { finishFlush: 2 }).subarray(0, clusterSize),
          0,
          undefined,
          at,
        );
      } else if ((entry & ~0x1ffn) !== 0n) {
        const start = Number(entry & ~0x1ffn);
        writeSync(fd, bytes.subarray(start, start + clusterSize), 0, undefined, at);
      }
    }
  }
  closeSync(fd);
  unpacked.set(relativePath, target);
  return target;
}

/** Path of a decompressed copy (of a `.tgz`: its one member), made once in each process, removed at its end, sparse. */
export function unpackFixture(relativePath: string): string {
  const known = unpacked.get(relativePath);
  if (known !== undefined) return known;
  const source = join(ROOT, relativePath);
  if (!/\.(gz|bz2|xz|tgz)$/.test(source)) return source;
  const target = join(temporaryFolder(), `${unpacked.size}-${basename(source).replace(/\.(gz|bz2|xz|tgz)$/, '')}`);
  if (source.endsWith('.tgz')) {
    const tar = spawnSync('sh', ['-c', 'tar xOf "$0" | cp --sparse=always /dev/stdin "$1"', source, target]);
    if (tar.status !== 0) throw new Error(`tar xOf ${source} failed: ${tar.stderr.toString()}`);
    unpacked.set(relativePath, target);
    return target;
  }
  const tool = source.endsWith('.gz') ? 'gzip' : source.endsWith('.bz2') ? 'bzip2' : 'xz';
  const run = spawnSync('sh', ['-c', '"$0" -dc "$1" | cp --sparse=always /dev/stdin "$2"', tool, source, target]);
  if (run.status !== 0 || !existsSync(target)) writeFileSync(target, readFixture(relativePath)); // no GNU cp here
  unpacked.set(relativePath, target);
  return target;
}

function temporaryFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'pitvault-fixtures-')); // goes with the run, as vitest.config.ts has it
  return folder;
}
