/**
 * Goal: VHD files of Windows, Virtual PC, Disk2vhd and qemu read to the recorded content. Method: hash the virtual disk and
 * compare with what qemu-img and libvhdi said; where the disk is mostly empty, compare its extents.
 */

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { DiskImage, ParentRequest } from '../../../src/disk/disk-image.ts';
import { StorageError } from '../../../src/errors.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { extentsOf } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { isVhd, VhdFile } from '../../../src/vhd/vhd-file.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';

function open(fixture: string, openParent: (request: ParentRequest) => DiskImage = () => expect.fail('no parent')) {
  const container = new FileMap(new DiskFile(unpackFixture(`vhdx/${fixture}`)));
  expect(isVhd(container)).toBe(true);
  return VhdFile.open(container, { name: fixture, openParent });
}

function sha256(disk: DiskImage): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1024 * 1024);
  for (let offset = 0; offset < disk.size; offset += buffer.length) {
    hash.update(buffer.subarray(0, readMap(disk, offset, buffer)));
  }
  return hash.digest('hex');
}

const errors = (disk: DiskImage) => disk.findings.map(({ code }) => code);

describe.skipIf(fixturesRoot() === null)(fixturesTitle('VhdFile on real images'), () => {
  it.each([
    [
      'dissect/dynamic.vhd.gz',
      'dynamic',
      10_485_760,
      'ecff2ef6615a3cddc6a6885f1c6d9cf13a232697e1dc6575f2c2f01f57247784',
    ],
    ['dissect/fixed.vhd.gz', 'fixed', 10_485_760, '459325ab1fcd1d5ec9854cba790ee26378317cda177ffc1072008a1df88e6463'],
    // qemu-img convert -f vpc -O raw
    [
      'qemu/d2v-zerofilled.vhd.bz2',
      'dynamic',
      263_454_720,
      '1ba076be94a8a64541c25aae8d5a5f8b0da758c3797af597e03acb431ff8d143',
    ],
  ])('%s', (fixture, type, size, digest) => {
    const disk = open(fixture);
    expect(disk).toMatchObject({ type, size, findings: [] });
    expect([...disk.check()]).toEqual([]);
    expect(sha256(disk)).toBe(digest);
  });

  it.each(['qemu/hyperv2012r2-dynamic.vhd.bz2', 'qemu/virtualpc-dynamic.vhd.bz2'])(
    '%s: empty, of the current size and not of the geometry',
    (fixture) => {
      const disk = open(fixture);
      expect(disk).toMatchObject({ type: 'dynamic', size: 136_365_211_648, findings: [] });
      expect(disk.describe()['geometrySize']).toBe(136_363_130_880);
      expect([...extentsOf(disk)].map(({ kind, length }) => [kind, length])).toEqual([['zero', 136_365_211_648]]);
    },
  );

  it('a child over its parent, both with identifiers that were changed without mending the checksums', () => {
    let asked: ParentRequest | undefined;
    const parent = open('dfvfs/image.vhd.gz');
    expect(errors(parent)).toEqual(['VHD_FOOTER_CHECKSUM', 'VHD_FOOTER_CHECKSUM']);
    const child = open('dfvfs/image-differential.vhd.gz', (request) => {
      asked = request;
      return parent;
    });
    expect(asked).toMatchObject({ candidates: [{ key: 'parent name', path: 'image.vhd' }] });
    expect(asked?.identities).toEqual([parent.dataIdentity]);
    const digest = 'c6db12a7db548e193c29420c1b4533e4708b20c5033db5cc29ef075d48316d25';
    expect(sha256(parent)).toBe(digest);
    expect(sha256(child)).toBe(digest);
  });

  it('a child of Windows whose parent is absent: says where it was', () => {
    const absent = new StorageError('not-found', 'PARENT_NOT_FOUND', 'absent');
    let asked: ParentRequest | undefined;
    expect(() =>
      open('dfvfs/fat-differential.vhd.gz', (request) => {
        asked = request;
        throw absent;
      }),
    ).toThrow(absent);
    expect(asked).toMatchObject({
      size: 4_194_304,
      identities: ['5fa21a55-f394-aa4d-9958-1951a67d5540'],
      candidates: [
        { key: 'W2ru', path: '.\\fat-parent.vhd' },
        { key: 'W2ku', path: 'C:\\Projects\\dfvfs\\test_data\\fat-parent.vhd' },
        { key: 'parent name', path: 'C:\\Projects\\dfvfs\\test_data\\fat-parent.vhd' },
      ],
    });
  });
});
