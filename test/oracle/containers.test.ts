/**
 * Goal: any image that qemu makes reads to the bytes qemu says are in it. Method: random images (block sizes, subformats,
 * sizes astride the 4 GiB chunk, odd sector counts), random writes by qemu-io, compared by digest with qemu-img convert.
 */

import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson, run, sha256Of, title, without } from '../support/tools.ts';

const MIB = 2 ** 20;
const ROUNDS = Number(process.env['N'] ?? 6);
const tools = ['qemu-img', 'qemu-io'] as const;

function randomWrites(random: Random, size: number, count: number): string[] {
  const args: string[] = [];
  for (let i = 0; i < count; i++) {
    const place = random.pick([0, size - 4 * MIB, 4096 * MIB - 128 * 1024, random.below(Math.floor(size / MIB)) * MIB]);
    const offset = Math.max(0, Math.min(size - 512, place + random.below(4096) * 512));
    const length = Math.min(size - offset, 512 * (1 + random.below(random.pick([8, 512, 8192]))));
    args.push('-c', `${random.pick(['write -P', 'write -P', 'write -z'])} ${''}`.trim());
    args[args.length - 1] = args.at(-1)!.endsWith('-z')
      ? `write -z ${offset} ${length}`
      : `write -P ${1 + random.below(255)} ${offset} ${length}`;
  }
  return args;
}

describe.skipIf(without(...tools))(title('images by qemu', ...tools), () => {
  it.each(Array.from({ length: ROUNDS }, (_, round) => round))('random image %i', (round) => {
    const random = new Random(Number(process.env['SEED'] ?? Date.now() % 1e9) + round);
    const folder = tempFolder();
    const format = random.pick(['vhdx', 'vhdx', 'vhdx', 'vpc']);
    const block = random.pick([1, 2, 8, 32, 256]);
    const size = (random.pick([3, 70, 4096, 4097, 5000]) * MIB + random.below(2048) * 512) as number;
    const image = join(folder, format === 'vhdx' ? 'i.vhdx' : 'i.vhd');
    const subformat = random.pick(['dynamic', 'dynamic', 'fixed']);
    const options =
      format === 'vhdx' ? `subformat=${subformat},block_size=${block}M` : `subformat=dynamic,force_size=on`;
    const what = `seed ${random.seed}: ${format} ${options} ${size}`;
    run('qemu-img', 'create', '-q', '-f', format, '-o', options, image, String(size));
    run('qemu-io', '-f', format, ...randomWrites(random, size, 12), image);
    const before = sha256Of(image);
    const raw = join(folder, 'expected.raw');
    run('qemu-img', 'convert', '-f', format, '-O', 'raw', image, raw);
    const expected = sha256Of(raw);
    expect(pitvaultJson<{ sha256: string }>('hash', image).sha256, what).toBe(expected);
    const out = join(folder, 'ours.raw');
    expect(pitvault('convert', image, out).code, what).toBe(0);
    expect(() => run('qemu-img', 'compare', '-q', '-f', 'raw', '-F', 'raw', raw, out), what).not.toThrow();
    expect(sha256Of(image), what).toBe(before);
    const findings = pitvaultJson<{ errors: number }>('check', image);
    expect(findings.errors, what).toBe(0);
    rmSync(raw);
  });

  it('a dirty log is replayed as qemu replays it, and the input stays as it was', () => {
    const folder = tempFolder();
    const pool = join(folder, 'pool');
    run('unzip', '-q', join(import.meta.dirname, '../../fixtures/sample-pool.zip'), '-d', pool);
    const dirty = run('find', pool, '-path', '*4a7d9c3b*', '-name', 'disk0.vhdx').trim();
    const before = sha256Of(dirty);
    const copy = join(folder, 'copy.vhdx');
    copyFileSync(dirty, copy);
    expect(() => run('qemu-img', 'check', '-r', 'all', copy)).not.toThrow();
    run('qemu-img', 'convert', '-f', 'vhdx', '-O', 'raw', copy, join(folder, 'replayed.raw'));
    expect(pitvaultJson<{ sha256: string }>('hash', dirty).sha256).toBe(sha256Of(join(folder, 'replayed.raw')));
    expect(sha256Of(dirty)).toBe(before);
  });

  it('a truncated image says so, gives its readable part, and a wrong path says what to do', () => {
    const folder = tempFolder();
    const image = join(folder, 'i.vhdx');
    run('qemu-img', 'create', '-q', '-f', 'vhdx', '-o', 'block_size=1M', image, '16M');
    run('qemu-io', '-f', 'vhdx', '-c', 'write -P 7 0 16M', image);
    truncateSync(image, readFileSync(image).length - 3 * MIB - 700);
    const plain = pitvault('convert', image, join(folder, 'a.raw'));
    expect([plain.code, plain.err]).toEqual([4, expect.stringContaining('what to do')]);
    const salvaged = pitvault('convert', image, join(folder, 'b.raw'), '--salvage');
    expect(salvaged.code).toBe(8);
    expect(
      readFileSync(join(folder, 'b.raw'))
        .subarray(0, 8 * MIB)
        .every((byte) => byte === 7),
    ).toBe(true);
    expect(pitvault('info', join(folder, 'none.vhdx'))).toMatchObject({
      code: 3,
      err: expect.stringContaining('check the path'),
    });
    writeFileSync(join(folder, 'text.vhdx'), 'no image');
    expect(pitvault('info', join(folder, 'text.vhdx'))).toMatchObject({
      code: 4,
      err: expect.stringContaining('not a VHDX'),
    });
  });
});

describe.skipIf(without('strace'))(title('system calls', 'strace'), () => {
  it('inputs are opened for reading only', () => {
    const folder = tempFolder();
    const zip = join(import.meta.dirname, '../../fixtures/sample-pool.zip');
    run('unzip', '-q', zip, '-d', join(folder, 'pool'));
    const log = join(folder, 'trace');
    run(
      'strace',
      '-f',
      '-e',
      'trace=openat,open,creat,truncate,unlink,rename',
      '-o',
      log,
      process.execPath,
      join(import.meta.dirname, '../../dist/cli/main.js'),
      'recover',
      join(folder, 'pool'),
      '--out',
      join(folder, 'out'),
    );
    const touched = readFileSync(log, 'utf8')
      .split('\n')
      .filter((text) => text.includes(join(folder, 'pool')));
    expect(touched.length).toBeGreaterThan(5);
    expect(touched.filter((text) => /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|unlink|rename|truncate\(/.test(text))).toEqual([]);
  });
});
