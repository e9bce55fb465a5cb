/**
 * Goal: `diff` tells what a comparison of all bytes, or of all files, tells. Method: seeded random pairs of images by
 * qemu-img, clones on XFS and Btrfs loop mounts, volumes changed at random through ntfs-3g; compared sector by sector and
 * by hashes of both trees. What `--out` writes is read again by pitvault and by 7-Zip.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, run, sha256Of, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const SECTOR = 512;
const ROUNDS = Number(process.env['N'] ?? 5);

type Range = { type: 'range'; offset: number; length: number; state: string };
type ContentRange = { offset: number; length: number; state: string; stream?: string };
type File = { type: 'file'; kind: string; path: string; from?: string; directory: boolean; ranges: ContentRange[] };
type Summary = { type: 'summary'; readBytes: number; equal: Record<string, number>; sizes: number[] };

function diff(...args: readonly string[]): { ranges: Range[]; files: File[]; summary: Summary; code: number } {
  const { code, out, err } = pitvault('diff', ...args, '--json');
  if (code !== 0 && code !== 8) throw new Error(`diff ${args.join(' ')} ended with ${code}: ${out}${err}`);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return {
    ranges: lines.filter(({ type }) => type === 'range'),
    files: lines.filter(({ type }) => type === 'file'),
    summary: lines.at(-1),
    code,
  };
}

/** Numbers of the sectors that differ, by reading both raw images. */
function differingSectors(before: string, after: string): number[] {
  const [a, b] = [readFileSync(before), readFileSync(after)];
  const size = Math.max(a.length, b.length);
  const padded = (bytes: Buffer, at: number): Buffer => {
    const sector = Buffer.alloc(SECTOR);
    if (at < bytes.length) bytes.copy(sector, 0, at, Math.min(bytes.length, at + SECTOR));
    return sector;
  };
  const sectors: number[] = [];
  for (let at = 0; at < size; at += SECTOR) {
    const inside = at + SECTOR <= Math.min(a.length, b.length);
    const isEqual = inside
      ? a.compare(b, at, at + SECTOR, at, at + SECTOR) === 0
      : padded(a, at).compare(padded(b, at)) === 0;
    if (!isEqual) sectors.push(at / SECTOR);
  }
  return sectors;
}

function sectorsOf(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ offset, length }) =>
    Array.from({ length: Math.ceil(length / SECTOR) }, (_, index) => offset / SECTOR + index),
  );
}

function randomWrites(random: Random, size: number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const length = SECTOR * (1 + random.below(random.pick([4, 200, 9000])));
    const offset = Math.max(0, Math.min(size - length, SECTOR * random.below(size / SECTOR)));
    const fill = random.pick(['-P 7', '-P 9', '-z']);
    return ['-c', `write ${fill} ${offset} ${Math.min(length, size - offset)}`];
  }).flat();
}

const images = ['qemu-img', 'qemu-io', '7z'] as const;

describe.skipIf(without(...images))(title('diff of images', ...images), () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))('equals a comparison of all bytes, pair %i', (round) => {
    const random = new Random(Number(process.env['SEED'] ?? Date.now() % 1e9) + round);
    const what = `seed ${random.seed}`;
    const folder = tempFolder();
    const raws: string[] = [];
    const paths: string[] = [];
    const sizes = [random.pick([40, 70, 96]) * MIB, random.pick([40, 70, 96]) * MIB];
    for (const [index, name] of ['a', 'b'].entries()) {
      const size = sizes[round % 3 === 0 ? index : 0]!;
      const raw = join(folder, `${name}.raw`);
      if (index === 0) run('qemu-img', 'create', '-q', '-f', 'raw', raw, String(size));
      else {
        run('cp', '--sparse=always', raws[0]!, raw);
        truncateSync(raw, size);
      }
      run('qemu-io', '-f', 'raw', ...randomWrites(random, size, index === 0 ? 40 : 12), raw);
      raws.push(raw);
      const format = index === 0 ? 'vhdx' : random.pick(['vhdx', 'raw', 'vpc']);
      const path = format === 'raw' ? raw : join(folder, `${name}.${format === 'vpc' ? 'vhd' : 'vhdx'}`);
      const options = format === 'vpc' ? ['-o', 'force_size=on'] : ['-o', `block_size=${random.pick([1, 8, 32])}M`];
      if (format !== 'raw') run('qemu-img', 'convert', '-f', 'raw', '-O', format, ...options, raw, path);
      paths.push(path);
    }
    const expected = differingSectors(raws[0]!, raws[1]!);
    const child = join(folder, 'changes.vhdx');
    const { ranges, summary } = diff(paths[0]!, paths[1]!, '--out', child);
    expect(sectorsOf(ranges), what).toEqual(expected);
    const possible = new Set(sectorsOf(diff(paths[0]!, paths[1]!, '--map-only').ranges));
    expect(
      expected.every((sector) => possible.has(sector)),
      what,
    ).toBe(true);
    expect(summary.sizes, what).toEqual([statSync(raws[0]!).size, statSync(raws[1]!).size]);
    // The child on its parent reads as B, and its diff to the parent is decided by where things live.
    const digest = (path: string): string => JSON.parse(pitvault('hash', path, '--json').out).sha256;
    expect(digest(child), what).toBe(sha256Of(raws[1]!));
    expect(sectorsOf(diff(paths[0]!, child).ranges), what).toEqual(expected);
    expect(pitvault('check', child).code, what).toBe(0);
    if (summary.sizes[0] === summary.sizes[1]) {
      const out = join(folder, 'seven');
      run('7z', 'e', '-y', '-bd', '-tvhdx', `-o${out}`, child);
      expect(sha256Of(join(out, readdirSync(out)[0]!)), what).toBe(sha256Of(raws[1]!));
    }
    for (const raw of raws) rmSync(raw);
  });

  it('says which ranges of a truncated image cannot be read, and compares the rest', () => {
    const folder = tempFolder();
    const [a, b] = [join(folder, 'a.vhdx'), join(folder, 'b.vhdx')];
    run('qemu-img', 'create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', a, '16M');
    run('qemu-io', '-f', 'vhdx', '-c', 'write -P 7 0 16M', a);
    copyFileSync(a, b);
    run('qemu-io', '-f', 'vhdx', '-c', 'write -P 8 1M 4k', b);
    truncateSync(b, statSync(b).size - 3 * MIB);
    const { ranges, code } = diff(a, b);
    expect(code).toBe(8);
    expect(ranges).toEqual([
      { type: 'range', offset: MIB, length: 4096, state: 'changed' },
      expect.objectContaining({ offset: 13 * MIB, length: 3 * MIB, state: 'unreadable' }),
    ]);
    const child = join(folder, 'c.vhdx');
    expect(pitvault('diff', a, b, '--out', child).code).not.toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['a.vhdx', 'b.vhdx']);
  });
});

const loops = [
  ['xfs', 'mkfs.xfs', ['-q', '-m', 'reflink=1']],
  ['btrfs', 'mkfs.btrfs', ['-q']],
] as const;

describe.each(loops)('diff of clones on %s', (kind, make, options) => {
  const tools = [make, 'qemu-img', 'qemu-io', 'mount', 'umount'];
  it.skipIf(without(...tools))(title('reads only what changed', ...tools), () => {
    const random = new Random();
    const what = `seed ${random.seed}`;
    const folder = tempFolder();
    const mount = join(folder, 'mnt');
    mkdirSync(mount);
    run('truncate', '-s', '512M', join(folder, 'disk'));
    run(make, ...options, join(folder, 'disk'));
    run('mount', '-t', kind, '-o', 'loop', join(folder, 'disk'), mount);
    onTestFinished(() => void run('umount', mount), 60_000);
    const [a, b] = [join(mount, 'a.vhdx'), join(mount, 'b.vhdx')];
    const size = 96 * MIB;
    run('qemu-img', 'create', '-q', '-f', 'vhdx', '-o', 'block_size=8M', a, String(size));
    run('qemu-io', '-f', 'vhdx', ...randomWrites(random, size, 60), a);
    run('cp', '--reflink=always', a, b);
    run('qemu-io', '-f', 'vhdx', ...randomWrites(random, size, 6), b);
    const [rawA, rawB] = [join(folder, 'a.raw'), join(folder, 'b.raw')];
    run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', a, rawA);
    run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', b, rawB);
    const { ranges, summary } = diff(a, b);
    expect(sectorsOf(ranges), what).toEqual(differingSectors(rawA, rawB));
    const allocated = statSync(a).blocks * 512;
    expect(summary.readBytes, what).toBeLessThan(allocated);
    expect(summary.equal['extents'], what).toBeGreaterThan(8 * MIB);
  });
});

const volumes = ['mkntfs', 'ntfs-3g', 'umount', 'setfattr'] as const;

function noise(random: Random, length: number): Buffer {
  const seed = Buffer.from(random.bytes(32));
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1024) {
    seed.writeUInt32LE(at + random.below(2 ** 31), 0);
    bytes.fill(createHash('sha256').update(seed).digest(), at, Math.min(length, at + 1024));
  }
  return bytes;
}

/** Path to digest, of every file below a folder; folders have an empty one. */
function tree(root: string, folder = ''): Map<string, Buffer | null> {
  const found = new Map<string, Buffer | null>();
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) found.set(path, readFileSync(join(root, path)));
    else {
      found.set(path, null);
      for (const [inner, bytes] of tree(root, path)) found.set(inner, bytes);
    }
  }
  return found;
}

function mounted<T>(volume: string, mount: string, work: () => T): T {
  run('ntfs-3g', '-o', 'compression,streams_interface=xattr,noatime', volume, mount);
  try {
    return work();
  } finally {
    run('umount', mount);
  }
}

function fillVolume(root: string, random: Random): void {
  mkdirSync(join(root, 'packed'));
  run('setfattr', '-h', '-n', 'system.ntfs_attrib_be', '-v', '0x00000800', join(root, 'packed'));
  for (let d = 0; d < 12; d++) {
    mkdirSync(join(root, `d${d}`));
    mkdirSync(join(root, `d${d}`, 'inner'));
    for (let f = 0; f < 20; f++) {
      const size = random.below(random.pick([300, 3000, 90_000, 600_000]));
      writeFileSync(join(root, `d${d}`, f % 3 === 0 ? 'inner' : '.', `file ${f}`), noise(random, size));
    }
  }
  for (let f = 0; f < 6; f++)
    writeFileSync(join(root, 'packed', `text ${f}`), `line ${random.below(9)} `.repeat(5000 + random.below(20_000)));
  const sparse = openSync(join(root, 'sparse'), 'w');
  ftruncateSync(sparse, 2_000_000);
  writeSync(sparse, noise(random, 9000), 0, 9000, 700_000);
  closeSync(sparse);
}

/** One random change of a random file or folder. */
function change(root: string, random: Random, step: number): void {
  const all = [...tree(root)];
  const files = all.filter(([, bytes]) => bytes !== null).map(([path]) => path);
  const folders = all.filter(([, bytes]) => bytes === null).map(([path]) => path);
  const path = random.pick(files);
  const place = join(root, path);
  const size = statSync(place).size;
  const roll = random.below(11);
  if (roll <= 1) writeFileSync(join(root, random.pick(folders), `new ${step}`), noise(random, random.below(70_000)));
  else if (roll === 2) rmSync(place);
  else if (roll === 3) renameSync(place, join(root, random.pick(folders), `moved ${step}`));
  else if (roll === 4) truncateSync(place, random.below(2 * size + 100));
  else if (roll === 5)
    writeFileSync(place, noise(random, size)); // in place of what was there
  else if (roll === 6) {
    rmSync(place);
    writeFileSync(place, noise(random, 1 + random.below(50_000))); // another file of the same name
  } else if (roll === 7) renameSync(join(root, random.pick(folders)), join(root, `folder ${step}`));
  else if (roll === 8) utimesSync(place, 1e9 + step, 1e9 + step);
  else if (roll === 9) linkSync(place, join(root, `link ${step}`));
  else {
    const fd = openSync(place, 'r+');
    const length = 1 + random.below(5000);
    writeSync(fd, noise(random, length), 0, length, random.below(size + 3000));
    closeSync(fd);
  }
}

/** Where a path of the later state was before, by the renames told; the longest renamed folder above it counts. */
function formerPath(path: string, renames: ReadonlyMap<string, string>): string {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const from = renames.get(path.slice(0, end));
    if (from !== undefined) return from + path.slice(end);
  }
  return path;
}

describe.skipIf(without(...volumes))(title('diff of volumes, by files', ...volumes), () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => [round, [4096, 4096, 512, 65_536][round % 4]!]))(
    'equals hashing both trees, round %i, clusters of %i',
    (round, cluster) => {
      const random = new Random(Number(process.env['SEED'] ?? Date.now() % 1e9) + round);
      const what = `seed ${random.seed}`;
      const folder = tempFolder();
      const [before, after, mount] = [join(folder, 'a.raw'), join(folder, 'b.raw'), join(folder, 'mnt')];
      mkdirSync(mount);
      run('truncate', '-s', '120M', before);
      run('mkntfs', '-F', '-Q', '-q', '-c', String(cluster), '-s', '512', '-p', '0', '-H', '16', '-S', '63', before);
      const olds = mounted(before, mount, () => {
        fillVolume(mount, random);
        return tree(mount);
      });
      run('cp', '--sparse=always', before, after);
      const news = mounted(after, mount, () => {
        for (let step = 0; step < 60; step++) change(mount, random, step);
        return tree(mount);
      });
      const { files } = diff(before, after, '--files');
      const told = new Map(files.map((file) => [file.path, file]));
      const renames = new Map(files.filter(({ kind }) => kind === 'renamed').map(({ path, from }) => [path, from!]));
      const used = new Set<string>();
      for (const [path, bytes] of news) {
        const file = told.get(path);
        if (file?.kind === 'added') {
          expect(olds.has(path) && !files.some((other) => other.from === path), `${what}: ${path} was there`).toBe(
            false,
          );
          continue;
        }
        const former = formerPath(path, renames);
        used.add(former);
        const old = olds.get(former);
        expect(old, `${what}: ${path} was ${former}, which was not there`).not.toBe(undefined);
        expect(old === null, `${what}: ${path} is a folder or not`).toBe(bytes === null);
        if (old == null || bytes === null) continue;
        const ranges = (file?.ranges ?? []).filter(({ stream }) => stream === undefined);
        const size = Math.max(old.length, bytes.length);
        const covered = new Uint8Array(size);
        for (const { offset, length } of ranges) covered.fill(1, offset, offset + length);
        let stray = -1;
        for (let at = 0; at < size; at++) if (old[at] !== bytes[at] && covered[at] === 0) stray = at;
        expect(stray, `${what}: ${path} differs there, which was not told`).toBe(-1);
        for (const { offset, length, state } of ranges) {
          if (state !== 'changed' || path.includes('packed')) continue;
          // Told to a sector: what its last one holds behind the end of the file may be all that differs.
          if (offset + length === size && length < 512) continue;
          const isEqual = old.subarray(offset, offset + length).equals(bytes.subarray(offset, offset + length));
          expect(isEqual, `${what}: ${path} at ${offset} is as it was`).toBe(false);
        }
      }
      const removed = files.filter(({ kind }) => kind === 'removed').map(({ path }) => path);
      const lost = [...olds.keys()].filter((path) => !used.has(path));
      expect(removed.sort(), what).toEqual(lost.sort());
    },
  );
});
