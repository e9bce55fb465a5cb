/** A differencing disk into its parent: see vhdx/merge-vhdx.ts for what a cut leaves at each step. */

import { invalidArgument, StorageError } from '../errors.ts';
import { openImage } from '../image/image.ts';
import { type MergeOutcome, mergeVhdx } from '../vhdx/merge-vhdx.ts';
import { childrenBeside } from './children.ts';
import { drive, type MaintenanceOptions, withLocked } from './host.ts';

export type MergeReport = MergeOutcome & { readonly child: string; readonly parent: string };

export type MergeOptions = MaintenanceOptions & {
  /** Folders in which the parent is searched. */
  readonly search?: readonly string[] | undefined;
  /** Merge though other children of the parent will be lost. */
  readonly force?: boolean | undefined;
};

/** Merges the child into its parent's file. The child's file stays, and is of no use any more. */
export async function mergeImage(child: string, options: MergeOptions = {}): Promise<MergeReport> {
  const { parent, identity } = await parentOf(child, options);
  if (options.force !== true) requireOnlyChild(child, parent, identity);
  const outcome = await withLocked([child, parent], options, ([childFile, parentFile]) =>
    drive(mergeVhdx({ child: childFile!, parent: parentFile! }), child, options),
  );
  return { child, parent, ...outcome };
}

async function parentOf(child: string, options: MergeOptions) {
  // Where an earlier run stopped behind its last step but one, the parent is not the child's by name any more.
  await using image = await openImage(child, { searchFolders: options.search, ignoreParentIdentity: true });
  const { parent } = image.disk;
  if (image.disk.format !== 'vhdx' || parent === null) {
    throw invalidArgument('VHDX_MERGE_NO_PARENT', `${child} is no VHDX that differs from a parent`, { image: child });
  }
  return { parent: parent.name, identity: parent.dataIdentity };
}

/** Whoever else differs from the parent would find it changed. */
function requireOnlyChild(child: string, parent: string, identity: string | null): void {
  if (identity === null) return;
  for (const path of childrenBeside([child, parent], identity)) {
    throw new StorageError('conflict', 'VHDX_MERGE_SIBLING', `${path} differs from ${parent} too and would be lost`, {
      image: parent,
      hint: 'merge or convert it first, or merge all the same with --force',
    });
  }
}
