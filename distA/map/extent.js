/** Leaves as values: what the public API returns and what the copy engine plans with. */
/** Thrown by a list that holds as much as it may, for `fillUpTo`: the resolution ends there. Made once, since it tells nothing. */
export const FULL = new Error('the list of extents is full');
/** Collects leaves, joining neighbours that continue each other. */
export class ExtentList {
    extents = [];
    #limit;
    /** With a `limit` only for `fillUpTo`. */
    constructor(limit = Number.POSITIVE_INFINITY) {
        this.#limit = limit;
    }
    #push(extent) {
        if (this.extents.length >= this.#limit)
            throw FULL;
        this.extents.push(extent);
    }
    data(at, length, file, fileOffset) {
        const last = this.extents.at(-1);
        if (last?.kind === 'data' && last.file === file && last.fileOffset + last.length === fileOffset)
            last.length += length;
        else
            this.#push({ kind: 'data', offset: at, length, file, fileOffset });
    }
    zero(at, length) {
        const last = this.extents.at(-1);
        if (last?.kind === 'zero')
            last.length += length;
        else
            this.#push({ kind: 'zero', offset: at, length });
    }
    computed(at, length, source, sourceOffset) {
        const last = this.extents.at(-1);
        if (last?.kind === 'computed' && last.source === source && last.sourceOffset + last.length === sourceOffset) {
            last.length += length;
        }
        else
            this.#push({ kind: 'computed', offset: at, length, source, sourceOffset });
    }
}
/**
 * Runs a resolution into a list with a limit; returns false when it ended early. Leaves come in order, so what the list
 * then holds is all up to the end of its last extent: however dense a map is, no more than the limit is ever held.
 */
export function fillUpTo(resolve) {
    try {
        resolve();
        return true;
    }
    catch (error) {
        if (error !== FULL)
            throw error;
        return false;
    }
}
/** Where a range of the map lives. For a map of unknown fragmentation use `extentsOf`, which bounds memory. */
export function resolveExtents(map, offset, length) {
    const list = new ExtentList();
    if (length > 0)
        map.resolve(offset, length, offset, list);
    return list.extents;
}
const WINDOW_MIN = 2 ** 20;
const WINDOW_MAX = 2 ** 46;
/** Extents of one window that are few enough to ask for more at once, or too many to hold comfortably. */
const FEW = 1024;
const MANY = 16_384;
const MOST = 32_768;
/**
 * All extents of a range in order, resolved a window at a time so that memory stays bounded however large and
 * fragmented the map is: the window grows where the map is plain and shrinks where it is in pieces. Neighbours are
 * joined across windows.
 */
export function* extentsOf(map, offset = 0, length = map.size - offset) {
    const end = offset + length;
    let window = 2 ** 28;
    let held = null;
    for (let start = offset; start < end;) {
        const part = Math.min(window, end - start);
        const list = new ExtentList(MOST);
        if (held !== null)
            list.extents.push(held);
        const from = start;
        const isWhole = fillUpTo(() => map.resolve(from, part, from, list));
        const last = list.extents.at(-1);
        start = isWhole ? start + part : last.offset + last.length;
        if (list.extents.length < FEW)
            window = Math.min(WINDOW_MAX, window * 4);
        else if (list.extents.length > MANY)
            window = Math.max(WINDOW_MIN, window / 4);
        held = list.extents.pop() ?? null;
        yield* list.extents;
    }
    if (held !== null)
        yield held;
}
