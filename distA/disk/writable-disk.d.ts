/**
 * A virtual disk open for writing: the port the engine writes through. Reading it gives what was written, at once.
 *
 * Contract:
 * 1. Offsets and lengths are multiples of the logical sector size and lie inside the disk (else RangeError).
 * 2. What was written before `flush` returned is there after a power cut. Of what was written since, each sector is
 *    old or new; a sector nobody wrote keeps its bytes.
 * 3. After the first failure nothing more is done: every later call throws kind `closed` with that failure as cause.
 */
import type { AddressMap } from '../map/address-map.ts';
export interface WritableDisk extends AddressMap {
    readonly name: string;
    readonly logicalSectorSize: number;
    /** Bytes of a payload block: the unit in which space is taken and given back. */
    readonly blockSize: number;
    write(offset: number, bytes: Uint8Array): void;
    /** The range reads as zeros from now on, and whole blocks of it give their space back. */
    trim(offset: number, length: number, as?: TrimState): void;
    flush(): void;
    /** Flushes, brings the file into its clean state and closes it. Idempotent. */
    close(): void;
    /** Closes the file as it is, without another write: what was not flushed may be there or not. Never throws. */
    abandon(): void;
}
/** What trimmed blocks are recorded as. All of them read as zeros and hide the parent. */
export type TrimState = 'zero' | 'unmapped' | 'undefined';
