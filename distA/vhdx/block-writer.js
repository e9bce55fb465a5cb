/**
 * Payload blocks of a VHDX that is being written: where the bytes of a write go, and what a trim gives back.
 *
 * 1. Writing to a fully present block costs no metadata at all.
 * 2. A partially present block never shows what its space held before: unwritten sectors are the parent's, and a block
 *    that is not the parent's is filled with zeros where nothing was written.
 * 3. A block that reads as zeros, or as the parent, is only ever given new space: a cut leaves the old block.
 */
import { MIB } from "../base/bytes.js";
import { SECTOR_BITMAP_SIZE } from "./bat.js";
import { PayloadBlockState } from "./format.js";
const ZEROS = new Uint8Array(MIB);
const { NotPresent, Undefined, Zero, Unmapped, FullyPresent, PartiallyPresent } = PayloadBlockState;
export class BlockWriter {
    #session;
    #blockSize;
    #diskSize;
    #hasParent;
    #isFixed;
    constructor(session) {
        const { disk } = session.parts;
        this.#session = session;
        this.#blockSize = disk.blockSize;
        this.#diskSize = disk.virtualDiskSize;
        this.#hasParent = disk.hasParent;
        this.#isFixed = disk.leaveBlockAllocated;
    }
    /** Writes whole sectors inside one block, from byte `from` of it on. The session has begun. */
    write(block, from, bytes) {
        const { file, table } = this.#session;
        const state = table.state(block);
        this.#session.wrote();
        if (state === FullyPresent) {
            file.write(table.fileOffset(block) + from, bytes);
            return;
        }
        if (state !== PartiallyPresent) {
            this.#writeNew(block, from, bytes, state);
            return;
        }
        const fileOffset = table.fileOffset(block);
        file.write(fileOffset + from, bytes);
        table.setPresent(block, from, bytes.length);
        if (table.isComplete(block))
            table.set(block, FullyPresent, fileOffset);
        this.#session.changed();
    }
    #writeNew(block, from, bytes, state) {
        const { file, table, space } = this.#session;
        const to = from + bytes.length;
        const isWhole = this.#isWhole(block, from, to);
        const isPartial = !isWhole && state === NotPresent && this.#hasParent;
        this.#release(block, state);
        const { fileOffset, isZero } = space.allocate(this.#blockSize, isWhole || isPartial);
        if (!isZero && !isPartial) {
            this.#writeZeros(fileOffset, from);
            this.#writeZeros(fileOffset + to, this.#blockSize - to);
        }
        file.write(fileOffset + from, bytes);
        if (isPartial) {
            this.#needBitmap(block);
            table.clearBits(block);
            table.setPresent(block, from, bytes.length);
        }
        this.#set(block, isPartial ? PartiallyPresent : FullyPresent, fileOffset);
    }
    /** The chunk's sector bitmap block, made when there is none. */
    #needBitmap(block) {
        const { table, space, pages } = this.#session;
        if (table.bitmapOffset(block) !== null)
            return;
        const { fileOffset, isZero } = space.allocate(SECTOR_BITMAP_SIZE, true);
        if (!isZero)
            this.#writeZeros(fileOffset, SECTOR_BITMAP_SIZE);
        pages.forget(fileOffset, SECTOR_BITMAP_SIZE);
        table.setBitmap(block, fileOffset);
    }
    /** Makes bytes `from` to `to` of one block read as zeros; a whole block gives its space back. */
    trim(block, from, to, trimmed) {
        const state = this.#session.table.state(block);
        const isWhole = this.#isWhole(block, from, to);
        const readsParent = state === NotPresent && this.#hasParent;
        if (state <= Unmapped && !readsParent) {
            if (isWhole && this.#isWorthRecording(state, trimmed))
                this.#release(block, state, trimmed);
            return;
        }
        this.#session.begin();
        if (isWhole && !(this.#isFixed && state === FullyPresent))
            this.#release(block, state, trimmed);
        else
            this.#eachZero(from, to - from, (at, zeros) => this.write(block, at, zeros));
    }
    /**
     * Of a block that reads as zeros already. What ZERO promises, UNDEFINED and UNMAPPED do not: Windows may return what
     * the block held. A new file records what it is asked to.
     */
    #isWorthRecording(state, trimmed) {
        if (trimmed === Zero)
            return state === Undefined || state === Unmapped;
        return this.#session.isPrivate && state === NotPresent;
    }
    #isWhole(block, from, to) {
        return from === 0 && to >= Math.min(this.#blockSize, this.#diskSize - block * this.#blockSize);
    }
    /** Gives back what the block occupies, or still reserves from an earlier life; `next` is its state from then on. */
    #release(block, state, next) {
        if (next !== undefined)
            this.#session.begin();
        if (state !== NotPresent && state !== Zero) {
            const fileOffset = this.#session.table.fileOffset(block);
            if (fileOffset !== 0)
                this.#session.space.release(fileOffset, this.#blockSize);
        }
        if (next !== undefined)
            this.#set(block, next, 0);
    }
    #set(block, state, fileOffset) {
        this.#session.table.set(block, state, fileOffset);
        this.#session.changed();
    }
    #writeZeros(fileOffset, length) {
        this.#eachZero(fileOffset, length, (at, zeros) => this.#session.file.write(at, zeros));
    }
    #eachZero(start, length, write) {
        for (let done = 0; done < length; done += ZEROS.length) {
            write(start + done, ZEROS.subarray(0, Math.min(ZEROS.length, length - done)));
        }
    }
}
