/**
 * Merges a differencing disk into its parent, in place, so that a cut at any moment loses nothing:
 *
 *   1  the child says that its parent is also known as G, a fresh GUID (parent_linkage2, one commit of its log)
 *   2  the parent becomes G, before its first byte changes (W1): other children of it are refused from then on
 *   3  what the child holds is written to the parent, zeros are trimmed there; the child reads as before all the while,
 *      for it changes only what the child covers
 *   4  the parent takes the child's DataWriteGuid when it is complete and durable: the child's children find it by that
 *   5  the child takes a DataWriteGuid that follows from the one it gave away: nothing names it any more, and it can go
 *
 * Up to 4 the child over its parent is the disk, from 4 on the parent alone. A merge that was interrupted is done again
 * from its start; after step 4 only step 5 is left, and after that nothing, which the child's new identity tells.
 */

import { BELOW } from '../disk/below-disk.ts';
import { invalidArgument, StorageError, unsupported } from '../errors.ts';
import type { WritableFile } from '../io/file-store.ts';
import { extentsOf } from '../map/extent.ts';
import { FileMap } from '../map/maps.ts';
import { readMap } from '../map/read-map.ts';
import type { Step } from './compact-vhdx.ts';
import { commitAtOnce, putItem } from './edit-structures.ts';
import { encodeLocator } from './encode.ts';
import { METADATA_ITEM } from './format.ts';
import { openOwnLayer } from './own-layer.ts';
import type { VhdxParts } from './vhdx-parts.ts';
import { openParts, VhdxWriter } from './vhdx-writer.ts';
import { WriteSession } from './write-session.ts';

export type MergeOutcome = {
  /** The identity that the parent has now. */
  readonly dataWriteGuid: string;
  readonly writtenBytes: number;
  readonly zeroBytes: number;
  /** An earlier run had merged everything already. */
  readonly wasMerged: boolean;
};

export type MergeOptions = { readonly newGuid?: (() => string) | undefined };

const PIECE = 2 ** 20;

/** Does the work step by step; whoever drives it may stop after any of them. Owns both files. */
export function* mergeVhdx(
  files: { readonly child: WritableFile; readonly parent: WritableFile },
  options: MergeOptions = {},
): Generator<Step, MergeOutcome> {
  const { child, parent } = files;
  const newGuid = options.newGuid ?? (() => crypto.randomUUID());
  try {
    const own = openParts(child, { newGuid }).parts;
    const below = openParts(parent, { newGuid }).parts;
    const identity = own.headers.current.dataWriteGuid;
    const parentIdentity = below.headers.current.dataWriteGuid;
    let counts = { writtenBytes: 0, zeroBytes: 0 };
    if (identity === retiredGuid(parentIdentity)) return { dataWriteGuid: parentIdentity, ...counts, wasMerged: true };
    const wasMerged = parentIdentity === identity;
    if (!wasMerged) {
      requireFit(own, below, parentIdentity);
      const announced = newGuid();
      const disk = VhdxWriter.open(parent, { dataWriteGuid: announced, newGuid });
      const announcing = new WriteSession(child, own, false, { dataWriteGuid: 'keep' });
      disk.survey(); // a copy that was cut short is refused before anything is changed
      announcing.space.survey();
      announce(announcing, parentIdentity, announced);
      counts = yield* copyOwn(child, disk);
      disk.close({ dataWriteGuid: identity });
    }
    // Nothing that names the merged disk may find the child instead.
    const retiring = new WriteSession(child, openParts(child).parts, false, { newGuid, dataWriteGuid: 'keep' });
    retiring.finish({ dataWriteGuid: retiredGuid(identity) });
    return { dataWriteGuid: identity, ...counts, wasMerged };
  } finally {
    child.close();
    parent.close();
  }
}

/** Any bits but those that tell what kind of GUID it is. */
const RETIRED = 0x9d1f_37a4_c25b_06e8_03d7_6b90_e41c_5fa2n;

/** What a child is called whose identity its parent has taken: a random GUID to everybody else. */
function retiredGuid(identity: string): string {
  const digits = (BigInt(`0x${identity.replaceAll('-', '')}`) ^ RETIRED).toString(16).padStart(32, '0');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function requireFit(own: VhdxParts, below: VhdxParts, parentIdentity: string): void {
  const image = own.name;
  if (own.locator === null) {
    throw invalidArgument('VHDX_MERGE_NO_PARENT', `${image} has no parent to be merged into`, { image });
  }
  if (!own.locator.identities.includes(parentIdentity)) {
    throw new StorageError('conflict', 'VHDX_MERGE_PARENT', `${below.name} is not the disk that ${image} was made on`, {
      image,
      hint: 'the parent has changed since: merging would mix two disks',
    });
  }
  if (own.disk.logicalSectorSize !== below.disk.logicalSectorSize) {
    throw unsupported('VHDX_MERGE_SECTOR_SIZE', 'child and parent have different logical sectors', { image });
  }
  if (own.disk.virtualDiskSize === below.disk.virtualDiskSize) return;
  const sizes = `${own.disk.virtualDiskSize} and ${below.disk.virtualDiskSize} bytes`;
  throw unsupported('VHDX_MERGE_SIZE', `child and parent have different sizes (${sizes})`, {
    image,
    hint: 'convert the child to a disk that stands alone instead',
  });
}

/** The child names its parent by what it is called now, and by what it will be called while it changes. */
function announce(session: WriteSession, parentIdentity: string, announced: string): void {
  const pairs = new Map(session.parts.locator!.pairs);
  pairs.set('parent_linkage', `{${parentIdentity}}`);
  pairs.set('parent_linkage2', `{${announced}}`);
  session.begin();
  putItem(session, METADATA_ITEM.parentLocator, encodeLocator([...pairs]));
  commitAtOnce(session);
  session.finish();
}

function* copyOwn(child: WritableFile, disk: VhdxWriter): Generator<Step, { writtenBytes: number; zeroBytes: number }> {
  const own = openOwnLayer(new FileMap(child), child.name);
  const piece = new Uint8Array(PIECE);
  const counts = { writtenBytes: 0, zeroBytes: 0 };
  for (const extent of extentsOf(own)) {
    const { kind, offset, length } = extent;
    if (kind === 'computed' && extent.source === BELOW) continue;
    if (kind === 'zero') {
      disk.trim(offset, length);
      counts.zeroBytes += length;
      yield { done: offset + length, total: own.size };
      continue;
    }
    for (let done = 0; done < length; done += PIECE) {
      const part = piece.subarray(0, Math.min(PIECE, length - done));
      readMap(own, offset + done, part);
      disk.write(offset + done, part);
      counts.writtenBytes += part.length;
      yield { done: offset + done, total: own.size };
    }
  }
  return counts;
}
