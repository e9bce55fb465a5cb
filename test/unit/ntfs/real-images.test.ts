/**
 * Goal: real volumes, written by Windows and by Linux, read to exactly what The Sleuth Kit and libfsntfs read.
 * Method: every stream of the recorded truth is opened by its path and hashed; listings are compared as sets.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DiskFile } from '../../../src/io/disk-file.ts';
import { FileMap, SliceMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { isNtfs } from '../../../src/ntfs/boot-sector.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, unpackFixture } from '../../support/fixtures.ts';
import { parseFls } from '../../support/ntfs-sparse.ts';

type Image = {
  readonly path: string;
  readonly truth: string;
  readonly offset: number;
  /** Streams that hold nothing here: reading them is refused, where other tools give zeros. */
  readonly refused?: readonly string[];
  /** In the file table, but not in the index of their directory. */
  readonly unindexed?: readonly string[];
  readonly info: object;
};

const IMAGES: readonly Image[] = [
  {
    path: 'ntfs/dissect/ntfs.bin.gz',
    truth: 'd_ntfs',
    offset: 0,
    info: { version: '3.1', clusterSize: 4096 },
  },
  {
    path: 'ntfs/dissect/ntfs-cloud.bin.gz',
    truth: 'd_ntfs-cloud',
    offset: 0,
    refused: ['OneDrive/created-online.txt'],
    info: { label: 'Example Volume', serial: 'AE3E-58FB FEAE3EA8AE3E58FB', journal: 'unclean', dirty: true },
  },
  {
    path: 'ntfs/dfir_ntfs/ntfs3.raw.gz',
    truth: 'ntfs3',
    offset: 0,
    unindexed: ['test/1.txt'],
    info: { journal: 'empty', dirty: false },
  },
  { path: 'ntfs/dfir_ntfs/ntfs3_attrlist.raw.gz', truth: 'ntfs3_attrlist', offset: 0, info: { version: '3.1' } },
  { path: 'ntfs/dfir_ntfs/ntfs_index.raw.gz', truth: 'ntfs_index', offset: 65_536, info: { version: '3.1' } },
  {
    path: 'ntfs/util-linux/ntfs.img.xz',
    truth: 'ul_ntfs',
    offset: 0,
    info: { label: 'Новый том', serial: '30C8-7310 09CBB6DE30C87310', journal: 'empty' },
  },
];

const SYSTEM = /^\$(AttrDef|BadClus|Bitmap|Boot|Extend|LogFile|MFT|MFTMirr|Secure|UpCase|Volume|OrphanFiles)(\/|:|$)/;

function openVolume(image: Image): NtfsVolume {
  const whole = new FileMap(new DiskFile(unpackFixture(image.path)));
  const map = image.offset === 0 ? whole : new SliceMap(whole, image.offset, whole.size - image.offset);
  expect(isNtfs(map)).toBe(true);
  return NtfsVolume.open(map, { name: image.truth });
}

function truth(name: string): string {
  return readFileSync(join(fixturesRoot()!, 'truth/ntfs', name), 'utf8');
}

function sha256(stream: { readonly size: number; resolve: FileMap['resolve'] }): string {
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1 << 20);
  for (let offset = 0; offset < stream.size; offset += buffer.length) {
    const part = buffer.subarray(0, Math.min(buffer.length, stream.size - offset));
    readMap(stream, offset, part);
    hash.update(part);
  }
  return hash.digest('hex');
}

describe.skipIf(fixturesRoot() === null).each(IMAGES)(fixturesTitle('real NTFS volume $truth'), (image) => {
  it('gives the recorded hash for every stream, system files included', () => {
    const volume = openVolume(image);
    let checked = 0;
    for (const line of truth(`${image.truth}.icat-sha256.txt`).split('\n')) {
      const match = /^([0-9a-f]{64})\s+(\d+)\s+(\d+)-128-\d+\s+(.*)$/.exec(line);
      if (match === null) continue;
      const [, expected, size, record, path] = match;
      const colon = path!.indexOf(':');
      const entry = volume.lookup(`/${colon < 0 ? path : path!.slice(0, colon)}`);
      expect(entry?.id, path).toBe(Number(record));
      if (image.refused?.includes(path!)) {
        expect(() => volume.open(entry!)).toThrowError(expect.objectContaining({ kind: 'unsupported' }));
        expect(volume.obstacle(entry!)?.code).toBe('NTFS_OFFLINE');
        continue;
      }
      const stream = volume.open(entry!, colon < 0 ? undefined : path!.slice(colon + 1));
      expect(stream.size, path).toBe(Number(size));
      expect(sha256(stream), path).toBe(expected);
      checked++;
    }
    expect(checked).toBeGreaterThanOrEqual(10);
  });

  it('walks and scans exactly the allocated files', () => {
    const volume = openVolume(image);
    const expected = new Set<string>();
    for (const { type, path } of parseFls(truth(`${image.truth}.fls-alloc.txt`))) {
      if (!SYSTEM.test(path) && !path.includes(':') && (type === 'r/r' || type === 'd/d')) expected.add(`/${path}`);
    }
    const walked = [...volume.walk(volume.lookup('/')!)].map((entry) => entry.path);
    expect(walked.length).toBe(new Set(walked).size);
    expect(new Set(walked)).toEqual(expected);
    const scanned = new Set([...volume.scan()].map((entry) => entry.path));
    for (const path of image.unindexed ?? []) expected.add(`/${path}`);
    expect(scanned).toEqual(expected);
  });

  it('gives the same entry by walk, scan and lookup, directories before their content', () => {
    const volume = openVolume(image);
    const byPath = new Map([...volume.scan()].map((entry) => [entry.path, entry]));
    const seen = new Set(['']);
    for (const entry of volume.walk(volume.lookup('/')!)) {
      expect(seen.has(entry.path.slice(0, entry.path.lastIndexOf('/'))), entry.path).toBe(true);
      seen.add(entry.path);
      expect(byPath.get(entry.path)).toEqual(entry);
      if (seen.size % 10 === 0) expect(volume.lookup(entry.path.toUpperCase())).toEqual(entry);
    }
  });

  it('knows label, serial and state, and meets no damage', () => {
    const volume = openVolume(image);
    expect(volume.info).toMatchObject(image.info);
    for (const entry of volume.walk(volume.lookup('/')!)) volume.streams(entry);
    expect(volume.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });
});
