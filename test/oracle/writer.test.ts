/**
 * Goal: what pitvault writes is what others read, and where they replay a log, what it reads itself. Method: seeded disks
 * written by the writer, with a raw image beside them that gets the same bytes; qemu, 7-Zip and libvhdi judge. Left out
 * is where they are known to be wrong: qemu opens no children and no 4 KiB sectors, libvhdi reads zeros of children as
 * the parent's, 7-Zip refuses odd counts of sectors.
 */

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DiskStore } from '../../src/io/disk-store.ts';
import { type CreateParams, createVhdx } from '../../src/vhdx/create-vhdx.ts';
import { VhdxWriter } from '../../src/vhdx/vhdx-writer.ts';
import { Random } from '../support/random.ts';
import { SimulatedStore } from '../support/simulated-store.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson, run, sha256Of, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const ROUNDS = Number(process.env['N'] ?? 6);
const SEED = Number(process.env['SEED'] ?? 77);
const tools = ['qemu-img', 'vhdiinfo', '7z'] as const;

/** A disk, and a raw image that is to hold the same. */
class Pair {
  readonly image: string;
  readonly raw: string;
  readonly #random: Random;
  readonly #fd: number;

  constructor(folder: string, random: Random, size: number) {
    this.image = join(folder, 'i.vhdx');
    this.raw = join(folder, 'i.raw');
    this.#random = random;
    this.#fd = openSync(this.raw, 'w+');
    ftruncateSync(this.#fd, size);
    onTestFinished(() => closeSync(this.#fd));
  }

  /** The same seeded changes to both. */
  change(disk: VhdxWriter, count: number): void {
    const { size, logicalSectorSize: sector, blockSize } = disk;
    for (let i = 0; i < count; i++) {
      const kind = this.#random.below(8);
      const at = this.#random.below(Math.floor(size / sector)) * sector;
      if (kind < 5) {
        const length = Math.min(size - at, sector * (1 + this.#random.below(64)));
        this.#write(disk, at, new Uint8Array(length).fill(1 + this.#random.below(255)));
      } else if (kind < 6) {
        const start = Math.floor(at / blockSize) * blockSize;
        const length = Math.min(blockSize, size - start, 2 * MIB);
        this.#write(disk, start, new Uint8Array(length).fill(1 + this.#random.below(255)));
      } else if (kind < 7) {
        const start = Math.floor(at / blockSize) * blockSize;
        const length = Math.min(blockSize, size - start);
        disk.trim(start, length, this.#random.pick(['zero', 'unmapped']));
        for (let done = 0; done < length; done += MIB) {
          writeSync(this.#fd, new Uint8Array(Math.min(MIB, length - done)), 0, undefined, start + done);
        }
      } else disk.flush();
    }
  }

  #write(disk: VhdxWriter, at: number, bytes: Uint8Array): void {
    disk.write(at, bytes);
    writeSync(this.#fd, bytes, 0, bytes.length, at);
  }
}

function expectQemuAgrees(image: string, raw: string, what: string): void {
  expect(run('qemu-img', 'check', '-f', 'vhdx', image), what).toContain('No errors were found');
  expect(() => run('qemu-img', 'compare', '-q', '-f', 'vhdx', '-F', 'raw', image, raw), what).not.toThrow();
}

describe.skipIf(without(...tools))(title('what we write', ...tools), () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))('is what qemu and libvhdi read: disk %i', (round) => {
    const random = new Random(SEED + round);
    const block = random.pick([1, 2, 8, 32]) * MIB;
    const type = random.pick(['dynamic', 'dynamic', 'fixed'] as const);
    const size = random.pick([5, 70, type === 'fixed' ? 33 : 4099]) * MIB + random.below(16) * 512;
    const what = `seed ${random.seed}: ${type}, blocks of ${block}, ${size} bytes`;
    const pair = new Pair(tempFolder(), random, size);
    const file = new DiskStore().create(pair.image);
    createVhdx(file, { size, type, blockSize: block });
    file.close();
    for (let session = 0; session < 3; session++) {
      const disk = VhdxWriter.open(new DiskStore().openWritable(pair.image));
      pair.change(disk, 12);
      disk.close();
    }
    expectQemuAgrees(pair.image, pair.raw, what);
    expect(run('vhdiinfo', pair.image), what).toContain(`${size} bytes`);
    const converted = join(tempFolder(), 'q.raw');
    run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', pair.image, converted);
    expect(sha256Of(converted), what).toBe(sha256Of(pair.raw));
    expect(pitvaultJson<{ sha256: string }>('hash', pair.image).sha256, what).toBe(sha256Of(pair.raw));
  });

  it.each([512, 4096] as const)('as a child with sectors of %d is what 7-Zip reads', (sector) => {
    const random = new Random(SEED);
    const folder = tempFolder();
    const size = 24 * MIB;
    const base = join(folder, 'base.vhdx');
    expect(pitvault('create', base, '--size', String(size), '--block', '1M', '--sector', String(sector)).code).toBe(0);
    const pair = new Pair(folder, random, size);
    const below = VhdxWriter.open(new DiskStore().openWritable(base));
    pair.change(below, 20);
    below.close();
    expect(pitvault('create', pair.image, '--parent', base, '--block', '2M').code).toBe(0);
    for (let session = 0; session < 2; session++) {
      const disk = VhdxWriter.open(new DiskStore().openWritable(pair.image));
      pair.change(disk, 15);
      disk.close();
    }
    expect(sha256Of7Zip(pair.image)).toBe(sha256Of(pair.raw));
    expect(pitvaultJson<{ sha256: string }>('hash', pair.image).sha256).toBe(sha256Of(pair.raw));
    expect(pitvault('merge', pair.image).code).toBe(0);
    expect(sha256Of7Zip(base)).toBe(sha256Of(pair.raw));
    if (sector === 512) expectQemuAgrees(base, pair.raw, 'merged');
  });

  function sha256Of7Zip(image: string): string {
    const out = join(tempFolder(), '7z.raw');
    const fd = openSync(out, 'w');
    execFileSync('7z', ['e', '-so', '-tvhdx', image], { stdio: ['ignore', fd, 'ignore'] });
    closeSync(fd);
    return sha256Of(out);
  }

  it.each([0, 1, 2])('with a dirty log is replayed by qemu to the bytes that we read: %i', (round) => {
    const random = new Random(SEED + round);
    const store = new SimulatedStore();
    const params: CreateParams = { size: 3000 * MIB, type: 'dynamic', blockSize: MIB };
    const file = store.create('/i.vhdx');
    createVhdx(file, params);
    const disk = VhdxWriter.open(file);
    // Enough commits for the log to start over at its beginning, the last one with none of its pages in place.
    for (let i = 0; i < 110; i++) {
      for (let k = 0; k < 1 + random.below(4); k++) {
        disk.write(random.below(3000) * MIB + 4096, new Uint8Array(512).fill(1 + random.below(255)));
      }
      disk.flush();
    }
    store.syncFolder('/');
    const found = store.survivor({ kind: 'none' }).open('/i.vhdx');
    const folder = tempFolder();
    const [ours, theirs] = [join(folder, 'ours.vhdx'), join(folder, 'theirs.vhdx')];
    const fd = openSync(ours, 'w');
    ftruncateSync(fd, found.size);
    const piece = new Uint8Array(MIB);
    for (let at = 0; at < found.size; at += MIB) {
      const count = found.read(at, piece);
      if (piece.some((byte) => byte !== 0)) writeSync(fd, piece, 0, count, at);
    }
    closeSync(fd);
    copyFileSync(ours, theirs);
    expect(pitvaultJson<{ container: { log: { state: string } } }>('info', ours)).toMatchObject({});
    run('qemu-img', 'check', '-r', 'all', theirs);
    const [a, b] = [join(folder, 'a.raw'), join(folder, 'b.raw')];
    expect(pitvault('convert', ours, a).code).toBe(0);
    run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', theirs, b);
    expect(() => run('qemu-img', 'compare', '-q', '-f', 'raw', '-F', 'raw', a, b)).not.toThrow();
    expect(pitvault('repair', ours).code).toBe(0);
    expectQemuAgrees(ours, b, 'repaired');
  });

  it.each([
    ['out.vhdx', []],
    ['out.vhdx', ['--type', 'fixed']],
    ['out.vhd', []],
    ['out.vhd', ['--type', 'fixed']],
    ['out.raw', []],
  ] as const)('by convert to %s %j is what qemu reads', (name, options) => {
    const random = new Random(SEED);
    const folder = tempFolder();
    const size = 130 * MIB + 512;
    const pair = new Pair(folder, random, size);
    expect(pitvault('create', pair.image, '--size', String(size), '--block', '1M').code).toBe(0);
    const disk = VhdxWriter.open(new DiskStore().openWritable(pair.image));
    pair.change(disk, 40);
    disk.close();
    const format = name.endsWith('x') ? 'vhdx' : name.endsWith('d') ? 'vpc' : 'raw';
    for (const source of [pair.image, pair.raw]) {
      const out = join(tempFolder(), name);
      const { code, err } = pitvault('convert', source, out, ...options);
      expect([code, err]).toEqual([0, '']);
      expect(() => run('qemu-img', 'compare', '-q', '-f', format, '-F', 'raw', out, pair.raw), source).not.toThrow();
      if (format === 'vhdx') expect(run('qemu-img', 'check', out)).toContain('No errors were found');
      if (format !== 'raw') expect(run('vhdiinfo', out)).toContain(`${size} bytes`);
      expect(pitvaultJson<{ errors: number }>('check', out).errors).toBe(0);
    }
  });

  it('resized and compacted is what qemu reads', () => {
    const random = new Random(SEED);
    const size = 64 * MIB;
    const pair = new Pair(tempFolder(), random, size);
    expect(pitvault('create', pair.image, '--size', '64M', '--block', '1M').code).toBe(0);
    const disk = VhdxWriter.open(new DiskStore().openWritable(pair.image));
    pair.change(disk, 60);
    disk.close();
    expect(pitvault('compact', pair.image).code).toBe(0);
    expectQemuAgrees(pair.image, pair.raw, 'compacted');
    for (const next of [200 * MIB, 48 * MIB]) {
      expect(pitvault('resize', pair.image, '--size', String(next), '--force').code).toBe(0);
      run('truncate', '-s', String(next), pair.raw);
      expectQemuAgrees(pair.image, pair.raw, `resized to ${next}`);
    }
    expect(pitvault('compact', pair.image).code).toBe(0);
    expectQemuAgrees(pair.image, pair.raw, 'compacted again');
  });
});

describe.skipIf(without('root', 'mount', 'umount'))(title('media that refuse', 'root', 'mount', 'umount'), () => {
  function mounted(options: string): string {
    const folder = join(tempFolder(), 'mount');
    mkdirSync(folder);
    run('mount', '-t', 'tmpfs', '-o', options, 'pitvault-test', folder);
    onTestFinished(() => {
      run('umount', folder);
    });
    return folder;
  }

  it('a full disk: told, nothing left, the image as it was', () => {
    const folder = mounted('size=12m');
    const image = join(folder, 'i.vhdx');
    expect(pitvault('create', image, '--size', '64M', '--block', '1M').code).toBe(0);
    const disk = VhdxWriter.open(new DiskStore().openWritable(image));
    disk.write(0, new Uint8Array(3 * MIB).fill(1));
    disk.close();
    const before = pitvaultJson<{ sha256: string }>('hash', image).sha256;
    const source = join(tempFolder(), 'large.img');
    writeFileSync(source, new Uint8Array(24 * MIB).fill(7));
    for (const name of ['o.vhdx', 'o.vhd', 'o.raw']) {
      const { code, err } = pitvault('convert', source, join(folder, name));
      expect([code, err]).toEqual([7, expect.stringContaining('what to do')]);
    }
    expect(run('ls', '-A', folder).trim()).toBe('i.vhdx');
    const writer = VhdxWriter.open(new DiskStore().openWritable(image));
    expect(() => writer.write(8 * MIB, new Uint8Array(16 * MIB).fill(2))).toThrow(/ENOSPC/);
    writer.abandon();
    expect(pitvaultJson<{ errors: number }>('check', image).errors).toBe(0);
    expect(pitvaultJson<{ sha256: string }>('hash', image).sha256).toBe(before);
  });

  it('read-only media: told, nothing changed', () => {
    const folder = mounted('size=16m');
    const [base, child] = [join(folder, 'base.vhdx'), join(folder, 'child.vhdx')];
    expect(pitvault('create', base, '--size', '64M', '--block', '1M').code).toBe(0);
    expect(pitvault('create', child, '--parent', base).code).toBe(0);
    run('mount', '-o', 'remount,ro', folder);
    const before = [base, child].map((path) => readFileSync(path));
    for (const words of [
      ['compact', base],
      ['repair', base],
      ['resize', base, '--size', '99M'],
      ['merge', child],
      ['create', join(folder, 'n.vhdx'), '--size', '1M'],
    ]) {
      const { code, err } = pitvault(...words);
      expect([code, err], words[0]).toEqual([7, expect.stringMatching(/read-only[\s\S]*what to do/)]);
    }
    expect([base, child].map((path, i) => readFileSync(path).equals(before[i]!))).toEqual([true, true]);
    expect(statSync(base).size).toBe(before[0]!.length);
  });
});
