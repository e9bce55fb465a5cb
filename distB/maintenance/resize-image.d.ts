/** A virtual disk of another size. What a shrink would cut off must be empty. */
import { type ResizeOutcome } from '../vhdx/resize-vhdx.ts';
import { type MaintenanceOptions } from './host.ts';
export type ResizeReport = ResizeOutcome & {
    readonly image: string;
    readonly notes: readonly string[];
};
/** `force`: cut off whatever lies behind the new end, and leave children (see children.ts) behind. */
export declare function resizeImage(path: string, size: number, options?: MaintenanceOptions & {
    readonly force?: boolean | undefined;
}): Promise<ResizeReport>;
