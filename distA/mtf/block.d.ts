/**
 * Microsoft Tape Format: descriptor blocks (DBLK), each with a chain of streams that a SPAD ends. SQL Server's backups and
 * DPM's tapes are made of these. MTF 1.00a names throughout.
 */
import { type StorageError } from '../errors.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare const StreamAttribute: {
    readonly variableEnd: 4;
    readonly encrypted: 8;
    readonly compressed: 16;
    readonly checksummed: 256;
};
export type MtfStream = {
    /** `MQDA`. */
    readonly id: string;
    readonly mediaAttributes: number;
    /** Of the data, in the file. */
    readonly offset: number;
    readonly length: number;
    readonly encryption: number;
    readonly compression: number;
};
export type MtfBlock = {
    /** `SSET`. */
    readonly type: string;
    readonly offset: number;
    readonly attributes: number;
    /** The header and what follows it, up to 1024 bytes. */
    readonly bytes: Uint8Array;
    readonly view: DataView;
    readonly unicode: boolean;
    readonly streams: readonly MtfStream[];
};
/**
 * Every block of the medium. A block that is damaged is told of, and the walk goes on at the next place where one stands.
 * Throws kind `unsupported` for what is a backup of another kind, `corrupt` for what is none.
 */
export declare function walkBlocks(map: AddressMap, name: string, onDamage: (error: StorageError) => void): Generator<MtfBlock>;
export declare function ascii(bytes: Uint8Array, offset: number, length: number): string;
/** MTF_TAPE_ADDRESS: u16 size, u16 offset from the block; '' where absent or outside. */
export declare function blockText(block: MtfBlock, address: number): string;
export declare function tapeText(bytes: Uint8Array, start: number, size: number, unicode: boolean): string;
/** MTF_DATE_TIME: 40 bits, big-endian, in the writer's local time. Null for none. */
export declare function tapeTime(bytes: Uint8Array, at: number): string | null;
