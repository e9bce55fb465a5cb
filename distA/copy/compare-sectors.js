/**
 * The kernel that tells in which sectors two pieces differ: a function of 248 bytes of WebAssembly with 128-bit
 * instructions, in the memory into which the pieces are read. Its text is bench/kernels/compare-sectors.wat. A machine
 * without such instructions compares with memcmp and words instead.
 *
 * Chosen by `node bench/compare-kernels.mjs` on a busy machine: GB/s of one side, by how many of 2048 sectors differ.
 *
 *                            0      1     16   2048
 *     this                15.3   13.5   17.7   44.2
 *     memcmp + words      21.4   11.4    2.3    7.6
 *     memcmp + memcmp     16.0    9.8    1.6    1.5
 *
 * Equal pieces are about as fast as memory either way; pieces with scattered changes, which is what backups see, are not.
 */
import { wasmKernel, wasmMemory } from "../io/wasm-kernel.js";
const MODULE = 'AGFzbQEAAAABCQFgBH9/f38BfwITAQRob3N0Bm1lbW9yeQIDAYCABAMCAQAHCAEEbWFyawAACr8BAbwBAQV/IAAgAmohBAJAA0AgACAETw0BIABBgARqIQUCQANAIAD9AAQAIAH9AAQA/VEgAP0ABBAgAf0ABBD9Uf1QIAD9AAQgIAH9AAQg/VEgAP0ABDAgAf0ABDD9Uf1Q/VD9UwRAQQEhByADIAZBA3ZqIQggCCAILQAAQQEgBkEHcXRyOgAAIAEgBSAAa2ohASAFIQAMAgsgAEHAAGohACABQcAAaiEBIAAgBUkNAAsLIAZBAWohBgwACwsgBws=';
const SECTOR_SIZE = 512;
const UNIT = 64 * 1024;
const WORDS = SECTOR_SIZE / 4;
/** Room for two pieces of a size, zeros of that size, and a bitmap, all on pages; and the kernel that works in it. */
export class SectorComparer {
    left;
    right;
    /** Of the last comparison, one bit a sector. */
    bitmap;
    #size;
    #mark;
    /** `size`: a multiple of 64 KiB. `portable`: without the kernel. */
    constructor(size, portable = false) {
        const memory = wasmMemory(3 * size + size / SECTOR_SIZE / 8);
        this.#size = size;
        this.left = new Uint8Array(memory.buffer, 0, size);
        this.right = new Uint8Array(memory.buffer, size, size);
        this.bitmap = new Uint8Array(memory.buffer, 3 * size, size / SECTOR_SIZE / 8);
        this.#mark =
            (portable ? null : wasmKernel(MODULE, memory)?.mark) ??
                portableKernel(memory.buffer);
    }
    /** Compares the first `length` bytes, whole sectors, of either side; one that is zeros need not be filled. True when they differ. */
    compare(length, leftIsZero, rightIsZero) {
        this.bitmap.fill(0);
        const zeros = 2 * this.#size;
        return this.#mark(leftIsZero ? zeros : 0, rightIsZero ? zeros : this.#size, length, 3 * this.#size) !== 0;
    }
}
/** Units by memcmp; in those that differ, words up to the first that does. */
function portableKernel(memory) {
    const bytes = new Uint8Array(memory);
    const words = new Int32Array(memory);
    return (a, b, length, bitmap) => {
        let found = 0;
        for (let from = 0; from < length; from += UNIT) {
            const size = Math.min(UNIT, length - from);
            const [left, right] = [a + from, b + from];
            if (Buffer.compare(bytes.subarray(left, left + size), bytes.subarray(right, right + size)) === 0)
                continue;
            found = 1;
            for (let sector = from / SECTOR_SIZE; sector < (from + size) / SECTOR_SIZE; sector++) {
                const end = a / 4 + (sector + 1) * WORDS;
                const distance = (b - a) / 4;
                let word = a / 4 + sector * WORDS;
                while (word < end && words[word] === words[word + distance])
                    word++;
                if (word < end)
                    bytes[bitmap + (sector >>> 3)] |= 1 << (sector & 7);
            }
        }
        return found;
    };
}
