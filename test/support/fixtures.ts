/** Real images that nobody here made: found beside the repository, read only, unpacked into a temporary folder. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

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
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), 'pitvault-fixtures-'));
    process.on('exit', () => rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  return folder;
}
