/**
 * A dirty log applied in memory: the file as it would be after replay, as an address map. The input is never written.
 *
 * 1. Held for each changed page is where its bytes stand in the log, never the bytes: a few MiB whatever the log.
 * 2. Of several entries that change a page, the last one counts.
 * 3. The file is as long as the log says it was: bytes past the real end are zero.
 */
import { hex } from "../base/bytes.js";
import { corrupt, unsupported } from "../errors.js";
import { requireRange } from "../map/address-map.js";
import { readMap } from "../map/read-map.js";
import { forEachDescriptor } from "./log.js";
import { LOG_DESCRIPTOR_SIZE, LOG_SECTOR_SIZE, restorePage } from "./log-format.js";
/** Descriptors that are replayed at most; a 1 MiB log holds 33,000. Each costs 24 bytes while the overlay is built. */
const DESCRIPTORS_MAX = 2 ** 20;
const ZERO = -1;
/** Page sources are packed as `descriptor * SECTORS + data sector`: a ring of 1 GiB has 2^25 and 2^18 of them. */
const SECTORS = 2 ** 18;
export class LogOverlay {
    size;
    /** Pages of 4 KiB whose bytes come from the log, zeroed ranges not counted. */
    pageCount;
    #container;
    #spans;
    #pages;
    /** Throws corrupt when the file is shorter than the log knows it to be. */
    constructor(container, ring, active, image) {
        const { last } = active;
        if (!(last.flushedFileOffset <= container.size)) {
            throw corrupt('VHDX_FILE_TRUNCATED', `the file was at least ${hex(last.flushedFileOffset)} bytes long when its log was written, now it has ${hex(container.size)}`, {
                image,
                structure: 'log',
                offset: ring.offset + last.offset,
                hint: 'the copy is incomplete; copy the file again',
            });
        }
        const writes = collectWrites(ring, active, image);
        this.#container = container;
        this.#spans = paint(writes);
        this.#pages = new LogPages(container, ring.offset, this.#spans);
        this.pageCount = this.#spans.source.reduce((count, source) => count + (source === ZERO ? 0 : 1), 0);
        this.size = Math.max(container.size, last.lastFileOffset, writes.dataEnd);
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const { start, end, source } = this.#spans;
        const limit = offset + length;
        let position = offset;
        for (let i = this.#spans.firstEndingAfter(position); position < limit; i++) {
            const spanStart = i < start.length ? Math.min(limit, start[i]) : limit;
            if (position < spanStart)
                this.#below(position, spanStart, at + position - offset, sink);
            position = Math.max(position, spanStart);
            if (position >= limit)
                return;
            const spanEnd = Math.min(limit, end[i]);
            const here = at + position - offset;
            if (source[i] === ZERO)
                sink.zero(here, spanEnd - position);
            else
                sink.computed(here, spanEnd - position, this.#pages, position);
            position = spanEnd;
        }
    }
    #below(start, end, at, sink) {
        const there = Math.min(end, this.#container.size);
        if (start < there)
            this.#container.resolve(start, there - start, at, sink);
        const from = Math.max(start, there);
        if (from < end)
            sink.zero(at + from - start, end - from);
    }
}
/** Ranges in file order, apart from each other, in bytes; `source` is ZERO or a packed place in the log. */
class Spans {
    start;
    end;
    source;
    constructor(start, end, source) {
        this.start = start;
        this.end = end;
        this.source = source;
    }
    /** Index of the first span that ends behind this offset; the count of spans when there is none. */
    firstEndingAfter(offset) {
        let low = 0;
        for (let high = this.end.length; low < high;) {
            const middle = (low + high) >>> 1;
            if (this.end[middle] > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
/** The logged pages as bytes: a data sector whose ends are put back from its descriptor. Offsets are the file's. */
class LogPages {
    what = 'page of the log, replayed in memory';
    #container;
    #logOffset;
    #spans;
    constructor(container, logOffset, spans) {
        this.#container = container;
        this.#logOffset = logOffset;
        this.#spans = spans;
    }
    read(offset, target) {
        const page = new Uint8Array(LOG_SECTOR_SIZE);
        const descriptor = new Uint8Array(LOG_DESCRIPTOR_SIZE);
        let i = this.#spans.firstEndingAfter(offset);
        for (let done = 0; done < target.length; i++) {
            const source = this.#spans.source[i];
            readMap(this.#container, this.#logOffset + Math.floor(source / SECTORS) * LOG_DESCRIPTOR_SIZE, descriptor);
            readMap(this.#container, this.#logOffset + (source % SECTORS) * LOG_SECTOR_SIZE, page);
            restorePage(page, descriptor);
            const from = offset + done - this.#spans.start[i];
            const part = page.subarray(from, from + target.length - done);
            target.set(part, done);
            done += part.length;
        }
    }
}
/** Every change of the replayed entries, in order. */
function collectWrites(ring, active, image) {
    const count = active.entries.reduce((sum, entry) => sum + entry.descriptorCount, 0);
    if (count > DESCRIPTORS_MAX) {
        throw unsupported('VHDX_LOG_TOO_LARGE', `the log holds ${count} changes; at most ${DESCRIPTORS_MAX} are replayed`, {
            image,
            structure: 'log',
            offset: ring.offset,
        });
    }
    const start = new Float64Array(count);
    const end = new Float64Array(count);
    const source = new Float64Array(count);
    let dataEnd = 0;
    let used = 0;
    for (const entry of active.entries) {
        forEachDescriptor(ring, entry, (descriptor, at, dataSector) => {
            if (descriptor.length === 0)
                return;
            start[used] = descriptor.fileOffset;
            end[used] = descriptor.fileOffset + descriptor.length;
            source[used] = descriptor.kind === 'zero' ? ZERO : (at / LOG_DESCRIPTOR_SIZE) * SECTORS + dataSector;
            if (descriptor.kind === 'data')
                dataEnd = Math.max(dataEnd, end[used]);
            used++;
        });
    }
    return { start: start.subarray(0, used), end: end.subarray(0, used), source: source.subarray(0, used), dataEnd };
}
/**
 * Later writes over earlier ones. The ends of all ranges cut the file into segments; painted from the last write back,
 * each segment takes colour once, and `next` leads past painted ones, so n writes cost n log n however they overlap.
 */
function paint(writes) {
    const cuts = sortedUnique(writes);
    const owner = new Int32Array(cuts.length).fill(-1);
    const next = Int32Array.from(cuts, (_, i) => i);
    const unpainted = (segment) => {
        let root = segment;
        while (next[root] !== root)
            root = next[root];
        for (let i = segment; next[i] !== root && i !== root;) {
            const following = next[i];
            next[i] = root;
            i = following;
        }
        return root;
    };
    for (let i = writes.start.length - 1; i >= 0; i--) {
        const end = indexOf(cuts, writes.end[i]);
        for (let s = unpainted(indexOf(cuts, writes.start[i])); s < end; s = unpainted(s)) {
            owner[s] = i;
            next[s] = s + 1;
        }
    }
    const painted = owner.reduce((count, one) => count + (one >= 0 ? 1 : 0), 0);
    const start = new Float64Array(painted);
    const end = new Float64Array(painted);
    const source = new Float64Array(painted);
    let used = 0;
    for (let s = 0; s < owner.length; s++) {
        if (owner[s] < 0)
            continue;
        start[used] = cuts[s];
        end[used] = cuts[s + 1];
        source[used++] = writes.source[owner[s]];
    }
    return new Spans(start, end, source);
}
function sortedUnique({ start, end }) {
    const all = new Float64Array(start.length + end.length);
    all.set(start);
    all.set(end, start.length);
    all.sort();
    let used = 0;
    for (let i = 0; i < all.length; i++)
        if (i === 0 || all[i] !== all[i - 1])
            all[used++] = all[i];
    return all.subarray(0, used);
}
/** Index of a value that is there. */
function indexOf(sorted, value) {
    let low = 0;
    for (let high = sorted.length; low < high;) {
        const middle = (low + high) >>> 1;
        if (sorted[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
