/** What became of the files of two disks: their volumes in pairs, and what differs in each. */

import { RangeList } from '../base/range-list.ts';
import type { ChangedBytes, FileChange } from '../filesystem/file-system.ts';
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import type { DiffRange } from './diff-ranges.ts';
import { type DiffOptions, diffDisks } from './disk-diff.ts';

/** A volume that both disks have, or one of them has. */
export type VolumePair = { readonly before: Volume | null; readonly after: Volume | null };

export type VolumeFileChange = FileChange & {
  /** Number of the partition on the later disk. */
  readonly volume: number;
};

/** Differing bytes, gathered while a diff runs: give `take` to its `onRange`. */
export class DifferingBytes {
  readonly bytes: ChangedBytes = { changed: new RangeList(), possible: new RangeList(), unreadable: new RangeList() };

  readonly take = ({ offset, length, state }: DiffRange): void => this.bytes[state].add(offset, length);

  /** Those of a part of the disk, counted from its start. */
  within(offset: number, length: number): ChangedBytes {
    const part = new DifferingBytes();
    for (const state of ['changed', 'possible', 'unreadable'] as const) {
      this.bytes[state].within(offset, length, (start, size) => part.bytes[state].add(start - offset, size));
    }
    return part.bytes;
  }
}

/** Volumes with the same partition GUID, or, where there is none, the same place. Those without files are left out. */
export function pairVolumes(before: Image, after: Image): VolumePair[] {
  const rest = before.listVolumes().filter(isReadable);
  const pairs: VolumePair[] = [];
  for (const volume of after.listVolumes().filter(isReadable)) {
    const index = rest.findIndex((other) =>
      volume.guid !== null && other.guid !== null
        ? volume.guid === other.guid
        : volume.partition.offset === other.partition.offset,
    );
    pairs.push({ before: index < 0 ? null : rest.splice(index, 1)[0]!, after: volume });
  }
  return [...pairs, ...rest.map((volume) => ({ before: volume, after: null }))];
}

function isReadable(volume: Volume): boolean {
  return volume.identity.kind === 'ntfs';
}

/**
 * What became of the files, volume by volume. `differing`: of the whole disks, as a diff of them told. A volume that
 * was moved is compared anew.
 */
export async function* diffFiles(
  before: Image,
  after: Image,
  differing: DifferingBytes,
  options: DiffOptions = {},
): AsyncGenerator<VolumeFileChange> {
  for (const pair of pairVolumes(before, after)) {
    if (pair.before === null || pair.after === null) {
      yield* wholeVolume(pair);
      continue;
    }
    const [old, now] = [pair.before.requireFileSystem(), pair.after.requireFileSystem()];
    const { offset, length } = pair.after.partition;
    let bytes = differing.within(offset, length);
    if (pair.before.partition.offset !== offset) {
      const moved = new DifferingBytes();
      await diffDisks(pair.before.map, pair.after.map, { ...options, onRange: moved.take });
      bytes = moved.bytes;
    }
    for (const change of now.changesSince(old, bytes)) yield { volume: pair.after.number, ...change };
  }
}

/** All files of a volume that only one of the disks has. */
function* wholeVolume({ before, after }: VolumePair): Generator<VolumeFileChange> {
  const volume = (after ?? before)!;
  for (const { path, id, size, kind } of volume.requireFileSystem().scan()) {
    const directory = kind === 'directory';
    const sizes = directory ? {} : after === null ? { sizeBefore: size } : { sizeAfter: size };
    yield {
      volume: volume.number,
      kind: after === null ? 'removed' : 'added',
      path,
      id,
      directory,
      ...sizes,
      ranges: [],
    };
  }
}
