/**
 * Goal: thousands of small files come out alike whether one thread writes them or two, and an interrupted run leaves
 * nothing half done behind. Method: a made-up file system over one file of random bytes, with every kind of leaf and of
 * trouble in it, recovered both ways; and a run that is stopped in the middle and started again.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyEngine } from '../../../src/copy/copy-engine.ts';
import { corrupt } from '../../../src/errors.ts';
import type { DataStream, FileEntry, FileSystem } from '../../../src/filesystem/file-system.ts';
import type { ByteFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { type ExtentSink, unreadable } from '../../../src/map/address-map.ts';
import { BytesLeaf } from '../../../src/map/maps.ts';
import type { FileReport } from '../../../src/recovery/report.ts';
import { Staging } from '../../../src/recovery/staging.ts';
import { FileWriter } from '../../../src/recovery/write-files.ts';
import { CountingFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

type Leaf = { kind: 'data' | 'zero' | 'computed' | 'bad'; length: number; from: number };
type Made = { entry: FileEntry; leaves: Leaf[]; sparse: boolean; content: Uint8Array | null };

const SOURCE_SIZE = 12 * 1024 * 1024;
const random = new Random();
const bytes = random.bytes(SOURCE_SIZE);

class Leaves implements DataStream {
  readonly size: number;
  readonly sparse: boolean;
  readonly allocatedSize = 0;
  readonly #leaves: readonly Leaf[];
  readonly #file: ByteFile;

  constructor(made: Made, file: ByteFile) {
    this.#leaves = made.leaves;
    this.#file = file;
    this.sparse = made.sparse;
    this.size = made.leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    let start = 0;
    for (const leaf of this.#leaves) {
      const low = Math.max(offset, start);
      const high = Math.min(offset + length, start + leaf.length);
      const inside = low - start;
      const place = at + low - offset;
      if (low < high) {
        if (leaf.kind === 'data') sink.data(place, high - low, this.#file, leaf.from + inside);
        else if (leaf.kind === 'zero') sink.zero(place, high - low);
        else if (leaf.kind === 'bad') sink.computed(place, high - low, unreadable(corrupt('FILE_TRUNCATED', 'bad')), 0);
        else {
          const part = bytes.subarray(leaf.from, leaf.from + leaf.length);
          sink.computed(place, high - low, new BytesLeaf(part, 'made'), inside);
        }
      }
      start += leaf.length;
    }
  }
}

/** Every 50 files hold one of each kind of trouble; most are plain neighbours, as a copied folder is. */
function makeFiles(count: number): Made[] {
  let next = 0;
  const take = (length: number): number => {
    const from = next;
    next += Math.ceil(length / 4096) * 4096;
    if (next + 2 ** 21 > SOURCE_SIZE) next = 0;
    return from;
  };
  const all: Made[] = [];
  for (let index = 0; index < count; index++) {
    const size = random.below(random.pick([100, 5000, 20_000]));
    const data = (length: number): Leaf => ({ kind: 'data', length, from: take(length) });
    let leaves: Leaf[] = size === 0 ? [] : [data(size)];
    const kind = index % 50;
    if (kind === 1) leaves = [];
    if (kind === 2) leaves = [data(5000), { kind: 'zero', length: 3000, from: 0 }];
    if (kind === 3) leaves = [{ kind: 'computed', length: 300, from: 77 }];
    if (kind === 4) leaves = [{ kind: 'computed', length: 70_000, from: 1234 }];
    if (kind === 5) leaves = [data(4096), { kind: 'bad', length: 4096, from: 0 }];
    if (kind === 6) leaves = [{ kind: 'zero', length: 200_000, from: 0 }, data(4096)];
    if (kind === 7) leaves = [data(4096), data(3), { kind: 'computed', length: 50, from: 9 }, data(70_000)];
    if (kind === 8) leaves = [{ kind: 'data', length: 5000, from: SOURCE_SIZE - 1000 }];
    if (index === 60) leaves = [data(1024 * 1024 + 5)];
    const id = 100 + (kind === 10 ? index - 1 : index);
    if (kind === 10) leaves = all.at(-1)!.leaves;
    const path = `/d${Math.floor(index / 40)}/file ${index}${kind === 11 ? '\ud800' : ''}.bin`;
    const modifiedMs = 1_500_000_000_000 + id * 1000 + 0.25;
    const times = { createdMs: 0, modifiedMs, changedMs: 0, accessedMs: modifiedMs + 5000 };
    const entry: FileEntry = {
      ...{ path, name: path.slice(path.lastIndexOf('/') + 1), kind: 'file', id, sequence: 1, ...times },
      size: leaves.reduce((sum, leaf) => sum + leaf.length, 0),
      attributes: kind === 12 ? 1 : 32,
      links: kind === 9 || kind === 10 ? 2 : 1,
    };
    const whole = kind !== 5 && kind !== 8;
    all.push({ entry, leaves, sparse: kind === 6, content: whole ? contentOf(leaves) : null });
  }
  return all;
}

function contentOf(leaves: readonly Leaf[]): Uint8Array {
  const parts = leaves.map(({ kind, from, length }) =>
    kind === 'zero' ? new Uint8Array(length) : bytes.subarray(from, from + length),
  );
  return Buffer.concat(parts);
}

function fileSystemOf(files: readonly Made[], source: ByteFile): FileSystem {
  const byPath = new Map(files.map((made) => [made.entry.path, made]));
  return {
    streams: () => [],
    open: (entry: FileEntry) => new Leaves(byPath.get(entry.path)!, source),
  } as Partial<FileSystem> as FileSystem;
}

type Run = {
  threads: 1 | 2;
  hash?: boolean;
  salvage?: boolean;
  signal?: AbortSignal;
  onBytes?: () => void;
  source?: ByteFile;
};

async function writeAll(files: readonly Made[], out: string, run: Run): Promise<{ files: FileReport[]; tree: string }> {
  const path = join(tempFolder(), 'source');
  writeFileSync(path, bytes);
  const source = run.source ?? new DiskFile(path);
  mkdirSync(out, { recursive: true });
  const staging = new Staging(out, 'key');
  await using engine = new CopyEngine({ threads: run.threads });
  const writer = new FileWriter(fileSystemOf(files, source), engine, staging, out, {
    hash: run.hash ?? false,
    salvage: run.salvage ?? false,
    force: false,
    streams: false,
    sync: false,
    signal: run.signal,
    onBytes: run.onBytes,
  });
  try {
    await writer.write(files.map((made) => made.entry));
  } finally {
    staging.flush();
    source.close();
  }
  return { files: writer.files, tree: staging.tree };
}

const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** All that can be told of a staged tree, file by file. */
function snapshot(tree: string): string[] {
  const inodes = new Map<number, string>();
  const lines: string[] = [];
  for (const name of readdirSync(tree, { recursive: true, encoding: 'utf8' }).sort()) {
    const stat = statSync(join(tree, name));
    if (!stat.isFile()) continue;
    if (!inodes.has(stat.ino)) inodes.set(stat.ino, name);
    const content = sha256(readFileSync(join(tree, name)));
    lines.push(
      `${name} ${stat.size} ${stat.mode.toString(8)} ${stat.mtimeMs} ${stat.blocks} ${inodes.get(stat.ino)} ${content}`,
    );
  }
  return lines;
}

describe('many small files', () => {
  const files = makeFiles(2400);

  it.each([
    { hash: false, salvage: false },
    { hash: true, salvage: false },
    { hash: true, salvage: true },
  ])('two threads write what one does: %o', async (options) => {
    const one = await writeAll(files, tempFolder(), { threads: 1, ...options });
    const two = await writeAll(files, tempFolder(), { threads: 2, ...options });
    const withoutImage = (reports: FileReport[]): unknown =>
      JSON.parse(JSON.stringify(reports).replaceAll(/\/[^"]*\/source/g, 'source'));
    expect(withoutImage(two.files), `seed ${random.seed}`).toEqual(withoutImage(one.files));
    expect(snapshot(two.tree), `seed ${random.seed}`).toEqual(snapshot(one.tree));
    for (const [index, { entry, content }] of files.entries()) {
      const report = two.files[index]!;
      expect(report.path).toBe(entry.path);
      if (content === null) {
        expect(report.status).toBe(options.salvage ? 'salvaged' : 'failed');
        if (!options.salvage) expect(report.error?.code).toBe('FILE_TRUNCATED');
        continue;
      }
      expect(report.status).toBe('recovered');
      const written = readFileSync(join(two.tree, report.target!));
      expect(written.equals(content), `${entry.path}, seed ${random.seed}`).toBe(true);
      if (options.hash) expect(report.sha256).toBe(sha256(content));
      const stat = statSync(join(two.tree, report.target!));
      expect(Math.abs(stat.mtimeMs - entry.modifiedMs)).toBeLessThan(1);
      expect((stat.mode & 0o200) === 0).toBe((entry.attributes & 1) !== 0);
    }
  });

  it('one thread reads through the file it was given, each byte of a file once', async () => {
    const plain = files.filter(({ leaves }) => leaves.length === 1 && leaves[0]!.kind === 'data').slice(0, 300);
    const own = plain.filter(({ entry, content }) => content !== null && entry.links === 1);
    const source = new CountingFile({
      ...{ name: 'memory', identity: 'memory', path: null, size: SOURCE_SIZE, close: () => {} },
      read: (offset, target) => {
        target.set(bytes.subarray(offset, offset + target.length));
        return target.length;
      },
    });
    await writeAll(own, tempFolder(), { threads: 1, source });
    for (const { leaves, entry } of own) {
      expect(source.coverage(leaves[0]!.from, leaves[0]!.length), `${entry.path}, seed ${random.seed}`).toEqual([1, 1]);
    }
    expect(source.reads.length).toBeLessThan(own.length / 2);
  });

  it('a stopped run leaves whole files in its journal, and the next run goes on from there', async () => {
    const out = tempFolder();
    const abort = new AbortController();
    let count = 0;
    const run = writeAll(files, out, {
      threads: 2,
      signal: abort.signal,
      onBytes: () => {
        if (++count === 900) abort.abort();
      },
    });
    await expect(run).rejects.toThrow();
    const byTarget = new Map(files.map((made) => [made.entry.path.slice(1).replace('\ud800', '%d800'), made]));
    const stopped = new Staging(out, 'key');
    expect(stopped.known.size).toBeGreaterThanOrEqual(900);
    expect(stopped.known.size).toBeLessThan(2300);
    for (const [target, line] of stopped.known) {
      const { content } = byTarget.get(target)!;
      expect(line.size).toBe(content!.length);
      expect(readFileSync(join(stopped.tree, target)).equals(content!), `${target}, seed ${random.seed}`).toBe(true);
    }
    const second = await writeAll(files, out, { threads: 2 });
    expect(second.files.filter((file) => file.status === 'resumed').length).toBeGreaterThanOrEqual(
      stopped.known.size - 100,
    );
    const fresh = await writeAll(files, tempFolder(), { threads: 1 });
    expect(snapshot(second.tree), `seed ${random.seed}`).toEqual(snapshot(fresh.tree));
  });

  it('what a lost run left unnoted is written anew', async () => {
    const out = tempFolder();
    mkdirSync(out, { recursive: true });
    const staging = new Staging(out, 'key');
    for (const { entry } of files.slice(20, 40)) {
      writeFileSync(staging.place(entry.path.slice(1).replace('\ud800', '%d800').split('/')), 'half of it');
    }
    const { tree, files: reports } = await writeAll(files, out, { threads: 2 });
    expect(existsSync(tree)).toBe(true);
    for (const [index, { content }] of files.entries()) {
      if (content !== null) expect(readFileSync(join(tree, reports[index]!.target!)).equals(content)).toBe(true);
    }
  });
});
