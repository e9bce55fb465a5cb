/**
 * Run lists: which clusters hold which part of a stream. On disk they are packed pairs of a length and a signed
 * distance from the previous run; here they are two flat arrays of numbers, 16 bytes a run, searched by bisection.
 *
 * Invariants:
 * 1. Runs cover the clusters 0 to `end` without gap or overlap, whatever the bytes were.
 * 2. What could not be decoded is a damaged run: it has an error instead of a place, and the runs around it stay usable.
 * 3. A run with a place lies inside the volume. At most RUNS_MAX runs (64 MiB) are held.
 */

import { hex } from '../base/bytes.ts';
import type { DefectOf } from '../error-codes.ts';
import { corrupt, type StorageError, unsupported } from '../errors.ts';
import { type Attribute, attributeLabel } from './attribute.ts';
import { detailsIn, type VolumeContext } from './volume-context.ts';

/** A run without clusters: zeros. */
export const HOLE = -1;
/** Damaged runs are numbered from here downwards: error k has the place DAMAGED - k. */
const DAMAGED = -2;
const RUNS_MAX = 4 * 1024 * 1024;

export class RunList {
  /** Plain arrays: most files have one run, and two typed arrays would cost more than all else that opens one. */
  readonly #vcns: number[] = [];
  readonly #lcns: number[] = [];
  #end = 0;
  #errors: StorageError[] = [];
  #placed = 0;
  #hasHoles = false;

  get count(): number {
    return this.#vcns.length;
  }

  /** Clusters covered. */
  get end(): number {
    return this.#end;
  }

  /** Clusters that have a place in the volume. */
  get placedClusters(): number {
    return this.#placed;
  }

  get hasHoles(): boolean {
    return this.#hasHoles;
  }

  /** What could not be decoded. */
  get errors(): readonly StorageError[] {
    return this.#errors;
  }

  /** Appends `length` clusters at `lcn` (or HOLE), joining a run that they continue. */
  append(lcn: number, length: number): void {
    if (length <= 0) return;
    const last = this.#vcns.length - 1;
    if (lcn >= 0) this.#placed += length;
    if (lcn === HOLE) this.#hasHoles = true;
    if (last >= 0) {
      const before = this.#lcns[last]!;
      const continues =
        lcn === HOLE ? before === HOLE : lcn >= 0 && before >= 0 && before + this.lengthOf(last) === lcn;
      if (continues) {
        this.#end += length;
        return;
      }
    }
    if (last + 1 === RUNS_MAX) throw tooManyRuns();
    this.#vcns.push(this.#end);
    this.#lcns.push(lcn);
    this.#end += length;
  }

  /** Appends clusters that cannot be had. */
  appendDamage(error: StorageError, length: number): void {
    if (length <= 0) return;
    this.append(DAMAGED - this.#errors.length, length);
    this.#errors.push(error);
  }

  /** Index of the run that covers this cluster (`0 <= vcn < end`). */
  indexOf(vcn: number): number {
    let low = 0;
    let high = this.#vcns.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#vcns[middle]! <= vcn) low = middle;
      else high = middle;
    }
    return low;
  }

  startOf(index: number): number {
    return this.#vcns[index]!;
  }

  endOf(index: number): number {
    return index + 1 < this.#vcns.length ? this.#vcns[index + 1]! : this.#end;
  }

  lengthOf(index: number): number {
    return this.endOf(index) - this.#vcns[index]!;
  }

  /** First cluster in the volume, HOLE, or less for a damaged run. */
  lcnOf(index: number): number {
    return this.#lcns[index]!;
  }

  /** The error of a damaged run, else null. */
  errorOf(index: number): StorageError | null {
    const lcn = this.#lcns[index]!;
    return lcn <= DAMAGED ? this.#errors[DAMAGED - lcn]! : null;
  }
}

function tooManyRuns(): StorageError {
  return unsupported('NTFS_RUNS_TOO_MANY', `a stream has more than ${RUNS_MAX} runs`, {
    hint: 'the file is either damaged or fragmented beyond what NTFS itself can write',
  });
}

/**
 * Decodes the runs of one piece of a non-resident attribute behind those already in `runs`. Never throws on damage
 * (invariant 2), except for more than RUNS_MAX runs.
 */
function appendRuns(context: VolumeContext, attribute: Attribute, runs: RunList): void {
  const end = attribute.startVcn + (attribute.lastVcn - attribute.startVcn + 1);
  const limit = attribute.offset + attribute.length;
  const { view } = attribute.record;
  let offset = attribute.runsOffset;
  let lcn = 0;
  const defect = (name: DefectOf<'NTFS_RUNS'>, message: string): void => {
    runs.appendDamage(runError(context, attribute, offset, name, message), end - runs.end);
  };
  while (runs.end < end) {
    const head = offset < limit ? view.getUint8(offset) : 0;
    if (head === 0) break;
    const lengthSize = head & 15;
    const distanceSize = head >> 4;
    if (lengthSize < 1 || lengthSize > 8 || distanceSize > 8) {
      defect('HEADER', `run header: expected sizes 1 to 8 and 0 to 8, found ${hex(head)}`);
      return;
    }
    if (offset + 1 + lengthSize + distanceSize > limit) {
      defect('TRUNCATED', 'run leaves the attribute');
      return;
    }
    const length = unsignedAt(view, offset + 1, lengthSize);
    if (length < 1) {
      defect('ZERO_LENGTH', 'run of zero clusters');
      return;
    }
    if (runs.end + length > end) {
      defect('LENGTH', `run of ${hex(length)} clusters: expected at most ${hex(end - runs.end)}`);
      return;
    }
    if (distanceSize === 0) {
      runs.append(HOLE, length);
    } else {
      lcn += signedAt(view, offset + 1 + lengthSize, distanceSize);
      if (lcn < 0) {
        defect('NEGATIVE', `run at cluster ${lcn}: before the volume's start`);
        return;
      }
      if (lcn + length <= context.geometry.clusterCount) runs.append(lcn, length);
      else {
        const message = `run of ${hex(length)} clusters at ${hex(lcn)}: expected to end by ${hex(context.geometry.clusterCount)}`;
        runs.appendDamage(runError(context, attribute, offset, 'BEYOND_VOLUME', message), length);
      }
    }
    offset += 1 + lengthSize + distanceSize;
  }
  if (runs.end >= end) return;
  const missing = end - runs.end;
  const unit = 2 ** attribute.compressionUnit;
  if ((attribute.flags & 0xff) !== 0 && missing < unit) runs.append(HOLE, missing);
  else {
    const message = `runs end ${hex(missing)} clusters before the attribute does`;
    runs.appendDamage(runError(context, attribute, offset, 'SHORT', message), missing);
  }
}

/** Precise to 2^53; larger values stay large, which every caller's range test refuses. */
function unsignedAt(view: DataView, offset: number, size: number): number {
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + view.getUint8(offset + i);
  return value;
}

/** Negative values are summed from their complement: 2^64 - 1 - 2^64 has no digits left in a double. */
function signedAt(view: DataView, offset: number, size: number): number {
  if (view.getUint8(offset + size - 1) < 0x80) return unsignedAt(view, offset, size);
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (255 - view.getUint8(offset + i));
  return -value - 1;
}

function runError(
  context: VolumeContext,
  attribute: Attribute,
  offset: number,
  name: DefectOf<'NTFS_RUNS'>,
  message: string,
): StorageError {
  const { record } = attribute;
  return corrupt(
    `NTFS_RUNS_${name}`,
    `${attributeLabel(attribute)}: ${message}`,
    detailsIn(context, record.what, record.offset + offset, 'the rest of this file is still readable'),
  );
}

/**
 * Decodes a piece behind those already in `runs`. A gap before it is damage, with `gapError` where it is known why; a
 * piece that starts inside the one before is left out.
 */
export function appendPiece(
  context: VolumeContext,
  piece: Attribute,
  runs: RunList,
  gapError: StorageError | null,
): void {
  if (piece.startVcn < runs.end) {
    const message = `piece starts at cluster ${hex(piece.startVcn)}, inside the one before`;
    const error = runError(context, piece, piece.offset, 'OVERLAP', message);
    context.findings.addError(error, 'that piece was left out');
    return;
  }
  if (piece.startVcn > runs.end) {
    const message = `no piece for the clusters ${hex(runs.end)} to ${hex(piece.startVcn)}`;
    runs.appendDamage(gapError ?? runError(context, piece, piece.offset, 'GAP', message), piece.startVcn - runs.end);
  }
  appendRuns(context, piece, runs);
}

/** The runs of a whole attribute from its pieces in order of startVcn. */
export function runsOf(context: VolumeContext, pieces: readonly Attribute[], gapError: StorageError | null): RunList {
  const runs = new RunList();
  for (const piece of pieces) appendPiece(context, piece, runs, gapError);
  return runs;
}
