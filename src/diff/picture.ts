/** What a picture of a diff is made of: the disk in equal cells, and how much of each is stored and has changed. */

import type { Image } from '../image/image.ts';
import { Volume } from '../image/volume.ts';
import type { AddressMap } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import type { DiffRange, DiffState } from './diff-ranges.ts';
import type { DiffSummary } from './disk-diff.ts';
import type { VolumeFileChange } from './file-diff.ts';

/** Rows and columns of cells. */
export const ROWS = 32;
export const COLUMNS = 64;
const CELLS = ROWS * COLUMNS;
const FILES_MAX = 10;

export type PictureFile = { readonly path: string; readonly kind: VolumeFileChange['kind']; readonly bytes: number };

export type Picture = {
  readonly names: readonly [before: string, after: string];
  readonly size: number;
  /** Bytes of the disk in one cell. */
  readonly cellSize: number;
  readonly partitions: readonly { readonly label: string; readonly offset: number; readonly length: number }[];
  /** Bytes of each cell that the later disk stores, and that differ. */
  readonly stored: Float64Array;
  readonly differing: Readonly<Record<DiffState, Float64Array>>;
  readonly summary: DiffSummary;
  /** Files by what became of them; null when they were not looked at. */
  readonly counts: Readonly<Record<VolumeFileChange['kind'], number>> | null;
  /** Those that changed most. */
  readonly files: readonly PictureFile[];
};

/** A disk or a volume, and what of it is marked. */
export type PictureSide = { readonly name: string; readonly map: AddressMap; readonly parts: Picture['partitions'] };

/** A disk with its volumes, or a volume alone. */
export function pictureSide(source: Image | Volume): PictureSide {
  const { name } = source;
  if (source instanceof Volume) return { name, map: source.map, parts: [] };
  const parts = source.listVolumes().flatMap((volume) => {
    const label = `${volume.number} (${volume.identity.kind.toUpperCase()})`;
    return volume.windows.map(({ diskOffset, length }) => ({ label, offset: diskOffset, length }));
  });
  return { name, map: source.disk, parts };
}

/** Takes in a diff while it runs. */
export class PictureBuilder {
  readonly #before: PictureSide;
  readonly #after: PictureSide;
  readonly #size: number;
  readonly #cellSize: number;
  readonly #differing = {
    changed: new Float64Array(CELLS),
    possible: new Float64Array(CELLS),
    unreadable: new Float64Array(CELLS),
  };
  #files: PictureFile[] = [];

  constructor(before: PictureSide, after: PictureSide) {
    this.#before = before;
    this.#after = after;
    this.#size = Math.max(before.map.size, after.map.size);
    this.#cellSize = Math.max(512, Math.ceil(this.#size / CELLS / 512) * 512);
  }

  readonly takeRange = ({ offset, length, state }: DiffRange): void => {
    spread(this.#differing[state], this.#cellSize, offset, length);
  };

  readonly takeFile = ({ path, kind, directory, ranges, sizeAfter, sizeBefore }: VolumeFileChange): void => {
    if (directory || kind === 'touched') return;
    const whole = kind === 'added' ? (sizeAfter ?? 0) : kind === 'removed' ? (sizeBefore ?? 0) : 0;
    this.#files.push({ path, kind, bytes: whole + ranges.reduce((sum, range) => sum + range.length, 0) });
    if (this.#files.length >= 64 * FILES_MAX) this.#keepLargest();
  };

  finish(summary: DiffSummary, counts: Picture['counts']): Picture {
    this.#keepLargest();
    const stored = new Float64Array(CELLS);
    for (const { kind, offset, length } of extentsOf(this.#after.map)) {
      if (kind !== 'zero') spread(stored, this.#cellSize, offset, length);
    }
    return {
      names: [this.#before.name, this.#after.name],
      size: this.#size,
      cellSize: this.#cellSize,
      partitions: this.#after.parts,
      stored,
      differing: this.#differing,
      summary,
      counts,
      files: this.#files,
    };
  }

  #keepLargest(): void {
    this.#files = this.#files.sort((a, b) => b.bytes - a.bytes).slice(0, FILES_MAX);
  }
}

/** Adds the bytes of a range to the cells it lies in. */
function spread(cells: Float64Array, cellSize: number, offset: number, length: number): void {
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const cell = Math.floor(at / cellSize);
    const stop = Math.min(end, (cell + 1) * cellSize);
    cells[cell]! += stop - at;
    at = stop;
  }
}
