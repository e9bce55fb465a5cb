/** Repair, compact: a VHDX in its own file, its bytes as the guest sees them unchanged. */
import { type CompactOutcome } from '../vhdx/compact-vhdx.ts';
import { type RepairAction } from '../vhdx/repair-vhdx.ts';
import { type MaintenanceOptions } from './host.ts';
export type RepairReport = {
    readonly image: string;
    readonly applied: boolean;
    readonly actions: readonly RepairAction[];
};
/**
 * Replays a dirty log into the file, and writes invalid headers and region tables anew from their copies. `dryRun` opens
 * the file for reading only, and says what would be done.
 */
export declare function repairImage(path: string, options?: MaintenanceOptions & {
    readonly dryRun?: boolean | undefined;
}): Promise<RepairReport>;
export type CompactReport = CompactOutcome & {
    readonly image: string;
};
/** Gives back what the file of a VHDX occupies for nothing. `quick` does not read blocks to find zeros. */
export declare function compactImage(path: string, options?: MaintenanceOptions & {
    readonly quick?: boolean | undefined;
}): Promise<CompactReport>;
