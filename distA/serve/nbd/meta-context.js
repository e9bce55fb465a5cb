/** What an export tells of its blocks without reading them: holes, and what differs from another state. */
import { resolveExtents } from "../../map/extent.js";
import { STATE_HOLE, STATE_ZERO } from "./wire.js";
/** A question is answered in windows, so that a map in many pieces costs no more than its answer holds. */
const WINDOW = 64 * 1024 * 1024;
/** Lengths are 32 bits on the wire. */
const LENGTH_MAX = 0xffff_0000;
/** Appends a piece, joined to the last where it says the same. Returns false when there is no room for it. */
function append(entries, length, flags, limit) {
    const last = entries.length - 2;
    if (last >= 0 && entries[last + 1] === flags && entries[last] + length <= LENGTH_MAX)
        entries[last] += length;
    else if (entries.length >= 2 * limit)
        return false;
    else
        entries.push(length, flags);
    return true;
}
function walk(map, offset, length, limit, flagsOf) {
    const entries = [];
    const end = offset + length;
    for (let start = offset; start < end; start += WINDOW) {
        for (const extent of resolveExtents(map, start, Math.min(WINDOW, end - start))) {
            for (const [piece, flags] of flagsOf(extent))
                if (!append(entries, piece, flags, limit))
                    return entries;
        }
    }
    return entries;
}
/** `base:allocation`: clients skip what is a hole. */
export function allocationContext(map) {
    return {
        name: 'base:allocation',
        status: (offset, length, limit) => walk(map, offset, length, limit, (extent) => [
            [extent.length, extent.kind === 'zero' ? STATE_HOLE | STATE_ZERO : 0],
        ]),
    };
}
const DIRTY = 1;
/** `qemu:dirty-bitmap:NAME`: what differs from another state, as ranges in ascending order. */
export function dirtyContext(name, changes, size) {
    return {
        name: `qemu:dirty-bitmap:${name}`,
        status(offset, length, limit) {
            const entries = [];
            const end = Math.min(size, offset + length);
            let position = offset;
            for (let index = firstChange(changes, offset); position < end; index++) {
                const change = changes[index];
                const start = Math.min(end, Math.max(position, change?.offset ?? end));
                if (start > position && !append(entries, start - position, 0, limit))
                    return entries;
                const stop = change === undefined ? end : Math.min(end, change.offset + change.length);
                if (stop > start && !append(entries, stop - start, DIRTY, limit))
                    return entries;
                position = Math.max(start, stop);
            }
            return entries;
        },
    };
}
/** Index of the first change that ends behind this offset. */
function firstChange(changes, offset) {
    let low = 0;
    let high = changes.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (changes[middle].offset + changes[middle].length <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
