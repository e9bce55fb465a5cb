/**
 * All disks below a differencing disk as one map. Asking each disk for what the one above it lacks costs a walk down the
 * chain for every piece; here the chain is gone through once for each window, disk by disk, and what comes out is kept.
 * So reading costs the same at any depth.
 *
 * 1. Leaves are what a walk down would give: of the first disk that holds a range, or zeros past the end of a smaller one.
 * 2. Memory: windows of PIECES_MAX pieces at most together, and the one at hand; windows get smaller where they hold many
 *    pieces, and larger where they hold few.
 * 3. Whoever goes through the states of a chain from the oldest on composes each from the one before: a window of that is
 *    the end of the way down.
 */
import { requireRange } from "../map/address-map.js";
import { FULL, fillUpTo } from "../map/extent.js";
const WINDOW_START = 2 ** 28;
const WINDOW_MAX = 2 ** 46;
const WINDOW_MIN = 2 ** 20;
const PIECES_FEW = 2 ** 10;
/** So much larger is the next window then: each costs a look into every disk. */
const GROWTH = 16;
const PIECES_MANY = 2 ** 15;
const PIECES_MAX = 2 ** 16;
const WINDOWS_MAX = 64;
export class ComposedParents {
    size;
    /** From the nearest parent down. */
    #disks;
    /** The one used last comes first. */
    #windows = [];
    #windowSize = WINDOW_START;
    constructor(nearest) {
        const disks = [];
        for (let disk = nearest; disk !== null; disk = disk.parent)
            disks.push(disk);
        this.#disks = disks;
        this.size = nearest.size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const end = offset + length;
        for (let position = offset; position < end;) {
            const window = this.#windowAt(position);
            const stop = Math.min(end, window.end);
            for (let i = firstEndingAfter(window.extents, position); i < window.extents.length; i++) {
                const extent = window.extents[i];
                if (extent.offset >= stop)
                    break;
                emit(extent, Math.max(position, extent.offset), Math.min(stop, extent.offset + extent.length), at - offset, sink);
            }
            position = stop;
        }
    }
    #windowAt(position) {
        const index = this.#windows.findIndex(({ start, end }) => position >= start && position < end);
        if (index === 0)
            return this.#windows[0];
        const window = index > 0 ? this.#windows.splice(index, 1)[0] : this.#newWindow(position);
        this.#windows.unshift(window);
        return window;
    }
    #newWindow(position) {
        const before = this.#windows.length === 0 ? this.#before() : null;
        if (before !== null)
            this.#windowSize = before.map.#windowSize;
        const size = this.#windowSize;
        const from = this.#windows[0]?.end === position ? position : position - (position % size);
        const composed = this.#compose(from, Math.min(this.size, from + size));
        // One that had to be cut may end before what is asked for.
        const isThere = composed.end > position;
        const window = isThere ? composed : this.#compose(position, Math.min(this.size, position + size));
        const count = window.extents.length;
        if (count > PIECES_MANY)
            this.#windowSize = Math.max(WINDOW_MIN, size / 4);
        else if (count < PIECES_FEW)
            this.#windowSize = Math.min(WINDOW_MAX, size * GROWTH);
        // A grown window may cover older ones: they are found no more, and age.
        let held = count;
        const kept = this.#windows.findIndex(({ extents }, i) => i >= WINDOWS_MAX || (held += extents.length) > PIECES_MAX);
        if (kept >= 0)
            this.#windows.length = kept;
        latest = new WeakRef(this);
        return window;
    }
    /** The map composed last, when it is that of disks further down, and how many disks lie above those. */
    #before() {
        const map = latest?.deref();
        const above = map === undefined || map === this ? -1 : this.#disks.indexOf(map.#disks[0]);
        return above <= 0 ? null : { map: map, above };
    }
    /** Of the range, or of its beginning, where that holds as many pieces as a window may. */
    #compose(start, wantedEnd) {
        const list = new UnjoinedExtents();
        const own = new UnjoinedExtents();
        const before = this.#before();
        const windows = before === null ? [] : before.map.#windows;
        const known = windows.find((window) => window.start <= start && window.end >= wantedEnd);
        let [pending, left] = [new Ranges(), new Ranges()];
        let end = wantedEnd;
        pending.push(start, end);
        for (const [index, disk] of this.#disks.entries()) {
            left.clear();
            if (known !== undefined && index === before.above) {
                take(known.extents, pending, left, list);
            }
            else if (disk.parent !== null && 'resolveOwn' in disk) {
                end = collectOwn(disk, start, end, own);
                take(own.all, pending, left, list);
                left.cutAt(end);
            }
            else
                end = resolveRanges(disk, pending, list, end);
            [pending, left] = [left, pending];
            if (list.all.length > PIECES_MANY) {
                end = Math.min(end, nthOffset(list.all, PIECES_MANY));
                pending.cutAt(end);
            }
            if (pending.count === 0)
                break;
        }
        list.all.sort((a, b) => a.offset - b.offset);
        return { start, end, extents: joined(cutAt(list.all, end)) };
    }
}
/** What the disk holds itself; returns where that ends, before `end` when it is more than a window may hold. */
function collectOwn(disk, start, end, own) {
    own.all.length = 0;
    const stop = Math.max(start, Math.min(end, disk.size));
    const isWhole = stop === start || own.fill((sink) => disk.resolveOwn(start, stop - start, sink, () => { }));
    if (!isWhole)
        return endOf(own.all.at(-1));
    if (stop < end)
        own.zero(stop, end - stop);
    return end;
}
/** Where the extent with this number would begin, were they in order. */
function nthOffset(extents, number) {
    return Float64Array.from(extents, ({ offset }) => offset).sort()[number];
}
/** Extents in order, up to `end`. */
function cutAt(extents, end) {
    while (extents.length > 0 && extents.at(-1).offset >= end)
        extents.pop();
    const last = extents.at(-1);
    if (last !== undefined && endOf(last) > end)
        last.length = end - last.offset;
    return extents;
}
function endOf({ offset, length }) {
    return offset + length;
}
/** Does not keep what nobody reads any more. */
let latest;
/** Starts and stops of ranges, in order, in memory that is used again. */
class Ranges {
    #values = new Float64Array(256);
    /** Of starts and stops together. */
    count = 0;
    push(start, stop) {
        if (this.count + 2 > this.#values.length) {
            const grown = new Float64Array(2 * this.#values.length);
            grown.set(this.#values);
            this.#values = grown;
        }
        this.#values[this.count++] = start;
        this.#values[this.count++] = stop;
    }
    at(index) {
        return this.#values[index];
    }
    clear() {
        this.count = 0;
    }
    /** Leaves out what lies behind `end`. */
    cutAt(end) {
        while (this.count > 0 && this.at(this.count - 2) >= end)
            this.count -= 2;
        if (this.count > 0 && this.at(this.count - 1) > end)
            this.#values[this.count - 1] = end;
    }
}
/**
 * Gives the parts of the extents that lie in the pending ranges to the sink, and what is still pending then to `left`.
 * Extents and ranges (start, stop, start, ...) are in order, so each is looked at once: a disk deep in a chain holds little, and
 * asking it for each of many ranges would cost more than all it holds.
 */
function take(extents, pending, left, sink) {
    let first = 0;
    for (let i = 0; i < pending.count; i += 2) {
        let position = pending.at(i);
        const stop = pending.at(i + 1);
        while (first < extents.length && extents[first].offset + extents[first].length <= position)
            first++;
        for (let k = first; k < extents.length && extents[k].offset < stop; k++) {
            const extent = extents[k];
            const from = Math.max(position, extent.offset);
            const to = Math.min(stop, extent.offset + extent.length);
            if (from > position)
                left.push(position, from);
            emit(extent, from, to, 0, sink);
            position = to;
        }
        if (position < stop)
            left.push(position, stop);
    }
}
/**
 * A disk that stands alone has everything; past its end are zeros. Returns `end`, or where it stopped because that is more
 * than a window may hold.
 */
function resolveRanges(disk, ranges, list, end) {
    for (let i = 0; i < ranges.count; i += 2) {
        const [from, to] = [ranges.at(i), ranges.at(i + 1)];
        const stop = Math.max(from, Math.min(to, disk.size));
        const isWhole = stop === from || list.fill((sink) => disk.resolve(from, stop - from, from, sink));
        if (!isWhole)
            return endOf(list.all.at(-1));
        if (to > stop)
            list.zero(stop, to - stop);
    }
    return end;
}
function emit(extent, start, stop, shift, sink) {
    const skipped = start - extent.offset;
    const length = stop - start;
    if (length <= 0)
        return;
    if (extent.kind === 'zero')
        sink.zero(start + shift, length);
    else if (extent.kind === 'data')
        sink.data(start + shift, length, extent.file, extent.fileOffset + skipped);
    else
        sink.computed(start + shift, length, extent.source, extent.sourceOffset + skipped);
}
function firstEndingAfter(extents, position) {
    let [low, high] = [0, extents.length];
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (extents[middle].offset + extents[middle].length > position)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
/** Extents in any order: an ExtentList joins neighbours, and takes what follows the last one to continue it. */
class UnjoinedExtents {
    all = [];
    #limit = Number.POSITIVE_INFINITY;
    /** Runs a resolution that adds PIECES_MANY extents at most; false when it ended early, behind the last one. */
    fill(resolve) {
        this.#limit = this.all.length + PIECES_MANY;
        try {
            return fillUpTo(() => resolve(this));
        }
        finally {
            this.#limit = Number.POSITIVE_INFINITY;
        }
    }
    data(at, length, file, fileOffset) {
        this.#push({ kind: 'data', offset: at, length, file, fileOffset });
    }
    zero(at, length) {
        this.#push({ kind: 'zero', offset: at, length });
    }
    computed(at, length, source, sourceOffset) {
        this.#push({ kind: 'computed', offset: at, length, source, sourceOffset });
    }
    #push(extent) {
        if (this.all.length >= this.#limit)
            throw FULL;
        this.all.push(extent);
    }
}
/** Neighbours that continue each other become one, in the array itself: a copy of a long list would be garbage at once. */
function joined(extents) {
    let count = 0;
    for (const extent of extents) {
        const last = count === 0 ? undefined : extents[count - 1];
        if (last !== undefined && continues(last, extent))
            last.length += extent.length;
        else
            extents[count++] = extent;
    }
    extents.length = count;
    return extents;
}
function continues(last, next) {
    if (last.kind === 'data' && next.kind === 'data') {
        return last.file === next.file && last.fileOffset + last.length === next.fileOffset;
    }
    if (last.kind === 'computed' && next.kind === 'computed') {
        return last.source === next.source && last.sourceOffset + last.length === next.sourceOffset;
    }
    return last.kind === 'zero' && next.kind === 'zero';
}
