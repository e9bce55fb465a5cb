/** What a clone changed, told by where the blocks of two files lie on their device. */
/**
 * The ranges in which `current` does not share its blocks with the same place of `previous`: stored anew, or given up.
 * Blocks that do not tell where they are count as not shared.
 */
export function* extentChanges(previous, current) {
    const before = new Cursor(previous);
    const now = new Cursor(current);
    let held = null;
    for (let position = 0;;) {
        const start = Math.min(before.nextFrom(position), now.nextFrom(position));
        if (start === Number.POSITIVE_INFINITY)
            break;
        const end = Math.min(before.boundaryAfter(start), now.boundaryAfter(start));
        position = end;
        const there = now.physicalAt(start);
        if (there !== null && there === before.physicalAt(start) && there >= 0)
            continue;
        const isStored = there !== null;
        if (held !== null && held.isStored === isStored && held.offset + held.length === start)
            held.length = end - held.offset;
        else {
            if (held !== null)
                yield held;
            held = { offset: start, length: end - start, isStored };
        }
    }
    if (held !== null)
        yield held;
}
/** Walks one file's ranges; positions asked for never go back. */
class Cursor {
    #ranges;
    #range;
    constructor(ranges) {
        this.#ranges = ranges[Symbol.iterator]();
        this.#range = this.#next();
    }
    /** The first byte at or after `position` that is stored. */
    nextFrom(position) {
        this.#advance(position);
        return this.#range === null ? Number.POSITIVE_INFINITY : Math.max(position, this.#range.offset);
    }
    /** Where what is said of `position` stops being true. */
    boundaryAfter(position) {
        this.#advance(position);
        if (this.#range === null)
            return Number.POSITIVE_INFINITY;
        const { offset, length } = this.#range;
        return position < offset ? offset : offset + length;
    }
    /** Null in a hole, -1 where nobody knows. */
    physicalAt(position) {
        if (this.#range === null || position < this.#range.offset)
            return null;
        return this.#range.trusted ? this.#range.physical + position - this.#range.offset : -1;
    }
    #advance(position) {
        while (this.#range !== null && this.#range.offset + this.#range.length <= position)
            this.#range = this.#next();
    }
    #next() {
        const { done, value } = this.#ranges.next();
        return done === true ? null : value;
    }
}
