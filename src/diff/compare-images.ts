/** A diff of two open images, or of two of their volumes, in one pass, with everything that can be made of it on the way. */

import { existsSync, writeFileSync } from 'node:fs';
import { asStorageError, invalidArgument, StorageError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import type { DiffRange } from './diff-ranges.ts';
import { type DiffOptions, type DiffSummary, diffDisks } from './disk-diff.ts';
import { drawPicture } from './draw-picture.ts';
import { DifferingBytes, diffFiles, diffVolumeFiles, type VolumeFileChange } from './file-diff.ts';
import { knownDifferences } from './known-differences.ts';
import { type Picture, PictureBuilder, pictureSide } from './picture.ts';
import { ChildWriter } from './write-child.ts';

export type CompareOptions = DiffOptions & {
  /** Receives what became of the files of the volumes; without it they are not looked at. */
  readonly onFile?: ((change: VolumeFileChange) => void) | undefined;
  /** Writes the changes as a differencing VHDX on the first image: this file, which must not exist. */
  readonly out?: string | undefined;
  /** Compares these volumes, each of its image, or a shadow copy of one, instead of the whole disks. */
  readonly volumes?: { readonly before: Volume; readonly after: Volume } | undefined;
  /** Draws the disk and what changed on it: this file, which must not exist. */
  readonly svg?: string | undefined;
};

export type Comparison = DiffSummary & {
  /** Files by what became of them; null when they were not looked at. */
  readonly files: Readonly<Record<VolumeFileChange['kind'], number>> | null;
  /** The child that was written. */
  readonly out: { readonly path: string; readonly writtenBytes: number } | null;
};

/**
 * Compares two disks, or two volumes of them, and tells what differs. Both images stay open and their owner's. For states of
 * pitvault's own pools give `known: await knownDifferences(before, after) ?? undefined`: less is read.
 */
export async function compareImages(before: Image, after: Image, options: CompareOptions = {}): Promise<Comparison> {
  const { volumes } = options;
  if (volumes !== undefined && options.out !== undefined) {
    throw invalidArgument('DIFF_OUT_VOLUME', 'a differencing disk holds changes of whole disks, not of a volume', {
      hint: 'leave out --out, or the volume and the shadow copies',
    });
  }
  const differing = options.onFile === undefined ? null : new DifferingBytes();
  const child =
    options.out === undefined ? null : new ChildWriter(options.out, before.disk, before.source.hostPath, after.disk);
  const picture =
    options.svg === undefined
      ? null
      : new PictureBuilder(pictureSide(volumes?.before ?? before), pictureSide(volumes?.after ?? after));
  const onFile = (change: VolumeFileChange): void => {
    options.onFile?.(change);
    picture?.takeFile(change);
  };
  try {
    if (options.svg !== undefined && existsSync(options.svg)) throw taken(options.svg);
    const onRange = (range: DiffRange): void => {
      options.onRange?.(range);
      picture?.takeRange(range);
      differing?.take(range);
      child?.take(range);
    };
    const known = options.known ?? (volumes === undefined ? await knownDifferences(before, after) : null) ?? undefined;
    const [one, two] = volumes === undefined ? [before.disk, after.disk] : [volumes.before.map, volumes.after.map];
    const summary = await diffDisks(one, two, { ...options, known, onRange });
    const files = differing === null ? null : await tellFiles(before, after, differing, { ...options, onFile });
    child?.finish();
    if (options.svg !== undefined) draw(options.svg, picture!.finish(summary, files));
    return { ...summary, files, out: child === null ? null : { path: child.path, writtenBytes: child.written } };
  } catch (error) {
    child?.abandon();
    throw error;
  }
}

function draw(path: string, picture: Picture): void {
  try {
    writeFileSync(path, drawPicture(picture), { flag: 'wx' });
  } catch (error) {
    throw asStorageError(error, { image: path });
  }
}

function taken(path: string): StorageError {
  return new StorageError('conflict', 'TARGET_EXISTS', `${path} exists already`, {
    image: path,
    hint: 'choose another --svg',
  });
}

async function tellFiles(before: Image, after: Image, differing: DifferingBytes, options: CompareOptions) {
  const counts = { added: 0, removed: 0, changed: 0, renamed: 0, touched: 0, unreadable: 0 };
  const count = (change: VolumeFileChange): void => {
    counts[change.kind]++;
    options.onFile?.(change);
  };
  const { volumes } = options;
  if (volumes === undefined) await diffFiles(before, after, differing, count, options);
  else await diffVolumeFiles(volumes.before, volumes.after, differing, count, options);
  return counts;
}
