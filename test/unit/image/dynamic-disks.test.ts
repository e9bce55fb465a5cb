/**
 * Goal: the other disks of a group are found where people keep them, and never mistaken. Method: a small group written
 * into folders as raw files and as a differencing disk, opened by one of its disks; shadow copies whose diff area is
 * another volume of the group.
 */

import { copyFileSync, linkSync, renameSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Image, openImage } from '../../../src/image/image.ts';
import type { OpenOptions } from '../../../src/image/source.ts';
import { convertImage } from '../../../src/maintenance/convert-image.ts';
import { createImage } from '../../../src/maintenance/create-image.ts';
import { buildLdmGroup, type LdmGroupSpec, layoutOf } from '../../support/ldm-builder.ts';
import { contentOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';
import { BLOCK, randomHistory } from '../../support/vss-builder.ts';

const SECTOR = 512;
const PART = 64;
const GROUP: LdmGroupSpec = {
  name: 'Dg0',
  guid: 'aaaaaaaa-1111-2222-3333-444444444444',
  disks: [
    { name: 'Disk1', guid: 'd1d1d1d1-1111-2222-3333-444444444444', scheme: 'mbr', sectors: 4096 },
    { name: 'Disk2', guid: 'd2d2d2d2-1111-2222-3333-444444444444', scheme: 'gpt', sectors: 4096 },
  ],
  volumes: [
    {
      name: 'Volume1',
      guid: 'e1e1e1e1-1111-2222-3333-444444444444',
      components: [
        [
          { disk: 0, start: 7, size: PART },
          { disk: 1, start: 9, size: PART },
        ],
      ],
    },
  ],
};

function put(disks: Buffer[], disk: number, start: number, bytes: Uint8Array): void {
  disks[disk]!.set(bytes, (layoutOf(GROUP.disks[disk]!).logicalStart + start) * SECTOR);
}

async function open(path: string, options: OpenOptions = {}): Promise<Image> {
  const image = await openImage(path, options);
  onTestFinished(() => image.close());
  return image;
}

function made(): { folder: string; first: string; second: string; bytes: Buffer } {
  const folder = tempFolder();
  const [first, second] = [join(folder, 'first.img'), join(folder, 'second.img')];
  const bytes = Buffer.from(new Random().bytes(2 * PART * SECTOR));
  const disks = buildLdmGroup(GROUP);
  put(disks, 0, 7, bytes.subarray(0, PART * SECTOR));
  put(disks, 1, 9, bytes.subarray(PART * SECTOR));
  writeFileSync(first, disks[0]!);
  writeFileSync(second, disks[1]!);
  return { folder, first, second, bytes };
}

const codesOf = (image: Image): string[] => image.findings.map(({ code }) => code);

describe('the other disks of a group', () => {
  it('are found beside the image, are its inputs, and are closed with it', async () => {
    const { first, second, folder, bytes } = made();
    writeFileSync(join(folder, 'broken.vhdx'), 'no disk at all');
    writeFileSync(join(folder, 'empty.img'), '');
    const image = await open(first);
    const volume = image.volume('Volume1');
    expect(Buffer.compare(contentOf(volume.map), bytes)).toBe(0);
    expect([codesOf(image), image.readsFrom(second), image.readsFrom(join(folder, 'empty.img'))]).toEqual([
      [],
      true,
      false,
    ]);
    expect((await open(second)).volume(volume.guid!).map.size).toBe(bytes.length);
    await image.close();
    expect(() => contentOf(volume.map)).toThrow(/closed/);
  });

  it('elsewhere they must be given; what is given counts before what lies in the folder', async () => {
    const { first, second, folder, bytes } = made();
    const away = join(tempFolder(), 'away.img');
    copyFileSync(second, away);
    writeFileSync(second, Buffer.from(buildLdmGroup(GROUP)[1]!)); // the same disk, empty
    const image = await open(first, { disks: [away] });
    expect(Buffer.compare(contentOf(image.volume('Volume1').map), bytes)).toBe(0);
    expect(image.readsFrom(second)).toBe(false);
    renameSync(second, join(folder, 'second.txt'));
    const alone = await open(first);
    expect(codesOf(alone)).toEqual(['LDM_DISK_MISSING']);
    expect(() => alone.volume().requireFileSystem()).toThrow(/disk "Disk2" \{d2d2d2d2-/);
    expect(codesOf(await open(first, { searchFolders: [join(away, '..')] }))).toEqual([]);
  });

  it('two copies in the folder are a question; a disk of another group is told', async () => {
    const { first, second, folder, bytes } = made();
    copyFileSync(second, join(folder, 'copy.img'));
    const image = await open(first);
    expect(codesOf(image)).toEqual(['LDM_DISK_AMBIGUOUS']);
    expect(() => contentOf(image.volume('Volume1').map)).toThrow(/copy\.img.*second\.img/);
    const chosen = await open(first, { disks: [second] });
    expect(Buffer.compare(contentOf(chosen.volume('Volume1').map), bytes)).toBe(0);
    const stranger = join(tempFolder(), 'stranger.img');
    writeFileSync(stranger, buildLdmGroup({ ...GROUP, guid: 'bbbbbbbb-1111-2222-3333-444444444444' })[1]!);
    expect(codesOf(await open(first, { disks: [stranger, second] }))).toEqual(['LDM_DISK_FOREIGN']);
  });

  it('one file is one disk, whatever names it has, and however often it is given', async () => {
    const { first, second, folder, bytes } = made();
    linkSync(second, join(folder, 'linked.img'));
    symlinkSync('second.img', join(folder, 'latest.img'));
    const beside = await open(first);
    expect([codesOf(beside), Buffer.compare(contentOf(beside.volume('Volume1').map), bytes)]).toEqual([[], 0]);
    const given = await open(first, { disks: [second, join(folder, 'latest.img'), second, first] });
    expect([codesOf(given), Buffer.compare(contentOf(given.volume('Volume1').map), bytes)]).toEqual([[], 0]);
    const attached = await open(first, { disks: [second] });
    attached.setNeighbours([await open(second)]);
    expect([codesOf(attached), Buffer.compare(contentOf(attached.volume('Volume1').map), bytes)]).toEqual([[], 0]);
  });

  it('may know what this one has lost: who asks for a volume by its name is told so', async () => {
    const { first, second, folder } = made();
    truncateSync(first, 3000 * SECTOR); // the database lies behind
    renameSync(second, join(folder, 'second.txt'));
    const image = await open(first);
    const told = { code: 'VOLUME_NAME_INVALID', hint: expect.stringMatching(/--disk IMAGE.*the database would end/) };
    expect(() => image.volume('Volume1')).toThrow(expect.objectContaining(told));
    const given = await open(first, { disks: [join(folder, 'second.txt')] });
    expect(given.volume('Volume1').dynamic?.layout).toBe('spanned');
  });

  it('are found where the image really lies, where a link leads to it', async () => {
    const { first, bytes } = made();
    const link = join(tempFolder(), 'link.img');
    symlinkSync(first, link);
    const image = await open(link);
    expect([codesOf(image), Buffer.compare(contentOf(image.volume('Volume1').map), bytes)]).toEqual([[], 0]);
  });

  it('a differencing disk and its parent are one disk', async () => {
    const { first, second, folder, bytes } = made();
    const base = join(folder, 'base.vhdx');
    await convertImage(second, base, {});
    renameSync(second, join(folder, 'second.txt'));
    await createImage(join(folder, 'child.vhdx'), { parent: base });
    const image = await open(first);
    expect(Buffer.compare(contentOf(image.volume('Volume1').map), bytes)).toBe(0);
    expect([codesOf(image), image.readsFrom(base), image.readsFrom(join(folder, 'child.vhdx'))]).toEqual([
      [],
      true,
      true,
    ]);
  });
});

it('shadow copies of a dynamic volume, their diff area on another volume of the group', async () => {
  const random = new Random();
  const history = randomHistory({ blocks: 40, random, elsewhere: true }, 200, 2);
  const { volume, storage, storeHeaders } = history.build();
  expect(storeHeaders).toHaveLength(2);
  const half = 20 * (BLOCK / SECTOR);
  const spec: LdmGroupSpec = {
    ...GROUP,
    disks: GROUP.disks.map((disk) => ({ ...disk, sectors: 2 ** 15 })),
    volumes: [
      {
        name: 'Replica',
        guid: 'e1e1e1e1-1111-2222-3333-444444444444',
        components: [
          [
            { disk: 0, start: 100, size: half },
            { disk: 1, start: 0, size: volume.length / SECTOR - half },
          ],
        ],
      },
      {
        name: 'DiffArea',
        guid: 'e2e2e2e2-1111-2222-3333-444444444444',
        components: [[{ disk: 1, start: 8000, size: storage.length / SECTOR }]],
      },
    ],
  };
  const disks = buildLdmGroup(spec);
  put(disks, 0, 100, volume.subarray(0, half * SECTOR));
  put(disks, 1, 0, volume.subarray(half * SECTOR));
  put(disks, 1, 8000, storage);
  const folder = tempFolder();
  for (const [index, bytes] of disks.entries()) writeFileSync(join(folder, `disk${index}.img`), bytes);
  const { shadowCopies } = (await open(join(folder, 'disk0.img'))).volume('Replica');
  expect([shadowCopies.copies.length, shadowCopies.findings]).toEqual([2, []]);
  for (const [index, copy] of shadowCopies.copies.entries()) {
    const { model, unallocated } = history.snapshots[index]!;
    const content = contentOf(copy.map);
    for (let block = 1; block < 40; block++) {
      if (unallocated.has(block)) continue;
      const [start, end] = [block * BLOCK, (block + 1) * BLOCK];
      expect(Buffer.compare(content.subarray(start, end), model.subarray(start, end)), `seed ${random.seed}`).toBe(0);
    }
  }
});
