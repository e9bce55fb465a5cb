/**
 * An MSTL block: one virtual log of the log file as it was, and for those that the backup needs the range of it whose log
 * blocks follow in the block's MQTL stream. A full backup has one for every virtual log, used or not.
 *
 * Found on real backups of versions 661 to 852: these virtual logs fill each log file from its second page to its end.
 */
import { type Lsn } from '../mdf/boot-page.ts';
import type { MtfBlock } from './block.ts';
export type VirtualLogPlace = {
    readonly fileId: number;
    readonly offset: number;
    readonly size: number;
    /** 0: not in use when the backup was made. */
    readonly sequence: number;
    readonly parity: number;
    readonly format: number;
    readonly created: Lsn;
    /** What is in the backup of it; empty for most. */
    readonly start: number;
    readonly end: number;
};
/** Null for a block that is too short to say. */
export declare function readLogPlace({ bytes, view }: MtfBlock): VirtualLogPlace | null;
