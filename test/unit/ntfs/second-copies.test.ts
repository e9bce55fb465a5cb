/**
 * Goal: with the boot sector, its backup, or the first records of the file table destroyed, every file still reads.
 * Method: real volumes are copied and bytes at seeded offsets of those structures are overwritten; the hashes of all
 * files are compared with those of the undamaged volume.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';
import { NtfsBuilder } from '../../support/ntfs-builder.ts';
import { contentOf } from '../../support/ntfs-open.ts';
import { Random } from '../../support/random.ts';

function open(bytes: Uint8Array): NtfsVolume {
  return NtfsVolume.open(new FileMap(new MemoryFile(bytes, 'copy')), { name: 'copy' });
}

function digest(volume: NtfsVolume): string {
  const hash = createHash('sha256');
  for (const entry of volume.walk(volume.lookup('/')!)) {
    hash.update(JSON.stringify(entry));
    if (entry.kind === 'file') hash.update(contentOf(volume.open(entry)));
  }
  return hash.digest('hex');
}

type Damage = {
  readonly what: string;
  readonly ranges: (v: Volume) => readonly (readonly [number, number])[];
  readonly codes: RegExp;
};
type Volume = { readonly bytes: Uint8Array; readonly mft: number; readonly mirror: number; readonly backup: number };

const DAMAGE: readonly Damage[] = [
  { what: 'the boot sector', ranges: () => [[0, 512]], codes: /NTFS_BOOT/ },
  { what: 'the first 8 KiB', ranges: () => [[0, 8192]], codes: /NTFS_BOOT/ },
  {
    what: 'both boot sectors',
    ranges: (v) => [
      [0, 512],
      [v.backup, 512],
    ],
    codes: /NTFS_BOOT/,
  },
  { what: '$MFT[0]', ranges: (v) => [[v.mft, 1024]], codes: /NTFS_(RECORD|MFT)/ },
  { what: '$MFT[0..3]', ranges: (v) => [[v.mft, 4096]], codes: /NTFS_(RECORD|MFT)/ },
  { what: '$MFTMirr', ranges: (v) => [[v.mirror, 4096]], codes: /^$/ },
  {
    what: 'the boot sector and $MFT[0..3]',
    ranges: (v) => [
      [0, 512],
      [v.mft, 4096],
    ],
    codes: /NTFS_BOOT/,
  },
  {
    what: 'both boot sectors and $MFT[0..3]',
    ranges: (v) => [
      [0, 512],
      [v.backup, 512],
      [v.mft, 4096],
    ],
    codes: /NTFS_BOOT/,
  },
];

function locate(bytes: Uint8Array): Volume {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const clusterSize = view.getUint16(11, true) * bytes[13]!;
  return {
    bytes,
    mft: Number(view.getBigUint64(48, true)) * clusterSize,
    mirror: Number(view.getBigUint64(56, true)) * clusterSize,
    backup: Number(view.getBigUint64(40, true)) * view.getUint16(11, true),
  };
}

function volumes(): [string, () => Uint8Array][] {
  const built = (): Uint8Array => {
    const builder = new NtfsBuilder();
    for (let i = 0; i < 9; i++) builder.add({ name: `file ${i}`, content: `content ${i}` });
    return builder.build();
  };
  const real = ['ntfs/dissect/ntfs.bin.gz', 'ntfs/dfir_ntfs/ntfs3_attrlist.raw.gz'];
  if (fixturesRoot() === null) return [['built', built]];
  return [
    ['built', built],
    ...real.map((path): [string, () => Uint8Array] => [path, () => new Uint8Array(readFileSync(unpackFixture(path)))]),
  ];
}

describe.each(volumes())(fixturesTitle('second copies of %s'), (_name, load) => {
  const whole = load();
  const expected = digest(open(whole));
  const count = [...open(whole).walk(open(whole).lookup('/')!)].length;

  it.each(DAMAGE)('stand in for $what, zeroed', ({ ranges, codes }) => {
    const copy = whole.slice();
    for (const [offset, length] of ranges(locate(whole))) copy.fill(0, offset, offset + length);
    const volume = open(copy);
    expect(digest(volume)).toBe(expected);
    const found = volume.findings.filter(({ severity }) => severity !== 'info').map(({ code }) => code);
    expect(found.join(' ')).toMatch(codes);
  });

  it('stand in for bytes overwritten at random places of boot sector and first records', () => {
    const random = new Random();
    console.log(`seed ${random.seed}`);
    const { mft } = locate(whole);
    for (let round = 0; round < 60; round++) {
      const copy = whole.slice();
      const inBoot = random.below(2) === 0;
      const start = inBoot ? 3 + random.below(500) : mft + random.below(1000);
      copy.set(random.bytes(8 + random.below(64)).subarray(0, 512), start);
      let volume: NtfsVolume;
      try {
        volume = open(copy);
      } catch (error) {
        throw new Error(`seed ${random.seed}, round ${round}, bytes at ${start}`, { cause: error });
      }
      if (inBoot) expect(digest(volume), `seed ${random.seed}, ${start}`).toBe(expected);
      else {
        const walked = [...volume.walk(volume.lookup('/')!)].length;
        const isTold = volume.findings.some(({ severity }) => severity !== 'info');
        if (!isTold) expect(walked, `seed ${random.seed}, ${start}`).toBe(count);
        else expect(walked, `seed ${random.seed}, ${start}`).toBeGreaterThanOrEqual(Math.min(count, 4));
      }
    }
  });
});

it('takes the size from the backup when the boot sector claims less', () => {
  const builder = new NtfsBuilder();
  builder.add({ name: 'file', content: 'x' });
  const image = builder.build();
  const size = image.length - 512;
  image[41] = 0;
  const volume = open(image);
  expect(volume.info.size).toBe(size);
  expect(volume.findings[0]).toMatchObject({ code: 'NTFS_BOOT_SIZE', severity: 'warning' });
});

it('finds files by their paths where $UpCase is lost and the directory is sorted by other letters than ours', () => {
  const builder = new NtfsBuilder();
  const names = ['\u00d6', '\u00e0', 'D\u0131\u015f', 'DIZ', '\u00b5', '\u017f']; // in the builder's order only ASCII has capitals
  for (const name of names) builder.add({ name, content: name });
  const image = builder.build();
  for (const isLost of [false, true]) {
    if (isLost) image.fill(0, builder.offsetOf(10), builder.offsetOf(11));
    const volume = open(image);
    for (const name of names) expect(volume.lookup(`/${name}`)?.name, `${name}, ${isLost}`).toBe(name);
    expect(volume.lookup('/diz')?.name).toBe('DIZ');
    expect(volume.lookup('/none')).toBeNull();
    expect(volume.findings.map(({ code }) => code)).toEqual(isLost ? ['NTFS_RECORD_EMPTY'] : []);
  }
});

it('a path leads to no other file where $UpCase is overwritten with zeros, in whole or in part', () => {
  const builder = new NtfsBuilder();
  const names = ['one', 'two', 'six', '\u00e0\u00e1\u00e2', '\u00e3\u00e4\u00e5'];
  for (const name of names) builder.add({ name, content: name });
  const image = builder.build();
  const table = Buffer.from(image.buffer).indexOf(Buffer.from('`\0A\0B\0C\0')) - 2 * 0x60;
  for (const [start, length] of [
    [0, 131_072],
    [0, 512],
    [0x100, 512],
    [512, 512],
  ] as const) {
    const copy = image.slice();
    copy.fill(0, table + start, table + start + length);
    const volume = open(copy);
    for (const name of names) expect(volume.lookup(`/${name}`)?.name, `${start}+${length}`).toBe(name);
    expect(volume.lookup('/ten')).toBeNull();
    expect(volume.findings.map(({ code }) => code)).toEqual(['NTFS_UPCASE']);
  }
});

it('says so when nothing of a volume is left', () => {
  expect(() => open(new Uint8Array(1 << 20))).toThrowError(
    expect.objectContaining({ code: 'NTFS_BOOT_SIGNATURE', kind: 'corrupt' }),
  );
});
