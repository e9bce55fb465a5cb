/** A differencing disk into its parent: see vhdx/merge-vhdx.ts for what a cut leaves at each step. */
import { type MergeOutcome } from '../vhdx/merge-vhdx.ts';
import { type MaintenanceOptions } from './host.ts';
export type MergeReport = MergeOutcome & {
    readonly child: string;
    readonly parent: string;
};
export type MergeOptions = MaintenanceOptions & {
    /** Folders in which the parent is searched. */
    readonly search?: readonly string[] | undefined;
    /** Merge though other children of the parent will be lost. */
    readonly force?: boolean | undefined;
};
/** Merges the child into its parent's file. The child's file stays, and is of no use any more. */
export declare function mergeImage(child: string, options?: MergeOptions): Promise<MergeReport>;
