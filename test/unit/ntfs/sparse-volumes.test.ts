/**
 * Goal: file tables of real, large, fragmented volumes are found through their own attribute lists, and file systems
 * of which only the table exists are listed.
 * Method: volumes made of the few sectors a reader needs; the runs are compared with what other tools printed.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExtentList } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { decodeBootSector, findBootDefect, geometryOf } from '../../../src/ntfs/boot-sector.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { fixturesRoot, fixturesTitle, readFixture } from '../../support/fixtures.ts';
import { NtfsBuilder, nonResident, resident } from '../../support/ntfs-builder.ts';
import { parseFls, SparseFile, sparseCsv, sparseFolder } from '../../support/ntfs-sparse.ts';

type Run = { readonly start: number; readonly lcn: number; readonly length: number };

/** `FileOffset a -> DiskOffset b (Length c, [Sparse] Cluster 4096)` lines, one list for each $DATA in the text. */
function goldenRuns(text: string): Run[][] {
  const lists: Run[][] = [];
  const line = /FileOffset (\d+) -> DiskOffset (\d+) \(Length (\d+), (Sparse)? *Cluster (\d+)\)/;
  for (const row of text.split('\n')) {
    const match = line.exec(row);
    if (match === null) continue;
    const [start, lcn, length, unit] = [1, 2, 3, 5].map((group) => Number(match[group]));
    if (unit === 1 && match[4] === undefined) lists.push([]);
    else if (match[4] === undefined) lists.at(-1)?.push({ start: start!, lcn: lcn!, length: length! });
  }
  return lists;
}

function dataRuns(volume: NtfsVolume, path: string, stream: string | undefined, clusterSize: number): Run[] {
  const data = volume.open(recordEntry(path), stream);
  const list = new ExtentList();
  data.resolve(0, data.size, 0, list);
  return list.extents.flatMap((extent) =>
    extent.kind === 'data'
      ? [
          {
            start: extent.offset / clusterSize,
            lcn: extent.fileOffset / clusterSize,
            length: Math.ceil(extent.length / clusterSize),
          },
        ]
      : [],
  );
}

/** These volumes have no directories: a file is opened by its record. */
function recordEntry(path: string) {
  const id = Number(path.slice(1));
  const times = { createdMs: 0, modifiedMs: 0, changedMs: 0, accessedMs: 0 };
  return { path, name: path, kind: 'file' as const, id, sequence: 0, size: 0, ...times, attributes: 0, links: 1 };
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('volumes of a few known sectors'), () => {
  const root = fixturesRoot() ?? '';

  it('finds the 238 runs of a file table that is described by its own non-resident attribute list', () => {
    const text = readFixture('ntfs/dissect/ntfs_fragmented_mft.csv.gz').toString();
    const volume = NtfsVolume.open(new FileMap(sparseCsv('csv', text, 2 ** 38)), { name: 'csv' });
    expect(dataRuns(volume, '/0', undefined, 4096)).toHaveLength(238);
  });

  it('finds the runs of a highly fragmented file table', () => {
    const folder = join(root, 'ntfs/go-ntfs/highly_fragmented_mft');
    const volume = NtfsVolume.open(new FileMap(sparseFolder(folder, 2 ** 37)), { name: 'fragmented' });
    const golden = goldenRuns(readFileSync(join(folder, 'fixtures/runs.golden'), 'utf8'))[0]!;
    expect(golden.length).toBeGreaterThan(150);
    expect(dataRuns(volume, '/0', undefined, 4096)).toEqual(golden);
  });

  it('puts together a stream of two pieces in different records', () => {
    const folder = join(root, 'ntfs/go-ntfs/usn_with_two_vcns');
    const volume = NtfsVolume.open(new FileMap(sparseFolder(folder, 2 ** 40)), { name: 'usn' });
    const golden = goldenRuns(readFileSync(join(folder, 'fixtures/runs.golden'), 'utf8'));
    const runs = dataRuns(volume, '/68310', '$J', 4096);
    expect(volume.open(recordEntry('/68310'), '$J').size).toBe(6_352_113_880);
    expect(golden.flat()).toEqual(expect.arrayContaining(runs.slice(0, -1)));
    expect(runs.length).toBeGreaterThan(5);
  });

  it('reads zeros behind the initialised size and never the clusters there', () => {
    const folder = join(root, 'ntfs/go-ntfs/large_file_small_init');
    const volume = NtfsVolume.open(new FileMap(sparseFolder(folder, 2 ** 40)), { name: 'init' });
    const entry = recordEntry('/46');
    const data = volume.open(entry);
    const list = new ExtentList();
    data.resolve(0, data.size, 0, list);
    expect(list.extents.map(({ kind, length }) => [kind, length])).toEqual([
      ['data', 4096],
      ['zero', data.size - 4096],
    ]);
  });
});

/** A volume around a file table: the table's own records, record 0 rewritten so that it says where the table is. */
function volumeAround(table: Buffer, recordSize: number): NtfsVolume {
  const clusterSize = 4096;
  const builder = new NtfsBuilder({ recordSize, records: table.length / recordSize, clusters: 2048, clusterSize });
  const image = builder.build();
  image.set(table, builder.mftLcn * clusterSize);
  const runs = [[builder.mftLcn, Math.ceil(table.length / clusterSize)]] as const;
  const data = nonResident(0x80, clusterSize, { runs, dataSize: table.length });
  builder.writeRecord(0, [resident(0x30, new Uint8Array(68)), data], { base: 0, directory: false });
  return NtfsVolume.open(new FileMap(new SparseFile('table', image.length, [{ offset: 0, bytes: image }])), {
    name: 'table',
  });
}

describe.skipIf(fixturesRoot() === null)(fixturesTitle('file tables alone'), () => {
  it.each([
    ['4k-large', 4096],
    ['orphan', 1024],
    ['unicode', 1024],
  ])('%s: scans what fls lists', (name, recordSize) => {
    const volume = volumeAround(readFixture(`ntfs/dfir_ntfs/${name}.mft.gz`), recordSize);
    const scanned = new Map([...volume.scan()].map((entry) => [entry.path, entry.id]));
    const listed = parseFls(readFixture(`ntfs/dfir_ntfs/${name}.fls`).toString()).filter(
      ({ type, path, record }) => record >= 24 && /^[rd]\/[rd]$/.test(type) && !/:|^\$Extend|^\$Orphan/.test(path),
    );
    expect(listed.length).toBeGreaterThan(2);
    for (const { path, record } of listed) expect(scanned.get(`/${path}`), path).toBe(record);
  });

  it.each(['compressed_sparse', 'different_la', 'mapping_pairs_1', 'mapping_pairs_2'])(
    '%s: every attribute decodes without a finding',
    (name) => {
      const volume = volumeAround(readFixture(`ntfs/dfir_ntfs/${name}.mft.gz`), 1024);
      let files = 0;
      for (const entry of volume.scan()) {
        volume.streams(entry);
        if (entry.kind === 'file') volume.obstacle(entry);
        files++;
      }
      expect(files).toBeGreaterThan(2);
      // Free records are looked for in the directories they name, whose blocks are not here.
      const own = volume.findings.filter(({ code }) => !/NTFS_RUNS_BEYOND|TRUNCATED|NTFS_INDEX_BLOCK/.test(code));
      expect(own).toEqual([]);
    },
  );
});

describe.skipIf(fixturesRoot() === null)(fixturesTitle('boot sectors of Windows'), () => {
  it.each([
    ['ntfs/dfir_ntfs/512.boot', { bytesPerSector: 512, clusterSize: 512, recordSize: 1024 }],
    ['ntfs/dfir_ntfs/4k.boot', { bytesPerSector: 512, clusterSize: 4096, recordSize: 1024 }],
    ['ntfs/dfir_ntfs/4kn.boot', { bytesPerSector: 4096, clusterSize: 4096, recordSize: 4096 }],
    ['ntfs/dfir_ntfs/64k.boot', { bytesPerSector: 512, clusterSize: 65_536, recordSize: 1024 }],
    ['ntfs/dfir_ntfs/128k.boot', { bytesPerSector: 512, clusterSize: 131_072, recordSize: 1024 }],
    ['ntfs/dissect/boot_2m.bin.gz', { bytesPerSector: 512, clusterSize: 2_097_152, recordSize: 1024 }],
  ])('%s', (path, geometry) => {
    const boot = decodeBootSector(new Uint8Array(readFixture(path).subarray(0, 512)));
    expect(findBootDefect(boot)).toBeNull();
    expect(geometryOf(boot)).toMatchObject(geometry);
  });
});
