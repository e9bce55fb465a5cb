/** Repair, compact: a VHDX in its own file, its bytes as the guest sees them unchanged. */
import { DiskFile } from "../io/disk-file.js";
import { compactVhdx } from "../vhdx/compact-vhdx.js";
import { planRepair, repairVhdx } from "../vhdx/repair-vhdx.js";
import { drive, withLocked } from "./host.js";
/**
 * Replays a dirty log into the file, and writes invalid headers and region tables anew from their copies. `dryRun` opens
 * the file for reading only, and says what would be done.
 */
export async function repairImage(path, options = {}) {
    if (options.dryRun === true) {
        const file = new DiskFile(path);
        try {
            return { image: path, applied: false, actions: planRepair(file) };
        }
        finally {
            file.close();
        }
    }
    const actions = await withLocked([path], options, ([file]) => repairVhdx(file));
    return { image: path, applied: true, actions };
}
/** Gives back what the file of a VHDX occupies for nothing. `quick` does not read blocks to find zeros. */
export async function compactImage(path, options = {}) {
    const outcome = await withLocked([path], options, ([file]) => drive(compactVhdx(file, { findZeros: options.quick !== true }), path, options));
    return { image: path, ...outcome };
}
