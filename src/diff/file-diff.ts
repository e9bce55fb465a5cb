/** What became of the files of two disks: their volumes in pairs, and what differs in each. */

import { RangeList } from '../base/range-list.ts';
import { throwIfCancelled } from '../errors.ts';
import type { ChangedBytes, FileChange } from '../filesystem/file-system.ts';
import type { Image } from '../image/image.ts';
import type { Volume, VolumeWindow } from '../image/volume.ts';
import type { DiffRange } from './diff-ranges.ts';
import { type DiffOptions, diffDisks } from './disk-diff.ts';

/** A volume that both disks have, or one of them has. */
type VolumePair = { readonly before: Volume | null; readonly after: Volume | null };

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
function pairVolumes(before: Image, after: Image): VolumePair[] {
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

/** Changes between two turns of the event loop. */
const CHANGES_PER_BREATH = 256;

/**
 * Tells `onFile` what became of the files, volume by volume. `differing`: of the whole disks, as a diff of them told. A
 * volume that was moved, or lies on several disks, is compared anew.
 */
export async function diffFiles(
  before: Image,
  after: Image,
  differing: DifferingBytes,
  onFile: (change: VolumeFileChange) => void,
  options: DiffOptions = {},
): Promise<void> {
  for (const pair of pairVolumes(before, after)) await tell(await changesOf(pair, differing, options), onFile, options);
}

/** The same of two volumes, or of one volume at two times. `differing`: of the volumes, as a diff of their maps told. */
export async function diffVolumeFiles(
  before: Volume,
  after: Volume,
  differing: DifferingBytes,
  onFile: (change: VolumeFileChange) => void,
  options: DiffOptions = {},
): Promise<void> {
  const changes = after.requireFileSystem().changesSince(before.requireFileSystem(), differing.bytes);
  await tell(filesOf(after.number, changes), onFile, options);
}

async function tell(
  changes: Iterable<VolumeFileChange>,
  onFile: (change: VolumeFileChange) => void,
  { signal }: DiffOptions,
): Promise<void> {
  let told = 0;
  for (const change of changes) {
    onFile(change);
    if (++told % CHANGES_PER_BREATH !== 0) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
  }
}

async function changesOf(
  pair: VolumePair,
  differing: DifferingBytes,
  options: DiffOptions,
): Promise<Iterable<VolumeFileChange>> {
  const { before, after } = pair;
  if (before === null || after === null) return wholeVolume(pair);
  const [window, earlier] = [wholeWindow(after), wholeWindow(before)];
  let bytes: ChangedBytes;
  if (window !== null && window.diskOffset === earlier?.diskOffset) {
    bytes = differing.within(window.diskOffset, window.length);
  } else {
    const moved = new DifferingBytes();
    await diffDisks(before.map, after.map, { ...options, onRange: moved.take });
    bytes = moved.bytes;
  }
  return filesOf(after.number, after.requireFileSystem().changesSince(before.requireFileSystem(), bytes));
}

/** The volume as one stretch of its disk; null where it lies in several pieces, or not on this disk alone. */
function wholeWindow({ windows, map }: Volume): VolumeWindow | null {
  const [window] = windows;
  return window?.offset === 0 && window.length === map.size ? window : null;
}

function* filesOf(volume: number, changes: Iterable<FileChange>): Generator<VolumeFileChange> {
  for (const change of changes) yield { volume, ...change };
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
