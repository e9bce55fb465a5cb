/**
 * Goal: what ntfs-3g writes into a volume of any cluster size comes out of it. Method: volumes by mkntfs, filled at random
 * through ntfs-3g with a manifest taken from the written bytes (plain, fragmented, sparse, compressed, streams, links,
 * deep paths, odd names), recovered by the built command line and compared; sleuthkit lists the same names.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { pitvault, pitvaultJson, run, title, without } from '../support/tools.ts';

const tools = ['mkntfs', 'ntfs-3g', 'qemu-img', 'sgdisk', 'fls', 'setfattr', 'umount'] as const;
const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Written = { path: string; bytes: Buffer; streams: Map<string, Buffer> };

function noise(random: Random, length: number): Buffer {
  const seed = Buffer.from(random.bytes(64));
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4096) {
    seed.writeUInt32LE(random.below(2 ** 31), 0);
    bytes.fill(createHash('sha256').update(seed).digest(), at, Math.min(length, at + 4096));
  }
  return bytes;
}

function fill(root: string, random: Random, compressible: boolean): Written[] {
  const files: Written[] = [];
  const put = (path: string, bytes: Buffer): Written => {
    const file = { path: `/${path}`, bytes, streams: new Map<string, Buffer>() };
    writeFileSync(join(root, path), bytes);
    files.push(file);
    return file;
  };
  for (const size of [0, 1, 300, 700, 4096, 70_000, 1_500_000]) put(`size ${size}.bin`, noise(random, size));
  let deep = 'deep';
  for (let level = 0; level < 30; level++) deep += `/level ${level} ${'x'.repeat(random.below(60))}`;
  mkdirSync(join(root, deep), { recursive: true });
  put(`${deep}/bottom.txt`, Buffer.from('here'));
  mkdirSync(join(root, 'names'));
  for (const name of [
    'Файл.txt',
    '日本語',
    'emoji \u{1f4be}',
    'UPPER',
    'trailing.',
    ' lead',
    'a%20b',
    'con',
    `${'ж'.repeat(100)}`,
  ])
    put(`names/${name}`, Buffer.from(name));
  mkdirSync(join(root, 'many'));
  for (let i = 0; i < 1500; i++)
    put(`many/file ${i} ${'n'.repeat(random.below(90))}`, noise(random, random.below(2500)));
  const linked = put('many/linked', noise(random, 9000));
  for (let i = 0; i < 70; i++) {
    const path = `many/${'another name '.repeat(5)}${i}`;
    linkSync(join(root, 'many/linked'), join(root, path));
    files.push({ path: `/${path}`, bytes: linked.bytes, streams: linked.streams });
  }
  fragmented(root, random, put);
  const sparse = Buffer.alloc(3_000_000);
  const fd = openSync(join(root, 'sparse.bin'), 'w');
  ftruncateSync(fd, sparse.length);
  for (const at of [100_000, 1_700_000]) {
    noise(random, 50_000).copy(sparse, at);
    writeSync(fd, sparse, at, 50_000, at);
  }
  closeSync(fd);
  files.push({ path: '/sparse.bin', bytes: sparse, streams: new Map() });
  const streamed = put('streamed.txt', Buffer.from('main'));
  const stream = noise(random, 3000);
  run('setfattr', '-n', 'user.side', '-v', `0x${stream.toString('hex')}`, join(root, 'streamed.txt'));
  streamed.streams.set('side', stream);
  if (compressible) {
    mkdirSync(join(root, 'packed'));
    run('setfattr', '-h', '-n', 'system.ntfs_attrib_be', '-v', '0x00000800', join(root, 'packed'));
    put('packed/text.txt', Buffer.from('the quick brown fox jumps over the lazy dog. '.repeat(9000)));
    put('packed/noise.bin', noise(random, 300_000));
    put(
      'packed/mixed.bin',
      Buffer.concat([Buffer.alloc(200_000), noise(random, 70_000), Buffer.from('ab'.repeat(60_000))]),
    );
  }
  return files;
}

/** Two files that grow by turns: each in many pieces. */
function fragmented(root: string, random: Random, put: (path: string, bytes: Buffer) => Written): void {
  const files = ['one', 'two'].map((name) => put(`fragmented ${name}`, Buffer.alloc(0)));
  const fds = files.map((file) => openSync(join(root, file.path), 'r+'));
  for (let turn = 0; turn < 200; turn++) {
    for (const [index, file] of files.entries()) {
      const piece = noise(random, 5000 + random.below(5000));
      writeSync(fds[index]!, piece, 0, piece.length, file.bytes.length);
      file.bytes = Buffer.concat([file.bytes, piece]);
    }
  }
  for (const fd of fds) closeSync(fd);
}

describe.skipIf(without(...tools))(title('volumes by ntfs-3g', ...tools), () => {
  it.each([
    [512, 512],
    [4096, 512],
    [4096, 4096],
    [65_536, 512],
    [2 ** 21, 512],
  ])('clusters of %i, sectors of %i', (cluster, sector) => {
    const random = new Random();
    const what = `seed ${random.seed}`;
    const folder = tempFolder();
    const volume = join(folder, 'volume');
    run('truncate', '-s', cluster > 65_536 ? '3800M' : '120M', volume);
    run(
      'mkntfs',
      '-F',
      '-Q',
      '-q',
      '-c',
      String(cluster),
      '-s',
      String(sector),
      '-p',
      '2048',
      '-H',
      '16',
      '-S',
      '63',
      '-L',
      'oracle',
      volume,
    );
    const mount = join(folder, 'mnt');
    mkdirSync(mount);
    run('ntfs-3g', '-o', 'compression,streams_interface=xattr', volume, mount);
    let files: Written[];
    try {
      files = fill(mount, random, cluster <= 4096);
    } finally {
      run('umount', mount);
    }
    const image = join(folder, 'volume.vhdx');
    run('qemu-img', 'convert', '-f', 'raw', '-O', 'vhdx', volume, image);
    type Entry = { path: string; kind: string; size: number; streams: { name: string; size: number }[] };
    const listed = pitvaultJson<Entry[]>('ls', '-R', image).filter(({ kind }) => kind === 'file');
    expect(listed.map(({ path }) => path).sort(), what).toEqual(files.map(({ path }) => path).sort());
    expect(
      pitvault('ls', '-R', image)
        .out.split('\n')
        .filter((line) => line !== '' && !line.endsWith('/'))
        .sort(),
      what,
    ).toEqual(files.map(({ path }) => path).sort());
    expect(listed.find(({ path }) => path === '/streamed.txt')!.streams, what).toEqual([{ name: 'side', size: 3000 }]);
    const out = join(folder, 'out');
    const { code, err } = pitvault('recover', image, '--files', '**', '--streams', '--out', out);
    expect([code, err], what).toEqual([0, '']);
    type Report = { files: { path: string; target: string; sha256: string; size: number }[] };
    const report = JSON.parse(readFileSync(join(out, 'recovery-report.json'), 'utf8')) as Report;
    const byPath = new Map(report.files.map((file) => [file.path, file]));
    for (const file of files) {
      const got = byPath.get(file.path)!;
      expect([file.path, got?.sha256, got?.size], what).toEqual([file.path, sha(file.bytes), file.bytes.length]);
      expect(sha(readFileSync(join(out, got.target))), `${what} ${file.path}`).toBe(got.sha256);
      for (const [name, bytes] of file.streams)
        expect(byPath.get(`${file.path}:${name}`)?.sha256, what).toBe(sha(bytes));
    }
    expect(pitvaultJson<{ errors: number }>('check', image).errors, what).toBe(0);
    if (cluster <= 65_536) {
      // sleuthkit cannot read larger clusters; elsewhere its listing has the same files.
      const listing = run('fls', '-r', '-p', '-u', '-F', volume).split('\n');
      const names = new Set(
        listing.map((line) => `/${line.replace(/^[^:]*:\t/, '')}`).filter((path) => !/^\/(\$|OrphanFiles)/.test(path)),
      );
      for (const file of files) expect(names.has(file.path), `${what} ${file.path}`).toBe(true);
    }
  });
});
