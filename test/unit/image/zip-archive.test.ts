/**
 * Goal: members of archives read as they are: stored ones in place, deflated ones through a sparse temporary file that
 * goes on close. Method: archives from an independent writer.
 */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openImage } from '../../../src/image/image.ts';
import { ZipArchive } from '../../../src/image/zip-archive.ts';
import { nameMembers } from '../../../src/image/zip-names.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { resolveExtents } from '../../../src/map/extent.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { FaultyFile } from '../../support/files.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { buildVhdx, guidOf, type VhdxPlan } from '../../support/vhdx-builder.ts';
import { buildZip, type ZipInput } from '../../support/zip-builder.ts';

const MIB = 2 ** 20;
const random = new Random();
const content = random.bytes(300_000);

async function open(inputs: readonly ZipInput[]) {
  const folder = tempFolder();
  const path = join(folder, 'a.zip');
  writeFileSync(path, buildZip(inputs));
  const temp = tempFolder();
  const archive = await ZipArchive.open(path, { openFile: (name) => new DiskFile(name), tempFolder: temp });
  return { archive, path, temp };
}

it('a stored member is a window on the archive itself', async () => {
  const { archive, path } = await open([
    { path: 'x', bytes: content },
    { path: 'd/y', bytes: content.subarray(1000) },
  ]);
  const map = await archive.openMember('d/y');
  const [extent, ...more] = resolveExtents(map, 0, map.size);
  expect(more).toEqual([]);
  expect(extent).toMatchObject({ kind: 'data', length: 299_000, file: { name: path } });
  expect(Buffer.from(readBytes(map, 0, map.size)).equals(content.subarray(1000)), `seed ${random.seed}`).toBe(true);
  archive.close();
});

it('a deflated member is unpacked once, sparsely, and its file goes on close', async () => {
  const bytes = new Uint8Array(8 * 1024 * 1024);
  bytes.set(content, 3_000_000);
  const { archive, temp } = await open([{ path: 'disk0.vhdx', bytes, deflate: true }]);
  const map = await archive.openMember('disk0.vhdx');
  expect(await archive.openMember('disk0.vhdx')).toBe(map);
  expect(Buffer.from(readBytes(map, 0, map.size)).equals(bytes)).toBe(true);
  const unpacked = join(temp, readdirSync(temp)[0]!, 'disk0.vhdx');
  expect(statSync(unpacked).blocks * 512).toBeLessThan(1024 * 1024);
  archive.close();
  expect(existsSync(unpacked)).toBe(false);
});

it.each([undefined, new Error('enough'), new DOMException('too late', 'TimeoutError')])(
  'unpacking that is cancelled, for whatever reason (%s), is no damage, and leaves nothing',
  async (reason) => {
    const path = join(tempFolder(), 'a.zip');
    writeFileSync(path, buildZip([{ path: 'disk0.vhdx', bytes: random.bytes(4 * MIB), deflate: true }]));
    const temp = tempFolder();
    const abort = new AbortController();
    const options = { tempFolder: temp, signal: abort.signal, onProgress: () => abort.abort(reason) };
    const outcome: unknown = await openImage(`${path}::disk0.vhdx`, options).catch((error: unknown) => error);
    expect(outcome).toMatchObject({ name: 'StorageError', kind: 'cancelled', code: 'CANCELLED' });
    expect((outcome as Error).cause).toBe(abort.signal.reason);
    expect(readdirSync(temp)).toEqual([]);
  },
);

it('a member that unpacks to far more than its kind of data allows is refused', async () => {
  const inputs = [{ path: 'bomb', bytes: new Uint8Array(1000), deflate: true }];
  const zip = buildZip(inputs);
  // Declared and real size differ: the library notices while unpacking.
  const folder = tempFolder();
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const central = Buffer.from(zip).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  view.setUint32(central + 24, 10, true);
  writeFileSync(join(folder, 'b.zip'), zip);
  const archive = await ZipArchive.open(join(folder, 'b.zip'), {
    openFile: (name) => new DiskFile(name),
    tempFolder: tempFolder(),
  });
  await expect(archive.openMember('bomb')).rejects.toMatchObject({ kind: 'corrupt' });
  archive.close();
});

it.each([
  ['a missing member', { path: 'x', bytes: content }, 'y', 'ZIP_MEMBER_MISSING'],
  ['an encrypted member', { path: 'x', bytes: content, encrypted: true }, 'x', 'ZIP_MEMBER_ENCRYPTED'],
  ['a member packed by Deflate64', { path: 'x', bytes: content, method: 9 }, 'x', 'ZIP_METHOD'],
  ['a member packed by what nobody knows', { path: 'x', bytes: content, method: 77 }, 'x', 'ZIP_METHOD'],
])('%s is named', async (_what, input, member, code) => {
  const { archive } = await open([input]);
  await expect(archive.openMember(member)).rejects.toMatchObject({ code });
  archive.close();
});

it('a file that only has the name of a zip is not read as a raw disk', async () => {
  const path = join(tempFolder(), 'x.ZIP');
  writeFileSync(path, content);
  await expect(openImage(path)).rejects.toMatchObject({ code: 'ZIP_SIGNATURE_MISSING', kind: 'corrupt' });
});

it('a file that only looks like a zip is refused with its name', async () => {
  const path = join(tempFolder(), 'x.zip');
  writeFileSync(path, Buffer.concat([Buffer.from('PK\x03\x04'), content.subarray(0, 100)]));
  await expect(ZipArchive.open(path, { openFile: (name) => new DiskFile(name) })).rejects.toMatchObject({
    code: 'ZIP_UNREADABLE',
    at: { image: path },
  });
});

it.each([
  ['bytes that do not fit their checksum', 16, 0x1234_5678],
  ['fewer bytes than the central directory claims', 24, content.length + 100],
  ['more bytes than it claims', 24, content.length - 100],
  ['a central directory that names another method', 10, 0],
])('%s are refused, not read as they are', async (_what, central, value) => {
  const zip = buildZip([{ path: 'x', bytes: content, deflate: true }]);
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const entry = Buffer.from(zip).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  if (central === 10) {
    view.setUint16(entry + 10, value, true);
    view.setUint32(entry + 24, view.getUint32(entry + 20, true), true); // stored: both sizes agree
  } else view.setUint32(entry + central, value, true);
  const folder = tempFolder();
  writeFileSync(join(folder, 'x.zip'), zip);
  const archive = await ZipArchive.open(join(folder, 'x.zip'), {
    openFile: (name) => new DiskFile(name),
    tempFolder: folder,
  });
  await expect(archive.openMember('x')).rejects.toMatchObject({ kind: 'corrupt', code: 'ZIP_MEMBER_CORRUPT' });
  archive.close();
});

it.each(['../outside', 'a/../../outside', '/abs/x', 'C:/x', '..\\outside', 'nul\0x', '.'])(
  'a member named %j costs itself, is told, and nothing is written for it',
  async (name) => {
    const outside = { path: name, bytes: content, deflate: true };
    const { archive, temp } = await open([{ path: './a//x', bytes: content, deflate: true }, outside]);
    expect(archive.members.map(({ path }) => path)).toEqual(['a/x']);
    expect(archive.findings).toMatchObject([
      { severity: 'warning', code: 'ZIP_NAME_UNSAFE', at: { image: archive.name } },
    ]);
    const stored = name.replaceAll('\\', '/');
    await expect(archive.openMember(stored)).rejects.toMatchObject({ code: 'ZIP_NAME_UNSAFE', kind: 'corrupt' });
    const { hostPath } = await archive.unpackTogether('a/x', () => true);
    expect(readFileSync(hostPath).equals(content)).toBe(true);
    expect(readdirSync(temp, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toHaveLength(
      1,
    );
    expect(existsSync(join(temp, '..', 'outside'))).toBe(false);
    archive.close();
  },
);

it('of two members of one name and different bytes none is taken; each is read under a stand-in', async () => {
  const other = content.subarray(7);
  const { archive } = await open([
    { path: 'd.1/disk0.vhdx', bytes: content, deflate: true },
    { path: 'd.1/disk0#1.vhdx', bytes: new Uint8Array(9) },
    { path: 'd.1/disk0.vhdx', bytes: other },
  ]);
  await expect(archive.openMember('d.1/disk0.vhdx')).rejects.toMatchObject({
    kind: 'conflict',
    code: 'ZIP_NAME_AMBIGUOUS',
    hint: expect.stringContaining(`d.1/disk0#2.vhdx (${content.length} bytes, 2024-07-29T`),
  });
  expect(archive.findings).toMatchObject([{ severity: 'warning', code: 'ZIP_NAME_AMBIGUOUS' }]);
  for (const [name, bytes] of [
    ['d.1/disk0#2.vhdx', content],
    ['d.1/disk0#3.vhdx', other],
  ] as const) {
    const map = await archive.openMember(name);
    expect(Buffer.from(readBytes(map, 0, map.size)).equals(bytes)).toBe(true);
  }
  archive.close();
});

it('thousands of members of one name cost no more than as many others, and are told in a line', () => {
  const members = Array.from({ length: 65_000 }, (_, crc32) => ({
    name: 'a/disk0.vhdx',
    size: 1,
    crc32,
    modifiedMs: 0,
    fault: null,
    entry: crc32,
  }));
  const started = performance.now();
  const { entries, findings } = nameMembers('a.zip', members);
  expect(performance.now() - started).toBeLessThan(5000); // it took minutes when each looked for a free name from 1 on
  expect(entries.get('a/disk0#65000.vhdx')).toBe(64_999);
  expect(findings).toHaveLength(1);
  expect(findings[0]!.message.length).toBeLessThan(2000);
});

it.each(['./d//a.vhdx', '/d/a.vhdx', 'd/a.vhdx'])('a member packed as ./d/a.vhdx is found as %s', async (name) => {
  const { file } = buildVhdx({ size: 4 * MIB, blocks: new Map() });
  const path = join(tempFolder(), 'a.zip');
  const disk = join(tempFolder(), 'a.vhdx');
  file.save(disk);
  writeFileSync(path, buildZip([{ path: './d/a.vhdx', bytes: readFileSync(disk) }]));
  await using image = await openImage(`${path}::${name}`);
  expect(image.disk.size).toBe(4 * MIB);
});

it('of two members of one name and the same bytes one is read, and that is told', async () => {
  const { archive } = await open([
    { path: 'x', bytes: content, deflate: true },
    { path: 'x', bytes: content },
  ]);
  const map = await archive.openMember('x');
  expect(Buffer.from(readBytes(map, 0, map.size)).equals(content)).toBe(true);
  expect(archive.findings).toMatchObject([{ severity: 'info', code: 'ZIP_NAME_TWICE' }]);
  archive.close();
});

it('thousands of names that leave the archive are told in a few lines', async () => {
  const bad = Array.from({ length: 5000 }, (_, i) => ({ path: `../${i}`, bytes: new Uint8Array(0) }));
  const { archive } = await open([...bad, { path: 'x', bytes: content }]);
  expect(archive.findings).toHaveLength(17);
  expect(archive.findings.at(-1)!.message).toContain('4984 more');
  archive.close();
});

it('a stored member of two sizes costs itself', async () => {
  const zip = buildZip([
    { path: 'x', bytes: content },
    { path: 'y', bytes: content },
  ]);
  const entry = Buffer.from(zip).lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  new DataView(zip.buffer, zip.byteOffset, zip.length).setUint32(entry + 24, content.length + 1, true);
  const path = join(tempFolder(), 'x.zip');
  writeFileSync(path, zip);
  const archive = await ZipArchive.open(path, { openFile: (name) => new DiskFile(name) });
  expect((await archive.openMember('x')).size).toBe(content.length);
  await expect(archive.openMember('y')).rejects.toMatchObject({ kind: 'corrupt', code: 'ZIP_MEMBER_CORRUPT' });
  archive.close();
});

describe('a chain in an archive', () => {
  const parent = { size: MIB, dataWriteGuid: guidOf(1), blocks: new Map([[0, { state: 6, data: random.bytes(MIB) }]]) };
  const locator = [
    ['parent_linkage', guidOf(1)],
    ['relative_path', '.\\parent.vhdx'],
  ] as const;
  const disk = (path: string, plan: VhdxPlan): ZipInput => ({ path, bytes: fileBytes(plan), deflate: true });
  const child = (): ZipInput => disk('child.vhdx', { size: MIB, locator });

  function fileBytes(plan: VhdxPlan): Uint8Array {
    const path = join(tempFolder(), 'disk.vhdx');
    buildVhdx(plan).file.save(path);
    return readFileSync(path);
  }

  function archive(...inputs: readonly ZipInput[]): string {
    const path = join(tempFolder(), 'chain.zip');
    writeFileSync(path, buildZip(inputs));
    return path;
  }

  it.each([
    [{ method: 9 }, 'ZIP_METHOD'],
    [{ encrypted: true }, 'ZIP_MEMBER_ENCRYPTED'],
  ])('is read although a disk beside it cannot be unpacked (%j), and that is told', async (how, code) => {
    const stranger = { ...disk('stranger.vhdx', { size: MIB }), ...how };
    await using image = await openImage(`${archive(stranger, child(), disk('parent.vhdx', parent))}::child.vhdx`);
    expect(Buffer.compare(readBytes(image.disk, 0, MIB), parent.blocks.get(0)!.data)).toBe(0);
    expect(image.findings.map((finding) => finding.code)).toContain(code);
  });

  it('whose parent cannot be unpacked says why', async () => {
    const opening = openImage(`${archive(child(), { ...disk('parent.vhdx', parent), method: 9 })}::child.vhdx`);
    await expect(opening).rejects.toMatchObject({
      code: 'PARENT_NOT_FOUND',
      hint: expect.stringContaining('parent.vhdx in'),
    });
  });

  it('finds its parent among two members of one name, by identity', async () => {
    const other = disk('parent.vhdx', { size: MIB, dataWriteGuid: guidOf(2) });
    await using image = await openImage(`${archive(child(), disk('parent.vhdx', parent), other)}::child.vhdx`);
    expect(Buffer.compare(readBytes(image.disk, 0, MIB), parent.blocks.get(0)!.data)).toBe(0);
    expect(image.findings.map((finding) => finding.code)).toContain('ZIP_NAME_AMBIGUOUS');
  });

  it('an archive in an archive is refused by its kind', async () => {
    const inner = { path: 'inner.zip', bytes: buildZip([child()]) };
    await expect(openImage(`${archive(inner)}::inner.zip::child.vhdx`)).rejects.toMatchObject({ code: 'ZIP_INSIDE' });
  });
});

it('an archive on a bad sector is told as that, and not as a file that is none', async () => {
  const path = join(tempFolder(), 'a.zip');
  writeFileSync(path, buildZip([{ path: 'disk0.vhdx', bytes: random.bytes(4096) }]));
  const openFile = (file: string) => new FaultyFile(new DiskFile(file), { bad: [{ offset: 0, length: 512 }] });
  await expect(openImage(path, { openFile })).rejects.toMatchObject({ kind: 'io', code: 'EIO' });
  await expect(openPool(path, { openFile })).rejects.toMatchObject({ kind: 'io', code: 'EIO' });
});
