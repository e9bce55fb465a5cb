/** The maps that belong to no format: a whole file, a window, parts laid end to end, bytes made on demand. */
import { requireRange } from "./address-map.js";
/** The bottom of every river: a file as it is. */
export class FileMap {
    file;
    constructor(file) {
        this.file = file;
    }
    get size() {
        return this.file.size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        if (length > 0)
            sink.data(at, length, this.file, offset);
    }
}
/** A window on another map: a partition on a disk, a stored member of an archive. */
export class SliceMap {
    size;
    #below;
    #start;
    constructor(below, start, size) {
        requireRange(below, start, size);
        this.#below = below;
        this.#start = start;
        this.size = size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        this.#below.resolve(this.#start + offset, length, at, sink);
    }
}
/** Maps laid end to end: the parts of a volume that spans several disks. */
export class ConcatMap {
    size;
    #parts;
    #starts;
    constructor(parts) {
        this.#parts = parts.filter((part) => part.size > 0);
        this.#starts = new Float64Array(this.#parts.length);
        let size = 0;
        for (const [index, part] of this.#parts.entries()) {
            this.#starts[index] = size;
            size += part.size;
        }
        this.size = size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const end = offset + length;
        for (let index = this.#partAt(offset), from = offset; from < end; index++) {
            const [part, start] = [this.#parts[index], this.#starts[index]];
            const stop = Math.min(end, start + part.size);
            part.resolve(from - start, stop - from, at + from - offset, sink);
            from = stop;
        }
    }
    /** Index of the last part that begins at or before this offset. */
    #partAt(offset) {
        let low = 0;
        let high = this.#starts.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >>> 1;
            if (this.#starts[middle] <= offset)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }
}
/** Bytes that some ComputedBytes makes, as a map. */
export class ComputedMap {
    size;
    #source;
    constructor(source, size) {
        this.#source = source;
        this.size = size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        if (length > 0)
            sink.computed(at, length, this.#source, offset);
    }
}
/** Bytes at hand, as a computed leaf. */
export class BytesLeaf {
    what;
    #bytes;
    constructor(bytes, what) {
        this.#bytes = bytes;
        this.what = what;
    }
    read(offset, target) {
        target.set(this.#bytes.subarray(offset, offset + target.length));
    }
}
