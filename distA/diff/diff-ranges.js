/** What a comparison says, and the joining of what it says bit by bit. */
/**
 * What decided about bytes, cheapest first:
 *
 * - `identity`: both disks have them at one place of one file, or store nothing there.
 * - `changes`: the change maps that the engine keeps of its states do not name them.
 * - `fingerprints`: the blocks they are in have one fingerprint (128 bits) in the sidecars of both states.
 * - `extents`: the file system stores them once for both files, or has a hole in both.
 * - `bytes`: they were read.
 */
export const METHODS = ['identity', 'changes', 'fingerprints', 'extents', 'bytes'];
/** Ranges as they are found, ascending; joined with what they touch, handed on when they are complete. */
export class RangeJoiner {
    counts = {
        changed: { ranges: 0, bytes: 0 },
        possible: { ranges: 0, bytes: 0 },
        unreadable: { ranges: 0, bytes: 0 },
    };
    #take;
    #state = 'changed';
    #error;
    #start = 0;
    #end = 0;
    constructor(take) {
        this.#take = take;
    }
    add(offset, length, state, error) {
        const end = offset + length;
        const start = Math.max(offset, this.#end); // sectors that two pieces share are told of once
        if (start >= end)
            return;
        if (start === this.#end && this.#end > this.#start && state === this.#state && error?.code === this.#error?.code) {
            this.#end = end;
            return;
        }
        this.flush();
        this.#start = start;
        this.#end = end;
        this.#state = state;
        this.#error = error;
    }
    flush() {
        const length = this.#end - this.#start;
        if (length > 0) {
            const count = this.counts[this.#state];
            count.ranges++;
            count.bytes += length;
            const range = { offset: this.#start, length, state: this.#state };
            this.#take(this.#error === undefined ? range : { ...range, error: this.#error.toJSON() });
        }
        this.#start = this.#end;
        this.#error = undefined;
    }
}
