/** New, empty virtual disks. */
import { type CreateParams } from '../vhdx/create-vhdx.ts';
import { type NewFileOptions } from './host.ts';
export type CreateOptions = NewFileOptions & {
    /** Bytes; the parent's size when there is a parent. */
    readonly size?: number | undefined;
    /** Bytes, a power of two from 1 to 256 MiB. */
    readonly blockSize?: number | undefined;
    readonly sectorSize?: 512 | 4096 | undefined;
    readonly fixed?: boolean | undefined;
    /** Path of the VHDX that the new disk differs from. It must not be written any more. */
    readonly parent?: string | undefined;
};
export type CreateReport = {
    readonly out: string;
    readonly type: CreateParams['type'];
    readonly size: number;
    readonly dataWriteGuid: string;
};
/** Makes an empty VHDX: dynamic unless `fixed`, differencing with a `parent`. */
export declare function createImage(out: string, options: CreateOptions): Promise<CreateReport>;
