/**
 * Goal: every folder of a pool is found and given its role, whatever level the root is at, and nothing is skipped.
 * Method: folder trees with files that are no images, so times come from the file system.
 */

import { mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import type { OpenFile } from '../../../src/io/byte-file.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { hostTree } from '../../../src/pool/pool-tree.ts';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { choosePoint, pointsByTime } from '../../../src/pool/storage-pool.ts';
import { tempFolder } from '../../support/temp.ts';
import { buildZip } from '../../support/zip-builder.ts';

const REPLICA = '11111111-2222-3333-4444-555555555555';
const OLD = 'aaaaaaaa-0000-0000-0000-000000000001';
const NEW = 'AAAAAAAA-0000-0000-0000-000000000002';
const OTHER = '99999999-2222-3333-4444-555555555555';
const SERVER = 'dpm01.contoso.com';

function put(root: string, path: string, time: number): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, path);
  utimesSync(file, time, time);
}

function makePool(root: string): void {
  put(root, `${SERVER}/${REPLICA}/${REPLICA}/disk0.vhdx`, 3000);
  put(root, `${SERVER}/${REPLICA}/${OLD}/disk0.vhdx`, 1000);
  put(root, `${SERVER}/${REPLICA}/${NEW}/disk0.vhdx`, 2000);
  put(root, `${SERVER}/${REPLICA}/${NEW}/disk0.vhdx.rct`, 2000);
  mkdirSync(join(root, `${SERVER}/${REPLICA}/aaaaaaaa-0000-0000-0000-000000000003`));
  mkdirSync(join(root, `${SERVER}/${OTHER}`));
  mkdirSync(join(root, `${SERVER}/temp of bob`));
}

describe.each([
  ['access path', ''],
  ['server folder', SERVER],
  ['container', `${SERVER}/${REPLICA}`],
])('from the %s', (_what, below) => {
  it('finds the container, its replica and its points', async () => {
    const root = tempFolder();
    makePool(root);
    await using pool = await openPool(join(root, below));
    const container = pool.select({ replica: `{${REPLICA.toUpperCase()}}` })[0]!;
    expect(container.server).toBe(SERVER);
    expect(container.replica?.id).toBe(REPLICA);
    expect((await pointsByTime(container)).map(({ point }) => point.id)).toEqual([
      OLD,
      NEW.toLowerCase(),
      REPLICA,
      'aaaaaaaa-0000-0000-0000-000000000003',
    ]);
    expect(container.opaque).toEqual([`${NEW}/disk0.vhdx.rct`]);
    expect(container.findings.map((finding) => finding.code)).toContain('POOL_POINT_WITHOUT_DISK');
  });
});

it('from one point folder, the others are not looked at', async () => {
  const root = tempFolder();
  makePool(root);
  await using pool = await openPool(join(root, SERVER, REPLICA, OLD));
  expect(pool.containers).toHaveLength(1);
  expect(pool.containers[0]).toMatchObject({ server: SERVER, replicaId: REPLICA, replica: null });
  expect(pool.containers[0]!.points.map((point) => point.id)).toEqual([OLD]);
});

it('empty containers and strange folders are reported', async () => {
  const root = tempFolder();
  makePool(root);
  await using pool = await openPool(root);
  const empty = pool.select({ replica: OTHER })[0]!;
  expect(empty.findings.map((finding) => finding.code)).toEqual(['POOL_EMPTY_CONTAINER', 'POOL_NO_REPLICA']);
  expect(pool.findings.map((finding) => finding.message).join()).toContain('temp of bob');
});

it('merges a replica that is spread over two roots', async () => {
  const [first, second] = [tempFolder(), tempFolder()];
  put(first, `${SERVER}/${REPLICA}/${REPLICA}/disk0.vhdx`, 3000);
  put(second, `pool/${SERVER}/${REPLICA}/${OLD}/disk0.vhdx`, 1000);
  await using pool = await openPool([first, second]);
  expect(pool.containers).toHaveLength(1);
  expect(pool.containers[0]!.folders).toHaveLength(2);
  expect(pool.containers[0]!.findings.map((finding) => finding.code)).toEqual(['POOL_SPLIT_CONTAINER']);
});

it('chooses the newest state at or before a time, by id, or the live one', async () => {
  const root = tempFolder();
  makePool(root);
  await using pool = await openPool(root);
  const container = pool.select({ replica: REPLICA })[0]!;
  const at = async (seconds: number) => (await choosePoint(container, { atMs: seconds * 1000 })).id;
  expect(await at(1000)).toBe(OLD);
  expect(await at(2999)).toBe(NEW.toLowerCase());
  expect(await at(9999)).toBe(REPLICA);
  await expect(at(999)).rejects.toMatchObject({ code: 'POINT_NONE_AT', hint: expect.stringContaining(OLD) });
  expect((await choosePoint(container, {})).id).toBe(REPLICA);
  expect((await choosePoint(container, { point: `{${NEW}}` })).id).toBe(NEW.toLowerCase());
  await expect(choosePoint(container, { point: OTHER })).rejects.toMatchObject({ kind: 'not-found' });
});

it('reads a pool out of a zip', async () => {
  const path = join(tempFolder(), 'pool.zip');
  const disk = new Uint8Array(100);
  writeFileSync(
    path,
    buildZip([
      { path: `${SERVER}/${REPLICA}/${REPLICA}/disk0.vhdx`, bytes: disk, deflate: true },
      { path: `${SERVER}/${REPLICA}/${OLD}/disk0.vhdx`, bytes: disk },
    ]),
  );
  await using pool = await openPool(path);
  expect(pool.containers[0]).toMatchObject({ server: SERVER, replicaId: REPLICA });
  expect(pool.containers[0]!.points[0]!.locator).toBe(`${path}::${SERVER}/${REPLICA}/${OLD}/disk0.vhdx`);
});

it.each([
  ['a path that is not there', 'no/such/path', 'POOL_ROOT_MISSING'],
  ['a folder without a pool', '', 'POOL_EMPTY'],
])('%s is refused with what to do', async (_what, below, code) => {
  await expect(openPool(join(tempFolder(), below))).rejects.toMatchObject({ code, hint: expect.any(String) });
});

it('a folder under two names, or given twice, counts once', async () => {
  const root = tempFolder();
  makePool(root);
  symlinkSync(join(root, SERVER), join(root, 'alias'));
  symlinkSync(root, join(root, SERVER, 'round'));
  await using pool = await openPool([root, root]);
  expect(pool.containers.map(({ replicaId }) => replicaId)).toEqual([REPLICA, OTHER]);
  expect(pool.containers[0]!.points).toHaveLength(3);
  const codes = pool.findings.map(({ code }) => code);
  expect(codes.filter((code) => code === 'POOL_SAME_FOLDER')).toHaveLength(3);
  expect(pool.containers[0]!.findings.map(({ code }) => code)).not.toContain('POOL_DUPLICATE_POINT');
});

it('folders that cannot be listed are not called empty', async () => {
  const root = tempFolder();
  makePool(root);
  const closed = join(root, SERVER, OTHER);
  const list = hostTree.list;
  const spy = vi.spyOn(hostTree, 'list').mockImplementation((folder) => {
    if (folder === closed) throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    return list(folder);
  });
  try {
    await using pool = await openPool(root);
    expect(pool.findings.map(({ code }) => code)).toContain('POOL_FOLDER_UNREADABLE');
    const container = pool.select({ replica: OTHER })[0]!;
    expect(container.findings.map(({ code }) => code)).toEqual(['POOL_NO_REPLICA']);
    await expect(choosePoint(container, {})).rejects.toMatchObject({ code: 'POINT_NONE' });
  } finally {
    spy.mockRestore();
  }
});

it('a container of links has the points that they lead to, beside folders of its own without a disk', async () => {
  const root = tempFolder();
  const [elsewhere, container] = [join(root, 'elsewhere'), join(root, 'pool', SERVER, REPLICA)];
  put(elsewhere, 'one/disk0.vhdx', 1000);
  put(elsewhere, 'two/disk0.vhdx', 2000);
  mkdirSync(join(container, NEW), { recursive: true });
  symlinkSync(join(elsewhere, 'one'), join(container, OLD));
  symlinkSync(join(elsewhere, 'two'), join(container, REPLICA));
  await using pool = await openPool(join(root, 'pool'));
  expect(pool.containers).toMatchObject([{ replicaId: REPLICA, server: SERVER, folders: [container] }]);
  const { points, replica } = pool.containers[0]!;
  expect(replica?.locator).toBe(join(container, REPLICA, 'disk0.vhdx'));
  expect(points.map(({ id, locator }) => [id, locator]).sort()).toEqual([
    [OLD, join(container, OLD, 'disk0.vhdx')],
    [NEW.toLowerCase(), null],
  ]);
  expect(JSON.parse(JSON.stringify(replica))).toMatchObject({ id: REPLICA, folder: join(container, REPLICA) });
});

it('each of many points takes little memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const root = tempFolder();
  // Flat, as file systems give them: strings put together would keep their parts.
  const guid = (number: number): string => Buffer.from(`${OLD.slice(0, -12)}${1e11 + number}`).toString('latin1');
  const entry = (name: string, identity?: string) => ({ directory: true, size: 0, modifiedMs: 1.5, name, identity });
  const { list } = hostTree;
  hostTree.list = (folder) => {
    const [server, container, point] = relative(root, folder).split(sep);
    if (server === '') return [entry(SERVER)];
    if (container === undefined) return Array.from({ length: 50 }, (_, i) => entry(guid(i + 1)));
    if (point !== undefined) return [{ ...entry('disk0.vhdx'), directory: false, size: 1e12 }];
    return Array.from({ length: perContainer }, (_, i) => entry(guid(i + 1), `${container} ${i}`));
  };
  let perContainer = 200;
  const inUse = (): number => {
    for (let time = 0; time < 3; time++) collect();
    return process.memoryUsage().heapUsed;
  };
  /** The least of a few: compiled code and what the engine has not given back yet come on top. */
  const taken = async (): Promise<number> => {
    let least = Number.POSITIVE_INFINITY;
    for (let time = 0; time < 4; time++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      const before = inUse();
      await using pool = await openPool(root);
      expect(pool.containers[0]!.points.length).toBeGreaterThanOrEqual(perContainer - 1);
      least = Math.min(least, inUse() - before);
    }
    return least;
  };
  try {
    const few = await taken();
    perContainer = 400;
    expect(((await taken()) - few) / (50 * 200)).toBeLessThan(300); // bytes: a path alone would be 150
  } finally {
    hostTree.list = list;
  }
});

it('signals come in while the disks of many points are asked, and end it', async () => {
  const root = tempFolder();
  const container = join(root, SERVER, REPLICA);
  const points = 64;
  for (let index = 0; index <= points; index++) {
    const id = index === points ? REPLICA : `aaaaaaaa-0000-0000-0000-${String(index).padStart(12, '0')}`;
    put(root, `${SERVER}/${REPLICA}/${id}/disk0.vhdx`, 1000 + index);
  }
  const abort = new AbortController();
  let opened = 0;
  const openFile: OpenFile = (path, name) => {
    if (path.startsWith(container)) {
      opened++;
      const until = performance.now() + 10; // a slow disk
      while (performance.now() < until);
    }
    return new DiskFile(path, name);
  };
  await using pool = await openPool(root, { openFile, signal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  await expect(pointsByTime(pool.containers[0]!)).rejects.toMatchObject({ kind: 'cancelled' });
  expect(opened).toBeLessThan(points);
  await expect(openPool(root, { signal: abort.signal })).rejects.toMatchObject({ kind: 'cancelled' });
});
