/** A virtual disk of another size. What a shrink would cut off must be empty. */

import { isZero, MIB } from '../base/bytes.ts';
import { StorageError, throwIfCancelled } from '../errors.ts';
import { type Image, openImage } from '../image/image.ts';
import { extentsOf } from '../map/extent.ts';
import { readMap } from '../map/read-map.ts';
import { isDynamicPartition } from '../partition/partition-types.ts';
import { type ResizeOutcome, resizeVhdx } from '../vhdx/resize-vhdx.ts';
import { childrenBeside } from './children.ts';
import { type MaintenanceOptions, withLocked } from './host.ts';

export type ResizeReport = ResizeOutcome & { readonly image: string; readonly notes: readonly string[] };

/** `force`: cut off whatever lies behind the new end, and leave children (see children.ts) behind. */
export async function resizeImage(
  path: string,
  size: number,
  options: MaintenanceOptions & { readonly force?: boolean | undefined } = {},
): Promise<ResizeReport> {
  return withLocked([path], options, async ([file]) => {
    const notes: string[] = [];
    const { parentSize, hasBackupTable, children } = await look(path, size, options);
    const outcome = resizeVhdx(file!, size, { parentSize });
    if (hasBackupTable && outcome.size !== outcome.sizeBefore) {
      notes.push(
        'the backup partition table does not stand at the new end: let the guest, or a partition tool, move it',
      );
    }
    for (const child of children)
      notes.push(
        `${child} does not know its parent any more: it opens with --ignore-parent-id alone, and may be wrong`,
      );
    return { image: path, ...outcome, notes };
  });
}

async function look(
  path: string,
  size: number,
  options: { readonly force?: boolean | undefined; readonly signal?: AbortSignal | undefined },
) {
  await using image = await openImage(path);
  const identity = size === image.disk.size ? null : image.disk.dataIdentity;
  const children = identity === null ? [] : [...childrenBeside([path], identity)];
  if (children.length > 0 && options.force !== true) throw hasChildren(path, children);
  if (size < image.disk.size && options.force !== true) requireEmpty(image, size, options.signal);
  return { parentSize: image.disk.parent?.size, hasBackupTable: image.partitionTable.scheme === 'gpt', children };
}

function hasChildren(path: string, [child, ...others]: readonly string[]): StorageError {
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return new StorageError(
    'conflict',
    'RESIZE_CHILD',
    `${child}${more} stands on ${path}, which it would know no more`,
    {
      image: path,
      structure: 'parent locator',
      hint: 'merge the child into it first (pitvault merge), or resize the child; --force leaves the child behind',
    },
  );
}

/** Of the second copy of a GPT, in front of its header at the end of the disk. */
const GPT_ENTRIES_SIZE = 128 * 128;

/**
 * Partitions tell where the disk is in use; without any, whatever table there is, only zeros may be cut off. A dynamic disk
 * with an MBR has the database of its group behind them, at its end.
 */
function requireEmpty(image: Image, size: number, signal: AbortSignal | undefined): void {
  const { scheme, partitions } = image.partitionTable;
  const refuse = (what: string, offset: number): StorageError =>
    new StorageError('conflict', 'RESIZE_DATA', `${what} lies behind the new end`, {
      image: image.name,
      structure: 'disk',
      offset,
      hint: 'shrink it inside the guest first, choose a larger size, or cut it off with --force',
    });
  if (partitions.length > 0) {
    const last = partitions.find(({ offset, length }) => offset + length > size);
    if (last !== undefined) throw refuse(`partition ${last.number}`, last.offset);
    if (scheme !== 'mbr' || !partitions.some(({ type }) => isDynamicPartition(type))) return;
  }
  const piece = new Uint8Array(MIB);
  const end = image.disk.size - (scheme === 'gpt' ? GPT_ENTRIES_SIZE + image.disk.logicalSectorSize : 0);
  for (const { kind, offset, length } of extentsOf(image.disk, size, Math.max(0, end - size))) {
    if (kind === 'zero') continue;
    for (let done = 0; done < length; done += MIB) {
      throwIfCancelled(signal);
      const part = piece.subarray(0, Math.min(MIB, length - done));
      readMap(image.disk, offset + done, part);
      if (!isZero(part)) throw refuse('data', offset + done);
    }
  }
}
