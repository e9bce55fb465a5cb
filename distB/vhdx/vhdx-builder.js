/**
 * A new VHDX with its contents, in a file that nobody has seen: blocks are written as they come, in any order, then BAT
 * and headers, then one flush, by `close`. Until then, or until it is settled, the file has no headers and is no VHDX to
 * anybody.
 */
import { requireRange } from "../map/address-map.js";
import { BytesLeaf } from "../map/maps.js";
import { writeSkeleton } from "./create-vhdx.js";
import { HEADER, HEADER_OFFSETS } from "./format.js";
import { readParts } from "./vhdx-parts.js";
import { VhdxWriter } from "./vhdx-writer.js";
/** Starts the disk. The writer that comes back owns the file. */
export function buildVhdx(file, params, options = {}) {
    const skeleton = writeSkeleton(file, params);
    const parts = readParts(new UnfinishedFile(file, skeleton), { name: options.name ?? file.name }, []);
    const { fileWriteGuid, dataWriteGuid } = skeleton.header;
    const guids = [fileWriteGuid];
    return VhdxWriter.openNew(file, parts, {
        ...options,
        dataWriteGuid,
        newGuid: () => guids.pop() ?? options.newGuid?.() ?? crypto.randomUUID(),
    });
}
/** The file as it will be when its headers are written. */
class UnfinishedFile {
    #file;
    #headers;
    constructor(file, { headers }) {
        this.#file = file;
        this.#headers = headers.map(({ bytes }) => new BytesLeaf(bytes, 'header that is not written yet'));
    }
    get size() {
        return this.#file.size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const slot = HEADER_OFFSETS.findIndex((start) => offset >= start && offset + length <= start + HEADER.SIZE);
        if (slot >= 0)
            sink.computed(at, length, this.#headers[slot], offset - HEADER_OFFSETS[slot]);
        else if (length > 0)
            sink.data(at, length, this.#file, offset);
    }
}
