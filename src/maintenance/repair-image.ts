/** Repair, compact: a VHDX in its own file, its bytes as the guest sees them unchanged. */

import { DiskFile } from '../io/disk-file.ts';
import { type CompactOutcome, compactVhdx } from '../vhdx/compact-vhdx.ts';
import { planRepair, type RepairAction, repairVhdx } from '../vhdx/repair-vhdx.ts';
import { drive, type MaintenanceOptions, withLocked } from './host.ts';

export type RepairReport = {
  readonly image: string;
  readonly applied: boolean;
  readonly actions: readonly RepairAction[];
};

/**
 * Replays a dirty log into the file, and writes invalid headers and region tables anew from their copies. `dryRun` opens
 * the file for reading only, and says what would be done.
 */
export async function repairImage(
  path: string,
  options: MaintenanceOptions & { readonly dryRun?: boolean | undefined } = {},
): Promise<RepairReport> {
  if (options.dryRun === true) {
    const file = new DiskFile(path);
    try {
      return { image: path, applied: false, actions: planRepair(file) };
    } finally {
      file.close();
    }
  }
  const actions = await withLocked([path], options, ([file]) => repairVhdx(file!));
  return { image: path, applied: true, actions };
}

export type CompactReport = CompactOutcome & { readonly image: string };

/** Gives back what the file of a VHDX occupies for nothing. `quick` does not read blocks to find zeros. */
export async function compactImage(
  path: string,
  options: MaintenanceOptions & { readonly quick?: boolean | undefined } = {},
): Promise<CompactReport> {
  const outcome = await withLocked([path], options, ([file]) =>
    drive(compactVhdx(file!, { findZeros: options.quick !== true }), path, options),
  );
  return { image: path, ...outcome };
}
