/**
 * Goal: create, convert, merge, repair, compact and resize do on real files what they say, keep block states, replace
 * nothing unasked and let no second writer in. Method: small disks made in temporary folders, read back with openImage.
 */

import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadHostFiles } from '../../../native-shims/load.ts';
import { openBackupSource } from '../../../src/backup/source.ts';
import { StorageError } from '../../../src/errors.ts';
import { openImage } from '../../../src/image/image.ts';
import { DiskStore } from '../../../src/io/disk-store.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { takeLock } from '../../../src/io/process-lock.ts';
import { type ConvertOptions, convertImage } from '../../../src/maintenance/convert-image.ts';
import { createImage } from '../../../src/maintenance/create-image.ts';
import { mergeImage } from '../../../src/maintenance/merge-image.ts';
import { compactImage, repairImage } from '../../../src/maintenance/repair-image.ts';
import { resizeImage } from '../../../src/maintenance/resize-image.ts';
import { extentsOf } from '../../../src/map/extent.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { encodeReplicaFile, replicaFilePath } from '../../../src/replica/layout.ts';
import { planRepair } from '../../../src/vhdx/repair-vhdx.ts';
import type { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { VhdxWriter } from '../../../src/vhdx/vhdx-writer.ts';
import { buildGptDisk, writeMbr } from '../../support/gpt-builder.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { buildVhdx as buildByHand, guidOf } from '../../support/vhdx-builder.ts';
import { sha256Of } from '../../support/vhdx-reading.ts';
import { buildZip } from '../../support/zip-builder.ts';

const MIB = 2 ** 20;

async function errorOf(work: Promise<unknown>): Promise<StorageError> {
  try {
    await work;
  } catch (error) {
    if (StorageError.is(error)) return error;
    throw error;
  }
  return expect.fail('no error was thrown');
}

function writeTo(path: string, work: (disk: VhdxWriter) => void): void {
  const disk = VhdxWriter.open(new DiskStore().openWritable(path));
  work(disk);
  disk.close();
}

async function look(path: string) {
  await using image = await openImage(path);
  const { disk } = image;
  const findings = [...disk.check()].filter(({ severity }) => severity !== 'info').map(({ code }) => code);
  const kinds = [...extentsOf(disk)].map(({ kind, length }) => `${kind} ${length / MIB}`).join(', ');
  const { type, format, size, blockSize, dataIdentity } = disk;
  return { sha: size > 2 ** 30 ? null : sha256Of(disk), findings, kinds, type, format, size, blockSize, dataIdentity };
}

/** A dynamic disk of 16 MiB with scattered data, a block of zeros and an unmapped one. */
async function sample(folder: string, blockSize = MIB): Promise<string> {
  const path = join(folder, 'sample.vhdx');
  await createImage(path, { size: 16 * MIB, blockSize });
  const random = new Random(5);
  writeTo(path, (disk) => {
    for (const at of [0, 3 * MIB + 8192, 9 * MIB]) disk.write(at, random.bytes(64 * 1024));
    disk.write(12 * MIB, new Uint8Array(MIB));
    disk.write(13 * MIB, random.bytes(512));
    disk.trim(13 * MIB, MIB, 'unmapped');
  });
  return path;
}

describe('create', () => {
  it('makes what was asked for, and replaces nothing unasked', async () => {
    const folder = tempFolder();
    const out = join(folder, 'a.vhdx');
    expect(await createImage(out, { size: 4 * 2 ** 40, sectorSize: 4096 })).toMatchObject({ type: 'dynamic', out });
    expect(await look(out)).toMatchObject({ type: 'dynamic', size: 4 * 2 ** 40, blockSize: 32 * MIB, findings: [] });
    expect((await errorOf(createImage(out, { size: MIB }))).code).toBe('TARGET_EXISTS');
    await createImage(out, { size: 3 * MIB, fixed: true, blockSize: MIB, force: true });
    expect(await look(out)).toMatchObject({ type: 'fixed', size: 3 * MIB, findings: [] });
    expect(readdirSync(folder)).toEqual(['a.vhdx']);
  });

  it('a child names its parent from its own folder and takes size and sectors from it', async () => {
    const folder = tempFolder();
    const base = await sample(folder);
    const child = join(tempFolder(), 'child.vhdx');
    await createImage(child, { parent: base });
    expect(await look(child)).toMatchObject({ type: 'differencing', size: 16 * MIB, sha: (await look(base)).sha });
    expect((await errorOf(createImage(`${child}2`, { parent: base, fixed: true }))).kind).toBe('invalid-argument');
    expect((await errorOf(createImage(`${child}2`, { parent: base, sectorSize: 4096 }))).kind).toBe('invalid-argument');
    expect((await errorOf(createImage(`${child}2`, {}))).code).toBe('CREATE_SIZE_MISSING');
  });

  it('a disk in an archive is no parent: a child would not find it', async () => {
    const folder = tempFolder();
    const zip = join(folder, 'pool.zip');
    writeFileSync(zip, buildZip([{ path: 'base.vhdx', bytes: readFileSync(await sample(folder)), deflate: true }]));
    const work = createImage(join(folder, 'child.vhdx'), { parent: `${zip}::base.vhdx` });
    expect((await errorOf(work)).code).toBe('CREATE_PARENT_INSIDE');
  });

  it.skipIf(process.platform === 'win32')(
    'a link that leads nowhere is not replaced unasked, a device never',
    async () => {
      const folder = tempFolder();
      const [link, device] = [join(folder, 'link.vhdx'), join(folder, 'device.vhdx')];
      symlinkSync(join(folder, 'away'), link);
      symlinkSync('/dev/null', device);
      expect((await errorOf(createImage(link, { size: MIB }))).code).toBe('TARGET_EXISTS');
      expect((await errorOf(createImage(device, { size: MIB, force: true }))).code).toBe('TARGET_EXISTS');
      expect((await errorOf(createImage(folder, { size: MIB, force: true }))).code).toBe('TARGET_EXISTS');
      await createImage(link, { size: MIB, force: true });
      expect((await look(link)).size).toBe(MIB);
      expect(readdirSync(folder).sort()).toEqual(['device.vhdx', 'link.vhdx']);
    },
  );

  it('leaves nothing behind when it fails', async () => {
    const folder = tempFolder();
    expect((await errorOf(createImage(join(folder, 'a.vhdx'), { size: 513 }))).kind).toBe('invalid-argument');
    expect((await errorOf(createImage(join(folder, 'none', 'a.vhdx'), { size: MIB }))).kind).toBe('not-found');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('dense files have no holes', async () => {
    const out = join(tempFolder(), 'a.vhdx');
    await createImage(out, { size: 4 * MIB, blockSize: MIB, fixed: true, dense: true });
    const { blocks, size } = statSync(out);
    expect(blocks * 512).toBeGreaterThanOrEqual(size);
    expect(await look(out)).toMatchObject({ type: 'fixed', findings: [] });
  });
});

describe('convert', () => {
  const results: readonly (readonly [string, ConvertOptions])[] = [
    ['a.raw', {}],
    ['a.vhd', {}],
    ['a.vhd', { type: 'fixed' }],
    ['a.vhdx', {}],
    ['a.vhdx', { type: 'fixed' }],
    ['a.vhdx', { blockSize: 2 * MIB }],
    ['a.vhdx', { type: 'fixed', blockSize: 2 * MIB }],
    ['a.avhdx', { format: 'raw' }],
  ];

  it.each(results)('VHDX to %s %j and back again', async (name, options) => {
    const folder = tempFolder();
    const source = await sample(folder);
    const { sha } = await look(source);
    const out = join(folder, name);
    const report = await convertImage(source, out, options);
    expect(report).toMatchObject({ size: 16 * MIB, unreadable: [] });
    const back = join(folder, 'back.vhdx');
    if (options.format === 'raw') expect(sha).toBe(sha256OfFile(out));
    else {
      const { blockSize } = options;
      expect(await look(out)).toMatchObject({ sha, format: report.format, type: report.type, findings: [] });
      if (blockSize !== undefined) expect((await look(out)).blockSize).toBe(blockSize);
      await convertImage(out, back);
      expect(await look(back)).toMatchObject({ sha, findings: [] });
    }
  });

  function sha256OfFile(path: string): string {
    const bytes = readFileSync(path);
    return sha256Of({
      size: bytes.length,
      resolve: (offset, length, at, sink) =>
        sink.computed(
          at,
          length,
          { what: 'file', read: (from, target) => target.set(bytes.subarray(from, from + target.length)) },
          offset,
        ),
    });
  }

  it('keeps block states: absent stays absent, zeros in data become absent, UNMAPPED stays', async () => {
    const folder = tempFolder();
    const source = await sample(folder);
    const out = join(folder, 'out.vhdx');
    await convertImage(source, out);
    await using image = await openImage(out);
    expect((image.disk as VhdxFile).countBlockStates()).toMatchObject({ fullyPresent: 3, unmapped: 1, notPresent: 12 });
    expect(statSync(out).size).toBeLessThan(statSync(source).size);
  });

  it('a chain becomes a disk that stands alone', async () => {
    const folder = tempFolder();
    const base = await sample(folder);
    const child = join(folder, 'child.vhdx');
    await createImage(child, { parent: base });
    writeTo(child, (disk) => {
      disk.write(512, new Uint8Array(512).fill(7));
      disk.trim(9 * MIB, MIB);
    });
    const out = join(folder, 'out.vhdx');
    await convertImage(child, out);
    expect(await look(out)).toMatchObject({ sha: (await look(child)).sha, type: 'dynamic', findings: [] });
  });

  it('a raw image with a GPT of 4096-byte sectors gets them; where holes begin and end inside of them too', async () => {
    const folder = tempFolder();
    const raw = join(folder, 'large-sectors.img');
    const bytes = buildGptDisk({ sectorSize: 4096, sectors: 1024, partitions: [] });
    bytes.set(new Random(3).bytes(512), 2 * MIB + 512);
    writeFileSync(raw, bytes);
    const out = join(folder, 'large-sectors.vhdx');
    const dataRanges = (_file: unknown, from: number, to: number) =>
      [
        { offset: 0, length: MIB },
        { offset: 2 * MIB + 512, length: 512 },
        { offset: 2 * MIB + 1536, length: 512 },
        { offset: 3 * MIB, length: MIB },
      ].filter(({ offset, length }) => offset >= from && offset + length <= to);
    const host = Object.assign(new PortableHostFiles('a test'), { dataRanges });
    await convertImage(raw, out, { host });
    await using image = await openImage(out);
    expect(image.disk.logicalSectorSize).toBe(4096);
    expect(sha256Of(image.disk)).toBe(sha256OfFile(raw));
    expect(await errorOf(convertImage(raw, join(folder, 'a.vhd')))).toMatchObject({ code: 'CONVERT_SECTOR_SIZE' });
    const source = await openBackupSource(raw);
    expect(source.logicalSectorSize).toBe(4096);
    await source.close();
  });

  it('a raw image with an MBR says how large its sectors are where a file system begins under no others', async () => {
    for (const [sectorSize, told] of [
      [512, undefined],
      [4096, 4096],
    ] as const) {
      const raw = join(tempFolder(), 'mbr.img');
      const bytes = Buffer.alloc(2 * MIB);
      writeMbr(bytes, 0, [{ type: 7, start: 64, count: 64 }]);
      bytes.write('NTFS    ', 64 * sectorSize + 3);
      writeFileSync(raw, bytes);
      const source = await openBackupSource(raw);
      expect(source.logicalSectorSize).toBe(told);
      await source.close();
    }
  });

  it('a raw image that ends within a sector gets the rest of it as zeros', async () => {
    const folder = tempFolder();
    const raw = join(folder, 'odd.img');
    writeFileSync(raw, new Random(3).bytes(MIB + 100));
    await convertImage(raw, join(folder, 'odd.vhdx'), { blockSize: MIB });
    await using image = await openImage(join(folder, 'odd.vhdx'));
    expect(image.disk.size).toBe(MIB + 512);
    const bytes = readBytes(image.disk, 0, image.disk.size);
    expect(Buffer.from(bytes.subarray(0, MIB + 100)).equals(readFileSync(raw))).toBe(true);
    expect(bytes.subarray(MIB + 100).every((byte) => byte === 0)).toBe(true);
  });

  it('holes of the source are found where the file system tells, and nothing else is left out', async () => {
    const folder = tempFolder();
    const raw = join(folder, 'holes.img');
    const disk = new DiskStore().create(raw);
    const random = new Random(8);
    for (const at of [0, 5 * MIB + 512, 30 * MIB - 4096]) disk.write(at, random.bytes(4096));
    disk.close();
    const host = await loadHostFiles();
    for (const name of ['a.vhdx', 'a.vhd']) {
      const out = join(folder, name);
      const report = await convertImage(raw, out, { host });
      expect(report.payloadBytes).toBeLessThanOrEqual(30 * MIB);
      expect((await look(out)).sha).toBe(sha256OfFile(raw));
    }
  });

  it('refuses what cannot be, and replaces nothing', async () => {
    const folder = tempFolder();
    const source = await sample(folder);
    expect((await errorOf(convertImage(source, source, { force: true }))).code).toBe('CONVERT_ONTO_SOURCE');
    symlinkSync(source, join(folder, 'alias.vhdx'));
    expect((await errorOf(convertImage(source, join(folder, 'alias.vhdx'), { force: true }))).code).toBe(
      'CONVERT_ONTO_SOURCE',
    );
    writeFileSync(join(folder, 'there.vhd'), 'mine');
    expect((await errorOf(convertImage(source, join(folder, 'there.vhd')))).code).toBe('TARGET_EXISTS');
    expect(readFileSync(join(folder, 'there.vhd'), 'utf8')).toBe('mine');
    expect((await errorOf(convertImage(source, join(folder, 'a.raw'), { type: 'fixed' }))).code).toBe('CONVERT_TYPE');
    for (const [out, options, code] of [
      ['a.vhd', { blockSize: MIB }, 'CONVERT_BLOCK'],
      ['a.raw', { blockSize: MIB }, 'CONVERT_BLOCK'],
      ['a.raw', { dense: true }, 'CONVERT_DENSE'],
    ] as const) {
      expect((await errorOf(convertImage(source, join(folder, out), options))).code).toBe(code);
    }
    await createImage(join(folder, 'large.vhdx'), { size: 3 * 2 ** 40 });
    expect((await errorOf(convertImage(join(folder, 'large.vhdx'), join(folder, 'b.vhd')))).code).toBe('VHD_SIZE');
    await createImage(join(folder, '4k.vhdx'), { size: MIB, sectorSize: 4096 });
    expect((await errorOf(convertImage(join(folder, '4k.vhdx'), join(folder, 'b.vhd')))).code).toBe(
      'CONVERT_SECTOR_SIZE',
    );
    expect(readdirSync(folder).filter((name) => name.includes('partial') || name === 'b.vhd')).toEqual([]);
  });

  it('salvage: what cannot be read becomes zeros and is listed', async () => {
    const folder = tempFolder();
    const built = buildByHand({
      size: 4 * MIB,
      blocks: new Map([
        [0, { state: 6, data: new Uint8Array(MIB).fill(5) }],
        [1, { state: 6, offsetMb: 700 }],
      ]),
    });
    const source = join(folder, 'damaged.vhdx');
    built.file.save(source);
    for (const type of ['dynamic', 'fixed'] as const) {
      const out = join(folder, `${type}.vhdx`);
      expect((await errorOf(convertImage(source, out, { type }))).kind).toBe('corrupt');
      expect(existsSync(out)).toBe(false);
      const { unreadable } = await convertImage(source, out, { type, salvage: true });
      expect(unreadable).toMatchObject([{ offset: MIB, length: MIB }]);
      await using image = await openImage(out);
      expect(readBytes(image.disk, 0, 1)[0]).toBe(5);
    }
  });

  it('stops when asked, and leaves nothing', async () => {
    const folder = tempFolder();
    const source = join(folder, 'large.img');
    writeFileSync(source, new Uint8Array(96 * MIB).fill(1));
    for (const name of ['a.vhdx', 'a.vhd']) {
      const abort = new AbortController();
      const options = { signal: abort.signal, onProgress: () => abort.abort() };
      expect((await errorOf(convertImage(source, join(folder, name), options))).kind).toBe('cancelled');
    }
    expect(readdirSync(folder)).toEqual(['large.img']);
  });
});

describe('merge', () => {
  async function family(folder: string) {
    const base = await sample(folder);
    const child = join(folder, 'child.vhdx');
    await createImage(child, { parent: base, blockSize: MIB });
    writeTo(child, (disk) => {
      disk.write(0, new Uint8Array(MIB).fill(1));
      disk.write(5 * MIB + 512, new Uint8Array(512).fill(2));
      disk.trim(9 * MIB, MIB);
    });
    return { base, child };
  }

  it('the parent becomes what the child was, and the children of the child find it', async () => {
    const folder = tempFolder();
    const { base, child } = await family(folder);
    const grandchild = join(folder, 'grandchild.vhdx');
    await createImage(grandchild, { parent: child });
    writeTo(grandchild, (disk) => disk.write(7 * MIB, new Uint8Array(512).fill(3)));
    const before = [await look(child), await look(grandchild)];
    const report = await mergeImage(child);
    expect(report).toMatchObject({ child, parent: base, writtenBytes: MIB + 512, zeroBytes: MIB, wasMerged: false });
    expect(await look(base)).toMatchObject({
      sha: before[0]!.sha,
      dataIdentity: before[0]!.dataIdentity,
      findings: [],
    });
    expect(await look(grandchild)).toMatchObject({ sha: before[1]!.sha });
    expect((await errorOf(look(child))).code).toBe('PARENT_IDENTITY_MISMATCH');
  });

  it('other children of the parent are in the way', async () => {
    const folder = tempFolder();
    const { base, child } = await family(folder);
    const sibling = join(folder, 'sibling.vhdx');
    await createImage(sibling, { parent: base });
    const { sha } = await look(base);
    expect((await errorOf(mergeImage(child))).code).toBe('VHDX_MERGE_SIBLING');
    expect((await look(base)).sha).toBe(sha);
    await mergeImage(child, { force: true });
    expect((await errorOf(look(sibling))).code).toBe('PARENT_IDENTITY_MISMATCH');
  });

  it('done once more, as after a kill between the last write and the end, changes nothing', async () => {
    const { base, child } = await family(tempFolder());
    const { dataWriteGuid } = await mergeImage(child);
    const before = await look(base);
    expect(await mergeImage(child)).toMatchObject({ writtenBytes: 0, wasMerged: true, dataWriteGuid });
    expect(await look(base)).toEqual(before);
  });

  it('a parent that was cut short is refused before anything is changed', async () => {
    const folder = tempFolder();
    const [base, child] = [await sample(folder), join(folder, 'child.vhdx')];
    await createImage(child, { parent: base });
    writeTo(child, (disk) => disk.write(5 * MIB, new Random(9).bytes(MIB)));
    truncateSync(base, statSync(base).size - 1.5 * MIB); // its last MiB is free
    const before = [base, child].map((path) => readFileSync(path));
    const grow = () => resizeImage(base, 32 * MIB, { force: true });
    for (const work of [() => mergeImage(child), grow, () => compactImage(base)]) {
      expect(await errorOf(work())).toMatchObject({ kind: 'corrupt', code: 'VHDX_BLOCK_TRUNCATED' });
    }
    for (const [i, path] of [base, child].entries()) expect(readFileSync(path).equals(before[i]!)).toBe(true);
  });

  it('a child that was cut short is refused before its parent is changed', async () => {
    const { base, child } = await family(tempFolder());
    truncateSync(child, statSync(child).size - MIB); // whole MiB: nothing makes it grow
    const before = [base, child].map((path) => readFileSync(path));
    expect(await errorOf(mergeImage(child))).toMatchObject({ kind: 'corrupt', code: 'VHDX_BLOCK_TRUNCATED' });
    for (const [i, path] of [base, child].entries()) expect(readFileSync(path).equals(before[i]!)).toBe(true);
  });

  it('a parent that has changed, or of another size, and a disk without a parent are refused', async () => {
    const folder = tempFolder();
    const { base, child } = await family(folder);
    expect((await errorOf(mergeImage(base))).code).toBe('VHDX_MERGE_NO_PARENT');
    const larger = join(folder, 'larger.vhdx');
    await createImage(larger, { parent: base, size: 20 * MIB });
    expect((await errorOf(mergeImage(larger, { force: true }))).code).toBe('VHDX_MERGE_SIZE');
    writeTo(base, (disk) => disk.write(0, new Uint8Array(512)));
    expect((await errorOf(mergeImage(child))).code).toBe('VHDX_MERGE_PARENT');
  });
});

describe('repair', () => {
  it('says what it would do, does it, and then finds nothing more', async () => {
    const folder = tempFolder();
    const path = await sample(folder);
    const disk = VhdxWriter.open(new DiskStore().openWritable(path));
    disk.write(6 * MIB, new Uint8Array(512).fill(9));
    disk.flush();
    disk.abandon();
    const file = new DiskStore().openWritable(path);
    file.write(0x40000, new Uint8Array(64));
    file.write(0, new Uint8Array(4096));
    file.close();
    const [bytes, before] = [readFileSync(path), await look(path)];
    const plan = await repairImage(path, { dryRun: true });
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['rewrite-identifier', 'replay-log', 'rewrite-region-table']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect((await repairImage(path)).actions).toEqual(plan.actions);
    expect(await look(path)).toMatchObject({ sha: before.sha, dataIdentity: before.dataIdentity, findings: [] });
    expect((await repairImage(path)).actions).toEqual([]);
  });

  it('a region table on a bad sector is one to be written anew', async () => {
    const file = new DiskStore().open(await sample(tempFolder()));
    const bad = {
      name: file.name,
      identity: file.identity,
      path: file.path,
      size: file.size,
      read: (offset: number, target: Uint8Array): number => {
        if (offset < 0x50000 && offset + target.length > 0x40000) throw new StorageError('io', 'EIO', 'a bad sector');
        return file.read(offset, target);
      },
      close: () => file.close(),
    };
    expect(planRepair(bad).map(({ kind, offset }) => [kind, offset])).toEqual([['rewrite-region-table', 0x40000]]);
    file.close();
  });
});

describe('compact', () => {
  it('gives back zeros, gaps and anchors, and keeps bytes and identity', async () => {
    const folder = tempFolder();
    const path = await sample(folder);
    writeTo(path, (disk) => disk.trim(0, MIB));
    const [before, size] = [await look(path), statSync(path).size];
    expect(await compactImage(path, { quick: true })).toMatchObject({ zeroBlocks: 0 });
    const quick = statSync(path).size;
    expect(quick).toBeLessThan(size);
    expect(await compactImage(path)).toMatchObject({ zeroBlocks: 1, sizeBefore: quick, sizeAfter: quick - MIB });
    expect(await look(path)).toMatchObject({ sha: before.sha, dataIdentity: before.dataIdentity, findings: [] });
    expect(await compactImage(path)).toMatchObject({ zeroBlocks: 0, movedBlocks: 0 });
  });
});

it('a child never takes the place of what it stands on, forced or not', async () => {
  const folder = tempFolder();
  const path = await sample(folder);
  const child = join(folder, 'child.vhdx');
  await createImage(child, { parent: path });
  const before = [path, child].map((one) => readFileSync(one));
  const link = join(folder, 'link.vhdx');
  symlinkSync(path, link);
  for (const [out, parent] of [
    [path, path],
    [path, child],
    [path, link],
  ] as const)
    expect((await errorOf(createImage(out, { parent, force: true }))).code).toBe('CREATE_ONTO_PARENT');
  for (const [i, one] of [path, child].entries()) expect(readFileSync(one).equals(before[i]!)).toBe(true);
});

describe('resize', () => {
  it('grows and shrinks; what comes back after a shrink is zero', async () => {
    const path = await sample(tempFolder());
    const before = await look(path);
    await resizeImage(path, 10 * MIB + 512, { force: true });
    expect(await look(path)).toMatchObject({ size: 10 * MIB + 512, findings: [] });
    await resizeImage(path, 16 * MIB);
    const after = await look(path);
    expect(after).toMatchObject({ size: 16 * MIB, findings: [], sha: before.sha }); // behind 10 MiB there were zeros only
    expect(after.dataIdentity).not.toBe(before.dataIdentity);
  });

  it('what others have left in the BAT behind the end of a child is not part of what it grows by', async () => {
    const folder = tempFolder();
    const [base, child] = [join(folder, 'base.vhdx'), join(folder, 'child.vhdx')];
    buildByHand({ size: 3 * MIB, dataWriteGuid: guidOf(7) }).file.save(base);
    const data = new Uint8Array(MIB).fill(5);
    const blocks = new Map([
      [1, { state: 6, data }],
      [4, { state: 6, data }],
      [5, { state: 7, data, present: [0, 1, 2] }],
      [6, { state: 4 }],
    ]);
    const locator = [
      ['parent_linkage', `{${guidOf(7)}}`],
      ['relative_path', '.\\base.vhdx'],
    ] as const;
    buildByHand({ size: 3 * MIB, locator, blocks }).file.save(child);
    expect((await look(child)).findings).toContain('VHDX_BAT_PAST_DISK');
    await resizeImage(child, 8 * MIB);
    expect(await look(child)).toMatchObject({ kinds: 'zero 1, data 1, zero 6', findings: [] });
  });

  it('refuses to cut off data or partitions', async () => {
    const path = await sample(tempFolder());
    const { sha } = await look(path);
    expect(await errorOf(resizeImage(path, 9 * MIB))).toMatchObject({ code: 'RESIZE_DATA', at: { offset: 9 * MIB } });
    expect((await errorOf(resizeImage(path, 2 ** 46 + 512))).kind).toBe('invalid-argument');
    expect((await look(path)).sha).toBe(sha);
  });

  it('refuses to cut off data of a disk whose partition table is empty', async () => {
    const path = join(tempFolder(), 'empty-table.vhdx');
    await createImage(path, { size: 16 * MIB, blockSize: MIB });
    writeTo(path, (disk) => {
      const mbr = new Uint8Array(512);
      mbr.set([0x55, 0xaa], 510);
      disk.write(0, mbr);
      disk.write(9 * MIB, new Random(5).bytes(4096));
    });
    expect(await errorOf(resizeImage(path, 9 * MIB))).toMatchObject({ code: 'RESIZE_DATA', at: { offset: 9 * MIB } });
    await resizeImage(path, 10 * MIB);
    expect(await look(path)).toMatchObject({ size: 10 * MIB, findings: [] });
  });

  it.each([
    ['of a dynamic disk is its database, and stays', 0x42, true],
    ['of any other disk is nobody’s', 0x07, false],
  ])('what lies behind the partitions %s', async (_what, type, isKept) => {
    const path = join(tempFolder(), 'dynamic.vhdx');
    await createImage(path, { size: 16 * MIB, blockSize: MIB });
    const mbr = Buffer.alloc(512);
    writeMbr(mbr, 0, [{ type, start: 63, count: 15 * 2048 - 63 }], 0x1234_5678);
    writeTo(path, (disk) => {
      disk.write(0, mbr);
      disk.write(16 * MIB - 4096, new Random(5).bytes(4096));
    });
    const work = resizeImage(path, 15 * MIB);
    if (isKept) expect((await errorOf(work)).code).toBe('RESIZE_DATA');
    else expect((await work).size).toBe(15 * MIB);
  });

  it('a BAT without room moves; a fixed disk gets its blocks', async () => {
    const folder = tempFolder();
    const [dynamic, fixed] = [join(folder, 'd.vhdx'), join(folder, 'f.vhdx')];
    await createImage(dynamic, { size: 131_000 * MIB, blockSize: MIB });
    writeTo(dynamic, (disk) => disk.write(130_999 * MIB, new Uint8Array(512).fill(4)));
    expect(await resizeImage(dynamic, 2 ** 40)).toMatchObject({ batMoved: true });
    writeTo(dynamic, (disk) => disk.write(2 ** 40 - MIB, new Uint8Array(512).fill(5)));
    await using image = await openImage(dynamic);
    expect([130_999 * MIB, 2 ** 40 - MIB].map((at) => readBytes(image.disk, at, 1)[0])).toEqual([4, 5]);
    await createImage(fixed, { size: 3 * MIB, blockSize: MIB, fixed: true });
    await resizeImage(fixed, 7 * MIB + 512);
    expect(await look(fixed)).toMatchObject({ size: 7 * MIB + 512, type: 'fixed', findings: [] });
  });

  it('refuses a disk on which another stands, unless that is left behind by name', async () => {
    const folder = tempFolder();
    const base = await sample(folder);
    const child = join(folder, 'child.vhdx');
    await createImage(child, { parent: base });
    writeFileSync(join(folder, 'torn.vhdx'), 'no disk'); // nobody stands there
    const { sha } = await look(base);
    expect(await errorOf(resizeImage(base, 32 * MIB))).toMatchObject({
      kind: 'conflict',
      code: 'RESIZE_CHILD',
      message: expect.stringContaining(child),
      hint: expect.stringContaining('--force'),
    });
    expect((await look(base)).sha).toBe(sha);
    const { notes } = await resizeImage(base, 32 * MIB, { force: true });
    expect(notes).toContainEqual(expect.stringContaining(`${child} does not know its parent`));
    expect((await look(base)).size).toBe(32 * MIB);
  });

  it('a child over a larger parent cannot grow into it', async () => {
    const folder = tempFolder();
    const base = await sample(folder);
    const child = join(folder, 'child.vhdx');
    await createImage(child, { parent: base, size: 8 * MIB });
    expect((await errorOf(resizeImage(child, 12 * MIB))).code).toBe('VHDX_RESIZE_PARENT');
  });
});

it('children in the folders beside, as in a storage pool, are in the way of resize and merge', async () => {
  const container = tempFolder();
  const place = (digit: string): string => join(container, `${digit.repeat(8)}-0000-4000-8000-000000000000`);
  const [first, second, third] = ['1', '2', '3'].map((digit) => join(place(digit), 'disk0.vhdx')) as [
    string,
    string,
    string,
  ];
  for (const digit of ['1', '2', '3']) mkdirSync(place(digit));
  renameSync(await sample(container), first);
  for (const child of [second, third]) await createImage(child, { parent: first });
  writeFileSync(join(container, 'no folder'), '');
  const before = await look(first);
  expect(await errorOf(resizeImage(first, 32 * MIB, { dpmPool: true }))).toMatchObject({
    code: 'RESIZE_CHILD',
    message: expect.stringContaining('1 more'),
  });
  expect(await errorOf(mergeImage(second, { dpmPool: true }))).toMatchObject({
    code: 'VHDX_MERGE_SIBLING',
    message: expect.stringContaining(third),
  });
  expect(await look(first)).toEqual(before);
  rmSync(third);
  await mergeImage(second, { dpmPool: true });
});

describe('a second writer', () => {
  it('is kept out, and no lock file stays behind', async () => {
    const folder = tempFolder();
    const path = await sample(folder);
    const lock = takeLock(new PortableHostFiles('test'), path);
    for (const work of [compactImage(path), repairImage(path), resizeImage(path, 32 * MIB)]) {
      expect((await errorOf(work)).code).toBe('LOCK_HELD');
    }
    lock.release();
    await compactImage(path);
    expect(readdirSync(folder)).toEqual(['sample.vhdx']);
    expect((await errorOf(compactImage(join(folder, 'none.vhdx')))).kind).toBe('not-found');
    expect((await errorOf(compactImage(folder))).code).toBe('IMAGE_NO_FILE');
    expect(readdirSync(folder)).toEqual(['sample.vhdx']);
  });
});

describe('a disk in a storage pool', () => {
  const REPLICA = '3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41';
  const POINT = '0c5b7f1e-2d94-4a86-b3e1-7f6a5d4c3b20';

  /** A replica and a point that differs from it, where a pool keeps them. */
  async function pooled(): Promise<{ container: string; child: string }> {
    const container = join(tempFolder(), REPLICA);
    const [base, child] = [REPLICA, POINT].map((id) => join(container, id, 'disk0.vhdx')) as [string, string];
    for (const id of [REPLICA, POINT]) mkdirSync(join(container, id), { recursive: true });
    await createImage(base, { size: 4 * MIB });
    await createImage(child, { parent: base });
    return { container, child };
  }

  const JOBS = [
    ['merge', (path: string, dpmPool?: boolean) => mergeImage(path, { dpmPool })],
    ['compact', (path: string, dpmPool?: boolean) => compactImage(path, { dpmPool })],
    ['repair', (path: string, dpmPool?: boolean) => repairImage(path, { dpmPool })],
    ['resize', (path: string, dpmPool?: boolean) => resizeImage(path, 8 * MIB, { dpmPool })],
  ] as const;

  it.each(JOBS)('%s: of a pool that DPM keeps only when told to', async (_, job) => {
    const { child } = await pooled();
    const before = readFileSync(child);
    expect((await errorOf(job(child))).code).toBe('DPM_POOL_DISK');
    expect(readFileSync(child).equals(before)).toBe(true);
    await job(child, true);
  });

  it.each(JOBS)('%s: of a pool of our own never', async (_, job) => {
    const { container, child } = await pooled();
    mkdirSync(join(container, '.pitvault'));
    writeFileSync(
      replicaFilePath(container),
      encodeReplicaFile({ replicaId: REPLICA, name: 'vm', mode: 'chain', depthMax: 64 }),
    );
    const before = readFileSync(child);
    expect((await errorOf(job(child, true))).code).toBe('POOL_DISK');
    expect(readFileSync(child).equals(before)).toBe(true);
  });
});
