/**
 * Goal: whatever programs do one after the other on a mount, and at once, each sees the names, sizes, times and bytes that
 * the records have: nothing that was listed, cached or stored ahead for another one is wrong, and nobody waits for ever.
 * Method: a built volume whose directories claim that every file is empty and from 1601, with files of every kind among
 * many small ones; its truth; other people's tools in several orders, in parallel, and under a server that is killed.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FuseTask } from '../../src/serve/fuse/answer-kernel.ts';
import { FILE_MAX } from '../../src/serve/fuse/files-ahead.ts';
import { FuseMount } from '../../src/serve/fuse/fuse-mount.ts';
import { lznt1Compress } from '../support/lznt1-writer.ts';
import { endOf, LARGE, manyPoints, REPLICA_ID, SERVER } from '../support/many-points.ts';
import { isGone, mountSetup, mounts, serverOf } from '../support/mounts.ts';
import { linkData, NtfsBuilder, nonResident, reparsePoint } from '../support/ntfs-builder.ts';
import { Random } from '../support/random.ts';
import { tempFolder } from '../support/temp.ts';
import { run, title, without } from '../support/tools.ts';

/** Mounts it two folders deep; in each of those a file stands where a link that leads out of the mount would end. */
function mountedBelowTargets(source: string) {
  const { folder: home, command } = mountSetup();
  const folder = join(home, '1/2');
  mkdirSync(folder, { recursive: true });
  for (const outside of [home, join(home, '1')]) writeFileSync(join(outside, 'target'), 'outside');
  expect(command('mount', source, folder).err).toBe('');
  return { folder, command };
}

const needs = ['root', '/dev/fuse', 'find', 'stat', 'du', 'cp', 'dd', 'sha256sum'];

const FOLDERS = 40;
const FILES = 60;
/** What the builder gives every record as its time of modification. */
const MODIFIED = 1_555_526_401;
const DAMAGED = 'odd/8 damaged';

type Truth = { readonly size: number; readonly sha256: string; readonly links: number };

/** Files in the order of their records; all but DAMAGED are in the truth. */
function build(): { image: Uint8Array; truth: Map<string, Truth> } {
  const random = new Random(11);
  const noise = random.bytes(2 * FILE_MAX);
  const builder = new NtfsBuilder({ clusters: 9000, records: 4096 });
  const truth = new Map<string, Truth>();
  const stored = (bytes: Uint8Array, more: object = {}) =>
    nonResident(0x80, 4096, {
      runs: [[builder.store(bytes), Math.ceil(bytes.length / 4096)]],
      dataSize: bytes.length,
      ...more,
    });
  const tell = (path: string, bytes: Uint8Array, links = 1): void => {
    truth.set(path, { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), links });
  };
  const slice = (size: number): Uint8Array => {
    const start = random.below(noise.length - size + 1);
    return noise.slice(start, start + size);
  };
  const odd = builder.add({ name: 'odd', directory: true });
  const [first, second] = ['0', '1'].map((index) => builder.add({ name: `folder ${index}`, directory: true }));
  const addOdd = (name: string, bytes: Uint8Array, attributes?: readonly Uint8Array[]): void => {
    builder.add({ name, parent: odd, ...(attributes === undefined ? { content: bytes } : { attributes }) });
    tell(`odd/${name}`, bytes);
    // Readers in order go past it from plain files to plain files.
    for (let i = 0; i < 12; i++) {
      const plain = slice(1 + random.below(500));
      builder.add({ name: `${name}, plain ${i}`, parent: odd, content: plain });
      tell(`odd/${name}, plain ${i}`, plain);
    }
  };
  addOdd('1 first', slice(10));
  addOdd('2 empty', new Uint8Array(0));
  for (const [name, size] of [
    ['3 exact', FILE_MAX],
    ['4 above', FILE_MAX + 1],
    ['5 below', FILE_MAX - 1],
  ] as const) {
    const bytes = slice(size);
    addOdd(name, bytes, [stored(bytes)]);
  }
  const text = new Uint8Array(FILE_MAX).map((_, i) => ((i * i) % 251) & 0x3f);
  const packed = lznt1Compress(text);
  const units = Math.ceil(packed.length / 4096);
  const packedRuns = [
    [builder.store(packed), units],
    [null, 16 - units],
  ] as const;
  addOdd('6 packed', text, [nonResident(0x80, 4096, { runs: packedRuns, dataSize: FILE_MAX, flags: 1, unit: 4 })]);
  const island = slice(4096);
  const sparseRuns = [
    [null, 2],
    [builder.store(island), 1],
    [null, 3],
  ] as const;
  const sparse = new Uint8Array(6 * 4096);
  sparse.set(island, 8192);
  addOdd('7 sparse', sparse, [nonResident(0x80, 4096, { runs: sparseRuns, flags: 0x8000 })]);
  addOdd(DAMAGED.slice(4), new Uint8Array(0), [nonResident(0x80, 4096, { runs: [[9_999_999, 2]] })]);
  truth.delete(DAMAGED);
  const shared = slice(300);
  const links = [
    { name: '9 again', parent: odd },
    { name: 'linked', parent: first! },
  ];
  builder.add({ name: '9 linked', parent: odd, content: shared, links });
  for (const path of ['odd/9 linked', 'odd/9 again', 'folder 0/linked']) tell(path, shared, 3);
  for (let folder = 0; folder < FOLDERS; folder++) {
    const parent = folder < 2 ? [first, second][folder]! : builder.add({ name: `folder ${folder}`, directory: true });
    for (let file = 0; file < FILES; file++) {
      const bytes = slice(file % 7 === 0 ? 5000 + random.below(20_000) : 1 + random.below(500));
      const content = bytes.length > 500 ? { attributes: [stored(bytes)] } : { content: bytes };
      builder.add({ name: `file ${file}`, parent, ...content });
      tell(`folder ${folder}/file ${file}`, bytes);
    }
  }
  return { image: builder.build(), truth };
}

/** Ends with the code of the command. */
function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve));
}

const start = (command: string, ...args: string[]): ChildProcess => spawn(command, args, { stdio: 'ignore' });

describe.skipIf(without(...needs))(title('a mount in use', ...needs), () => {
  let home: string;
  let image: string;
  let truth: Map<string, Truth>;
  /** Host files that are older and newer than all files of the volume. */
  let older: string;
  let newer: string;

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'pitvault-test-'));
    const built = build();
    truth = built.truth;
    [image, older, newer] = ['volume.raw', 'older', 'newer'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(image, built.image);
    for (const [path, time] of [
      [older, MODIFIED - 1],
      [newer, MODIFIED + 1],
    ] as const) {
      writeFileSync(path, '');
      utimesSync(path, time, time);
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const relative = (folder: string, text: string): string[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.replace(`${folder}/`, ''))
      .sort();
  const paths = (): string[] => [...truth.keys(), DAMAGED].sort();
  const files = (folder: string, ...tests: string[]): string[] =>
    relative(folder, run('find', folder, '-type', 'f', ...tests));
  const expected = (line: (path: string, file: Truth) => string): string[] =>
    [...truth].map(([path, file]) => line(path, file)).sort();

  /** What a user may do next, and what has to come out whatever was done before. */
  const steps: Record<string, (folder: string) => void> = {
    'find by names': (folder) => expect(files(folder)).toEqual(paths()),
    'find by sizes': (folder) => {
      for (const [test, holds] of [
        [`-size ${FILE_MAX}c`, (size: number) => size === FILE_MAX],
        [`-size +${FILE_MAX}c`, (size: number) => size > FILE_MAX],
        ['-size 0', (size: number) => size === 0],
        ['-size +1000c', (size: number) => size > 1000],
      ] as const) {
        const found = files(folder, ...test.split(' ')).filter((path) => path !== DAMAGED);
        expect(found, test).toEqual(
          [...truth]
            .filter(([, { size }]) => holds(size))
            .map(([path]) => path)
            .sort(),
        );
      }
    },
    'find by times': (folder) => {
      expect(files(folder, '-newer', older)).toEqual(paths());
      expect(files(folder, '-newer', newer)).toEqual([]);
    },
    'ls -l': (folder) => {
      const listed = run('ls', '-l', '--time-style=+%s', join(folder, 'odd'));
      const rows = listed.split('\n').flatMap((line) => {
        const row = /^(\S+) +(\d+) \S+ +\S+ +(\d+) (\d+) (.*)$/.exec(line);
        return row === null || row[5] === DAMAGED.slice(4) ? [] : [row.slice(1).join(' ')];
      });
      const wanted = [...truth].filter(([path]) => path.startsWith('odd/'));
      const row = ([path, { size, links }]: [string, Truth]) =>
        `-r--r--r-- ${links} ${size} ${MODIFIED} ${path.slice(4)}`;
      expect(rows.sort()).toEqual(wanted.map(row).sort());
    },
    'stat of all': (folder) => {
      const all = [...truth.keys()].map((path) => join(folder, path));
      const rows = relative(folder, run('stat', '-c', '%n|%s|%Y|%h|%a|%F', ...all));
      const kind = (size: number): string => (size === 0 ? 'regular empty file' : 'regular file');
      expect(rows).toEqual(
        expected((path, { size, links }) => `${path}|${size}|${MODIFIED}|${links}|444|${kind(size)}`),
      );
    },
    du: (folder) => {
      const once = [...truth].filter(([path]) => path !== 'odd/9 again' && path !== 'folder 0/linked');
      const sum = once.reduce((total, [, { size }]) => total + size, 8192); // those of DAMAGED
      expect(Number(run('du', '-sb', folder).split('\t')[0])).toBe(sum);
    },
    'cp -r': (folder) => {
      const copy = join(tempFolder(), 'copy');
      const { stderr, status } = spawnSync('cp', ['-r', folder, copy], { encoding: 'utf8' });
      expect([status, stderr]).toEqual([1, `cp: error reading '${join(folder, DAMAGED)}': Input/output error\n`]);
      rmSync(join(copy, DAMAGED), { force: true });
      hashes(copy);
    },
    'sha256sum of all': (folder) => {
      expect(spawnSync('sha256sum', [join(folder, DAMAGED)], { encoding: 'utf8' }).stderr).toMatch(
        /Input\/output error/,
      );
      hashes(folder);
    },
  };

  function hashes(folder: string): void {
    const all = [...truth.keys()].map((path) => join(folder, path));
    const rows = relative(folder, run('sha256sum', '--', ...all)).map((line) => line.replace(`${folder}/`, ''));
    expect(rows).toEqual(expected((path, { sha256 }) => `${sha256}  ${path}`));
  }

  it.each([
    ['find by names', 'ls -l', 'find by sizes', 'cp -r', 'stat of all', 'du'],
    ['find by names', 'cp -r', 'ls -l', 'find by times'],
    ['find by names', 'find by sizes', 'find by times', 'du', 'sha256sum of all'],
    ['cp -r', 'find by names', 'ls -l', 'stat of all'],
    ['stat of all', 'find by names', 'sha256sum of all', 'cp -r', 'find by sizes'],
    ['du', 'find by names', 'du', 'ls -l', 'cp -r'],
  ])('shows what the records have: %s, %s, %s, %s', (...order: string[]) => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).err).toBe('');
    for (const step of order) steps[step]!(folder);
    expect(command('unmount', folder).code).toBe(0);
  });

  it('copied twice at once, searched, and one file read over and over: all is answered', async () => {
    const { folder, command } = mountSetup();
    const until = Date.now() + 20_000;
    while (Date.now() < until) {
      expect(command('mount', image, folder).err).toBe(''); // afresh: what the kernel has kept asks nobody
      const copies = [1, 2].map(() => join(tempFolder(), 'copy'));
      const readers = [
        ...copies.map((copy) => start('cp', '-r', folder, copy)),
        start('sh', '-c', 'for i in 1 2 3 4; do find "$0" -type f -size +1c >/dev/null; done', folder),
        start(
          'sh',
          '-c',
          'for i in 1 2 3 4; do dd if="$0" iflag=nocache of=/dev/null; dd if="$0" of=/dev/null; done',
          join(folder, 'odd/4 above'),
        ),
      ];
      await Promise.all(readers.map(ended));
      for (const copy of copies) {
        rmSync(join(copy, DAMAGED), { force: true });
        hashes(copy);
        rmSync(copy, { recursive: true });
      }
      expect(command('unmount', folder).code).toBe(0);
    }
  });

  it('killed while files are stored ahead, it leaves nobody hanging', async () => {
    const { folder, command } = mountSetup();
    for (const [round, copies] of [1, 2, 1, 3, 1, 2, 1, 1].entries()) {
      expect(command('mount', image, folder).code).toBe(0);
      const server = serverOf(command);
      const readers = Array.from({ length: copies }, () => start('cp', '-r', folder, join(tempFolder(), 'copy')));
      await new Promise((resolve) => setTimeout(resolve, 20 + 15 * round));
      process.kill(server, 'SIGKILL');
      await Promise.all(readers.map(ended)); // one that hangs runs into the limit of the test
      await expect.poll(() => isGone(server), { timeout: 10_000 }).toBe(true);
    }
    expect(command('mount', image, folder).code).toBe(0);
    hashes(folder);
    expect(command('unmount', folder).code).toBe(0);
  }, 120_000);

  it('files of more points than are kept open can be read as long as somebody has them open', () => {
    const { folder, command } = mountSetup();
    expect(command('mount', manyPoints(24), folder).err).toBe('');
    const points = readdirSync(join(folder, SERVER, REPLICA_ID));
    const files = points.map((point) => openSync(join(folder, SERVER, REPLICA_ID, point, LARGE.name), 'r'));
    const zeros = Buffer.alloc(8);
    const read = (file: number, position: number): Buffer => {
      const bytes = Buffer.alloc(8, 1);
      expect(readSync(file, bytes, 0, 8, position)).toBe(8);
      return bytes;
    };
    for (const file of files) expect(read(file, 0)).toEqual(zeros);
    const ends = files.map((file) => read(file, LARGE.size - 8).toString()); // nothing that the kernel has at hand
    expect(ends.toSorted()).toEqual(points.map((_, index) => Buffer.from(endOf(index)).toString()));
    for (const file of files) closeSync(file);
    for (const [index, point] of points.entries()) {
      run('sha256sum', '--', join(folder, SERVER, REPLICA_ID, point, 'small 3'));
      run('sha256sum', '--', join(folder, SERVER, REPLICA_ID, points[points.length - 1 - index]!, 'small 5'));
    }
    expect(command('unmount', folder).code).toBe(0);
  });

  it('a folder that holds the source, or lies in a pool that is the source, is refused: it would wait for itself', () => {
    const { folder, command } = mountSetup();
    const pool = manyPoints(1);
    const disk = join(pool, SERVER, REPLICA_ID, REPLICA_ID, 'disk0.vhdx');
    const link = join(tempFolder(), 'link');
    symlinkSync(pool, link);
    for (const [source, place] of [
      [pool, pool],
      [link, pool],
      [pool, link],
      [pool, join(pool, SERVER)],
      [disk, pool],
      [disk, join(pool, SERVER, REPLICA_ID, REPLICA_ID)],
    ] as const) {
      const { code, err } = command('mount', source, place);
      expect([source, place, code, err]).toEqual([source, place, 6, expect.stringContaining('FUSE_OVER_SOURCE')]);
    }
    expect(command('mount', image, '--search', folder, folder).err).toContain('FUSE_OVER_SOURCE');
    const beside = join(pool, SERVER, REPLICA_ID, REPLICA_ID, 'beside');
    mkdirSync(beside);
    expect(command('mount', disk, beside).code).toBe(0);
    run('sha256sum', join(beside, 'small 3'));
    expect(command('unmount', beside).code).toBe(0);
  });

  it('a link leads to the same file from each of its names, and never out of the mount', () => {
    const builder = new NtfsBuilder();
    const names = ['a', 'b', 'c'];
    let parent: number | undefined;
    for (const name of names)
      parent = builder.add({ name, directory: true, ...(parent === undefined ? {} : { parent }) });
    builder.add({ name: 'target', content: 'inside' });
    builder.add({
      name: 'link',
      parent: parent!,
      links: [{ name: 'link', parent: 5 }],
      dosAttributes: 0x400,
      reparse: reparsePoint(0xa000000c, linkData('C:\\target', 12)),
    });
    const source = join(tempFolder(), 'links.raw');
    writeFileSync(source, builder.build());
    for (const order of [
      ['a/b/c/link', 'link'],
      ['link', 'a/b/c/link'],
    ]) {
      for (const look of [true, false]) {
        const { folder, command } = mountedBelowTargets(source);
        try {
          if (look) run('ls', '-lR', folder);
          for (const link of order) expect([link, run('cat', join(folder, link))]).toEqual([link, 'inside']);
          for (const link of order) expect([link, run('cat', join(folder, link))]).toEqual([link, 'inside']);
        } finally {
          expect(command('unmount', folder).code).toBe(0);
        }
      }
    }
  });

  it('a directory in two folders, and one in itself: their links stay inside, and both are shown where they are', () => {
    const builder = new NtfsBuilder();
    const top = builder.add({ name: 'top', directory: true });
    const middle = builder.add({ name: 'middle', directory: true, parent: top });
    const twice = builder.reserve();
    const links = [
      { name: 'twice', parent: 5 },
      { name: 'again', parent: twice },
    ];
    builder.add({ name: 'twice', directory: true, parent: middle, links }, twice);
    builder.add({ name: 'target', content: 'inside' });
    const reparse = reparsePoint(0xa000000c, linkData('C:\\target', 12));
    builder.add({ name: 'link', parent: twice, dosAttributes: 0x400, reparse });
    const source = join(tempFolder(), 'twice.raw');
    writeFileSync(source, builder.build());
    for (const order of [
      ['top/middle/twice', 'twice'],
      ['twice', 'top/middle/twice'],
    ]) {
      const { folder, command } = mountedBelowTargets(source);
      try {
        for (const place of [...order, ...order]) {
          expect([place, run('cat', join(folder, place, 'link'))]).toEqual([place, 'inside']);
          expect(readdirSync(join(folder, place)).toSorted()).toEqual(['again', 'link']);
          expect(() => readdirSync(join(folder, place, 'again'))).toThrow(/EIO|ELOOP/);
        }
      } finally {
        expect(command('unmount', folder).code).toBe(0);
      }
    }
  });

  it('a folder on which a mount is already is refused: to end one of them would end the other', () => {
    const { folder, command } = mountSetup();
    expect(command('mount', image, folder).code).toBe(0);
    const { code, err } = command('mount', image, folder);
    expect([code, err]).toEqual([6, expect.stringContaining('FUSE_MOUNTED')]);
    expect(mounts(folder)).toBe(1);
    expect(command('unmount', folder).code).toBe(0);
    expect(mounts(folder)).toBe(0);
  });

  it('where answering fails nothing is left mounted, and whoever has started it is told', async () => {
    const { folder } = mountSetup();
    const worker = Object.assign(new EventEmitter(), {
      postMessage: ({ kind }: FuseTask) => {
        const error = { name: 'StorageError', kind: 'io', code: 'TEST', message: 'the thread has failed', at: {} };
        queueMicrotask(() => worker.emit('message', kind === 'open' ? { kind: 'ready' } : { kind: 'failed', error }));
      },
      terminate: async () => 0,
    });
    const source = { roots: [image], isPool: false, open: {} };
    const mount = await FuseMount.start({ source, directory: folder, worker: worker as unknown as Worker });
    await expect(mount.ended).rejects.toThrow('the thread has failed');
    expect(mounts(folder)).toBe(0);
  });
});
