/** Where the bytes of a virtual disk lie on the device: the leaves of its map, composed with the extents of its file. */
import { extentsOf } from "../map/extent.js";
/** Extents of one file in columns: a fragmented file has a million. */
export class FileExtents {
    #offsets = new Float64Array(256);
    #lengths = new Float64Array(256);
    #physicals = new Float64Array(256);
    #count = 0;
    /** Null where the file system does not tell. */
    static of(host, file, size) {
        const extents = host.physicalExtents(file, 0, size);
        if (extents === null)
            return null;
        const list = new FileExtents();
        for (const { offset, length, physical, trusted } of extents)
            list.#add(offset, length, trusted ? physical : -1);
        return list;
    }
    get count() {
        return this.#count;
    }
    /** The parts of a range of the file that have a place; `at` is what the range's first byte is called. */
    *within(fileOffset, length, at) {
        const end = fileOffset + length;
        for (let i = this.#firstEndingAfter(fileOffset); i < this.#count && this.#offsets[i] < end; i++) {
            const start = Math.max(fileOffset, this.#offsets[i]);
            const stop = Math.min(end, this.#offsets[i] + this.#lengths[i]);
            const physical = this.#physicals[i];
            const trusted = physical >= 0;
            yield {
                offset: at + start - fileOffset,
                length: stop - start,
                physical: trusted ? physical + start - this.#offsets[i] : 0,
                trusted,
            };
        }
    }
    #add(offset, length, physical) {
        if (this.#count === this.#offsets.length) {
            this.#offsets = grown(this.#offsets);
            this.#lengths = grown(this.#lengths);
            this.#physicals = grown(this.#physicals);
        }
        this.#offsets[this.#count] = offset;
        this.#lengths[this.#count] = length;
        this.#physicals[this.#count++] = physical;
    }
    #firstEndingAfter(offset) {
        let [low, high] = [0, this.#count];
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.#offsets[middle] + this.#lengths[middle] > offset)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
function grown(column) {
    const larger = new Float64Array(2 * column.length);
    larger.set(column);
    return larger;
}
/** Ranges of the disk with their places. The map's data leaves all name the file whose extents these are. */
export function* placedRanges(map, extents) {
    for (const extent of extentsOf(map)) {
        if (extent.kind === 'data')
            yield* extents.within(extent.fileOffset, extent.length, extent.offset);
        else if (extent.kind === 'computed')
            yield { offset: extent.offset, length: extent.length, physical: 0, trusted: false };
    }
}
