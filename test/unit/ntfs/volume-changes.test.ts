/** What became of files between two states of a volume that is built here, so that every change is known. */

import { describe, expect, it } from 'vitest';
import { diffDisks } from '../../../src/diff/disk-diff.ts';
import { DifferingBytes } from '../../../src/diff/file-diff.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { NtfsVolume } from '../../../src/ntfs/ntfs-volume.ts';
import { NtfsBuilder, nonResident } from '../../support/ntfs-builder.ts';

const CLUSTER = 4096;

/** A volume with one file of two clusters, a resident one, and one more under a name. */
function build(content: number, note: string, last: string): Uint8Array {
  const builder = new NtfsBuilder({ records: 64 });
  const first = builder.store(new Uint8Array(CLUSTER).fill(1));
  const second = builder.store(new Uint8Array(CLUSTER).fill(content));
  builder.add({
    name: 'data.bin',
    attributes: [
      nonResident(0x80, CLUSTER, {
        runs: [
          [first, 1],
          [second, 1],
        ],
      }),
    ],
  });
  builder.add({ name: 'note.txt', content: note });
  builder.add({ name: last, content: 'same' });
  return builder.build();
}

async function changes(before: Uint8Array, after: Uint8Array) {
  const [a, b] = [before, after].map((bytes, index) => new FileMap(new MemoryFile(bytes, `state ${index}`)));
  const differing = new DifferingBytes();
  await diffDisks(a!, b!, { threads: 1, onRange: differing.take });
  const [old, now] = [a!, b!].map((map) => NtfsVolume.open(map, { name: 'built' }));
  return [...now!.changesSince(old!, differing.bytes)].map(({ kind, path, from, ranges }) => ({
    kind,
    path,
    from,
    ranges,
  }));
}

describe('files that changed', () => {
  it('are none where nothing did', async () => {
    expect(await changes(build(2, 'hello', 'x'), build(2, 'hello', 'x'))).toEqual([]);
  });

  it('are told with their ranges, in clusters and in records, and with their old names', async () => {
    expect(await changes(build(2, 'hello', 'x'), build(3, 'hallo', 'y'))).toEqual([
      {
        kind: 'changed',
        path: '/data.bin',
        from: undefined,
        ranges: [{ offset: CLUSTER, length: CLUSTER, state: 'changed' }],
      },
      { kind: 'changed', path: '/note.txt', from: undefined, ranges: [{ offset: 1, length: 1, state: 'changed' }] },
      { kind: 'renamed', path: '/y', from: '/x', ranges: [] },
    ]);
  });
});
