/** A diff of two open images in one pass, with everything that can be made of it on the way. */

import { existsSync, writeFileSync } from 'node:fs';
import { asStorageError, StorageError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { DiffRange } from './diff-ranges.ts';
import { type DiffOptions, type DiffSummary, diffDisks } from './disk-diff.ts';
import { drawPicture } from './draw-picture.ts';
import { DifferingBytes, diffFiles, type VolumeFileChange } from './file-diff.ts';
import { knownDifferences } from './known-differences.ts';
import { type Picture, PictureBuilder } from './picture.ts';
import { ChildWriter } from './write-child.ts';

export type CompareOptions = DiffOptions & {
  /** Receives what became of the files of the volumes; without it they are not looked at. */
  readonly onFile?: ((change: VolumeFileChange) => void) | undefined;
  /** Writes the changes as a differencing VHDX on the first image: this file, which must not exist. */
  readonly out?: string | undefined;
  /** Draws the disk and what changed on it: this file, which must not exist. */
  readonly svg?: string | undefined;
};

export type Comparison = DiffSummary & {
  /** Files by what became of them; null when they were not looked at. */
  readonly files: Readonly<Record<VolumeFileChange['kind'], number>> | null;
  /** The child that was written. */
  readonly out: { readonly path: string; readonly writtenBytes: number } | null;
};

export async function compareImages(before: Image, after: Image, options: CompareOptions = {}): Promise<Comparison> {
  const differing = options.onFile === undefined ? null : new DifferingBytes();
  const child =
    options.out === undefined ? null : new ChildWriter(options.out, before.disk, before.source.hostPath, after.disk);
  const picture = options.svg === undefined ? null : new PictureBuilder(before, after);
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
    const known = options.known ?? (await knownDifferences(before, after)) ?? undefined;
    const summary = await diffDisks(before.disk, after.disk, { ...options, known, onRange });
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
  await diffFiles(before, after, differing, count, options);
  return counts;
}
