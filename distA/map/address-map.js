/**
 * The one fitting of pitvault: an address map.
 *
 * A container, a partition, a volume, a file are all the same thing: a range of bytes that live somewhere else. Each
 * layer translates a range of its own into ranges of the layer below and passes the sink down; the bottom emits leaves.
 * Nothing on the way reads payload. Three kinds of leaf:
 *
 * - `data`: bytes of an unchanging file, at an offset. Two data leaves with the same file identity and offset are equal
 *   without being read.
 * - `zero`: zeros that are stored nowhere.
 * - `computed`: bytes that exist nowhere as such: log sectors whose ends were replaced, resident data under fixups,
 *   decompressed units. Damage is a computed leaf too: one whose read throws (see `unreadable`), so that the rest of
 *   the range stays readable.
 *
 * Invariants of `resolve(offset, length, at, sink)`:
 * 1. Leaves come in order, without gaps or overlap, and cover exactly `length` bytes, numbered from `at`.
 * 2. `0 <= offset`, `offset + length <= size`; a caller that asks beyond is wrong (RangeError).
 * 3. Reads are of metadata only; damage of payload structures never throws here, it is emitted as an unreadable leaf.
 */
/** A leaf whose bytes cannot be had: reading it throws `error`. */
export class UnreadableBytes {
    error;
    constructor(error) {
        this.error = error;
    }
    get what() {
        return `unreadable: ${this.error.message}`;
    }
    read() {
        throw this.error;
    }
}
export function unreadable(error) {
    return new UnreadableBytes(error);
}
/** Throws when the range is not inside the map: a mistake of the caller, never of an image. */
export function requireRange(map, offset, length) {
    if (!(offset >= 0 && length >= 0 && offset + length <= map.size)) {
        throw new RangeError(`range ${offset}+${length} is outside a map of ${map.size} bytes`);
    }
}
