/**
 * Payload blocks of a VHDX that is being written: where the bytes of a write go, and what a trim gives back.
 *
 * 1. Writing to a fully present block costs no metadata at all.
 * 2. A partially present block never shows what its space held before: unwritten sectors are the parent's, and a block
 *    that is not the parent's is filled with zeros where nothing was written.
 * 3. A block that reads as zeros, or as the parent, is only ever given new space: a cut leaves the old block.
 */
import type { WriteSession } from './write-session.ts';
export declare class BlockWriter {
    #private;
    constructor(session: WriteSession);
    /** Writes whole sectors inside one block, from byte `from` of it on. The session has begun. */
    write(block: number, from: number, bytes: Uint8Array): void;
    /** Makes bytes `from` to `to` of one block read as zeros; a whole block gives its space back. */
    trim(block: number, from: number, to: number, trimmed: number): void;
}
