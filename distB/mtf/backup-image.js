/** A data file as it stands in its backups: extents of the full one, those of later ones over it, zeros between. */
import { requireRange } from "../map/address-map.js";
import { EXTENT_PAGES, PAGE_SIZE } from "../mdf/page.js";
const EXTENT_SIZE = EXTENT_PAGES * PAGE_SIZE;
export class BackupImage {
    size;
    /** Newest first. */
    #layers;
    /** Layers oldest first. `size`: bytes of the file when it was backed up; more where the extents reach further. */
    constructor(layers, size) {
        this.#layers = layers.toReversed();
        const end = Math.max(0, ...layers.map(({ index }) => index.extentsEnd)) * EXTENT_SIZE;
        this.size = Math.max(end, Number.isSafeInteger(size) && size <= end + 2 ** 40 ? size : 0);
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        for (let done = 0; done < length;) {
            const extent = Math.floor((offset + done) / EXTENT_SIZE);
            const within = offset + done - extent * EXTENT_SIZE;
            const part = Math.min(EXTENT_SIZE - within, length - done);
            this.#resolveExtent(extent, within, part, at + done, sink);
            done += part;
        }
    }
    #resolveExtent(extent, within, length, at, sink) {
        for (const { index, map } of this.#layers) {
            const place = index.offsetOf(extent);
            if (place === null)
                continue;
            map.resolve(place + within, length, at, sink);
            return;
        }
        sink.zero(at, length);
    }
}
