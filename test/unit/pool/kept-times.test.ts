/**
 * Goal: capture times kept between runs are the ones that would be found out, and are found out again when anything of a
 * disk's file changed. Method: the sample pool unpacked, its disks opened through a port that counts.
 */

import { appendFileSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { StorageError } from '../../../src/errors.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { choosePoint, pointsByTime } from '../../../src/pool/storage-pool.ts';
import { removeFolder, unpackSamplePool } from '../../support/sample-pool.ts';
import { tempFolder } from '../../support/temp.ts';

let root: string;
beforeAll(async () => {
  root = await unpackSamplePool();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 }); // its disks are no longer new
});
afterAll(() => {
  vi.useRealTimers();
  removeFolder(root);
});

type Look = { readonly times: string[]; readonly opened: string[] };

async function look(cache?: string): Promise<Look> {
  const opened: string[] = [];
  const openFile = (path: string): DiskFile => {
    opened.push(path.slice(root.length + 1));
    return new DiskFile(path);
  };
  await using pool = await openPool(root, { openFile, cache });
  const times: string[] = [];
  for (const container of pool.containers) {
    for (const { point, time } of await pointsByTime(container)) {
      times.push(`${container.server}/${container.replicaId}/${point.id} ${time.ms} ${time.source}`);
    }
  }
  return { times, opened };
}

/** A point of the sample pool that is no differencing disk, of a container with a live replica. */
async function pointOf(): Promise<string> {
  const { opened } = await look();
  const cache = tempFolder();
  await look(cache);
  const again = await look(cache);
  return join(root, opened.find((path) => !again.opened.includes(path))!);
}

it('the second look opens no disk of a recovery point that can be kept, and says the same', async () => {
  const cache = tempFolder();
  const none = await look();
  const first = await look(cache);
  const second = await look(cache);
  expect(first.times).toEqual(none.times);
  expect(second.times).toEqual(none.times);
  expect(first.opened).toEqual(none.opened);
  expect(second.opened.length).toBeLessThan(none.opened.length);
  // The live replica is always looked at.
  for (const path of second.opened) expect(none.opened).toContain(path);
  const replicas = none.opened.filter((path) => path.split('/').at(-2) === path.split('/').at(-3));
  expect(replicas.length).toBeGreaterThan(0);
  for (const path of replicas) expect(second.opened).toContain(path);
});

it('nothing is kept unless a folder for it is given', async () => {
  const cacheBefore = readdirSync(process.env['XDG_CACHE_HOME']!);
  await look();
  expect(readdirSync(process.env['XDG_CACHE_HOME']!)).toEqual(cacheBefore);
});

it.each<[string, (disk: string) => void]>([
  ['longer', (disk) => appendFileSync(disk, 'x')],
  ['given another time', (disk) => utimesSync(disk, 1, 1)],
  [
    'replaced by another of the same size and time',
    (disk) => {
      writeFileSync(`${disk}.new`, readFileSync(disk));
      utimesSync(`${disk}.new`, 1_700_000_000, 1_700_000_000);
      utimesSync(disk, 1_700_000_000, 1_700_000_000);
      renameSync(`${disk}.new`, disk);
    },
  ],
])('a disk that is %s is looked at again', async (_what, change) => {
  const cache = tempFolder();
  const disk = await pointOf();
  await look(cache);
  change(disk);
  const { opened, times } = await look(cache);
  expect(opened).toContain(disk.slice(root.length + 1));
  expect(times).toEqual((await look()).times);
});

it('nothing is kept of a disk that changed a moment ago', async () => {
  const cache = tempFolder();
  vi.setSystemTime(Date.now() - 10_000);
  const first = await look(cache);
  vi.setSystemTime(Date.now() + 10_000);
  expect(await look(cache)).toEqual(first);
  expect((await look(cache)).opened.length).toBeLessThan(first.opened.length);
});

it.each<[string, (path: string) => void]>([
  ['half of one', (path) => writeFileSync(path, readFileSync(path).subarray(0, 40))],
  [
    'of another schema',
    (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('capture-times/1', 'capture-times/0')),
  ],
  [
    'of another pool',
    (path) => writeFileSync(path, readFileSync(path, 'utf8').replace('"subject":["', '"subject":["/other')),
  ],
])('a file that is %s is no cache', async (_what, damage) => {
  const cache = tempFolder();
  await look(cache);
  for (const name of readdirSync(cache)) damage(join(cache, name));
  const none = await look();
  expect(await look(cache)).toEqual(none);
});

it('a folder that cannot be written costs nothing but the time', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  const none = await look();
  expect(await look(join(folder, 'file', 'cache'))).toEqual(none);
});

it.each([
  5,
  null,
  {},
  [],
  [1, 2, 3, 'x', 'checkpoint file'],
  [1, 2, 3, null, 'checkpoint file'],
  [1, 2, 3, 4],
  [1, 2, 3, 4, 'hearsay'],
])('an entry that is %j makes a file no cache', async (entry) => {
  const cache = tempFolder();
  await look(cache);
  for (const name of readdirSync(cache)) {
    const kept = JSON.parse(readFileSync(join(cache, name), 'utf8'));
    for (const folder of Object.keys(kept.value)) kept.value[folder] = entry;
    writeFileSync(join(cache, name), JSON.stringify(kept));
  }
  expect(await look(cache)).toEqual(await look());
});

it('a point is chosen by what its disk says, whatever was kept', async () => {
  const cache = tempFolder();
  await look(cache);
  for (const name of readdirSync(cache)) {
    const kept = JSON.parse(readFileSync(join(cache, name), 'utf8'));
    for (const entry of Object.values<number[]>(kept.value)) entry[3] = 1; // all of them the oldest
    writeFileSync(join(cache, name), JSON.stringify(kept));
  }
  const choose = async (folder?: string): Promise<string[]> => {
    await using pool = await openPool(root, { cache: folder });
    const chosen: string[] = [];
    for (const container of pool.containers) {
      const at = Date.parse('2024-07-28T23:00:00Z');
      const point = await choosePoint(container, { atMs: at }).catch((error: Error) => error.message);
      chosen.push(typeof point === 'string' ? point : `${point.id} ${(await point.time()).ms}`);
    }
    return chosen;
  };
  expect(await choose(cache)).toEqual(await choose());
});

it('a time that was found beside damage, or with a read that failed, is found out again', async () => {
  const cache = tempFolder();
  const disk = await pointOf();
  const truth = await look();
  for (let failing = 1; failing < 40; failing++) {
    class Failing extends DiskFile {
      override read(offset: number, target: Uint8Array): number {
        if (++reads >= failing) throw new StorageError('io', 'EIO', 'bad sector', { image: disk });
        return super.read(offset, target);
      }
    }
    let reads = 0;
    const openFile = (path: string): DiskFile => (path === disk ? new Failing(path) : new DiskFile(path));
    await using pool = await openPool(root, { openFile, cache });
    for (const container of pool.containers) await pointsByTime(container);
    expect((await look(cache)).times, `reads from ${failing} on fail`).toEqual(truth.times);
    for (const name of readdirSync(cache)) rmSync(join(cache, name));
  }
});

it('what could not be read is tried again (the last test: it leaves a disk in pieces)', async () => {
  const cache = tempFolder();
  const disk = await pointOf();
  const bytes = readFileSync(disk);
  writeFileSync(disk, bytes.subarray(0, 100_000));
  await look(cache);
  expect((await look(cache)).opened).toContain(disk.slice(root.length + 1));
});
