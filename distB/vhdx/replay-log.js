/**
 * Replays a dirty log into its file (MS-VHDX 2.3.3), as opening for writing asks for. Flush points:
 *
 * R1  the header with a new FileWriteGuid, before the first byte is changed; the log stays named
 * R2  all pages of the log in their places, and the file's size
 * R3  the header without the log
 * R4  the same again in the other header
 *
 * A cut anywhere before R3 leaves the log to be replayed again, to the same bytes. DataWriteGuid stays: what the guest
 * sees does not change.
 */
import { NIL_GUID } from "../base/guid.js";
import { extentsOf } from "../map/extent.js";
import { HeaderPair } from "./header-pair.js";
const PIECE = 2 ** 20;
/** `parts` were read from this very file, and their log is dirty. */
export function replayLog(file, parts, newGuid) {
    const headers = new HeaderPair(file, parts.headers.current, parts.headers.currentIndex);
    headers.write({ fileWriteGuid: newGuid() });
    file.flush(); // R1
    const sizeBefore = file.size;
    const writer = new PageWriter(file, sizeBefore);
    for (const extent of extentsOf(parts.file)) {
        if (extent.kind === 'computed')
            writer.computed(extent.offset, extent.length, extent.source, extent.sourceOffset);
        else if (extent.kind === 'zero')
            writer.zero(extent.offset, extent.length);
    }
    if (file.size < parts.file.size)
        file.truncate(parts.file.size);
    file.flush(); // R2
    headers.write({ logGuid: NIL_GUID });
    file.flush(); // R3
    headers.write();
    file.flush(); // R4
}
/** Writes what the log changes; what stands in the file already is passed over. */
class PageWriter {
    #file;
    #sizeBefore;
    #piece = new Uint8Array(PIECE);
    constructor(file, sizeBefore) {
        this.#file = file;
        this.#sizeBefore = sizeBefore;
    }
    data() { }
    /** Past the old end there are zeros by themselves. */
    zero(at, length) {
        const end = Math.min(at + length, this.#sizeBefore);
        this.#piece.fill(0);
        for (let from = at; from < end; from += PIECE) {
            this.#file.write(from, this.#piece.subarray(0, Math.min(PIECE, end - from)));
        }
    }
    computed(at, length, source, sourceOffset) {
        for (let done = 0; done < length; done += PIECE) {
            const part = this.#piece.subarray(0, Math.min(PIECE, length - done));
            source.read(sourceOffset + done, part);
            this.#file.write(at + done, part);
        }
    }
}
