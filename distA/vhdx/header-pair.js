/**
 * The two headers of a file open for writing (MS-VHDX 2.2.2).
 *
 * 1. An update is written to the header that is not current, whose loss costs nothing, and counts once it is flushed.
 * 2. No update starts before the one before it is durable: else a cut could tear both.
 */
import { NIL_GUID } from "../base/guid.js";
import { StorageError } from "../errors.js";
import { encodeHeader } from "./encode.js";
import { HEADER_OFFSETS } from "./format.js";
const SEQUENCE_MAX = 2n ** 64n - 1n;
export class HeaderPair {
    #file;
    #current;
    #slot;
    constructor(file, current, slot) {
        this.#file = file;
        this.#current = current;
        this.#slot = slot;
    }
    get current() {
        return this.#current;
    }
    get hasLog() {
        return this.#current.logGuid !== NIL_GUID;
    }
    /** Writes the other header with these changes; the caller flushes, then it is current. */
    write(changes = {}) {
        if (this.#current.sequenceNumber >= SEQUENCE_MAX) {
            throw new StorageError('unsupported', 'VHDX_HEADER_SEQUENCE', 'the header sequence number is at its end: no header can follow it', { image: this.#file.name, structure: 'header', offset: HEADER_OFFSETS[this.#slot] });
        }
        const next = { ...this.#current, ...changes, sequenceNumber: this.#current.sequenceNumber + 1n };
        const slot = 1 - this.#slot;
        this.#file.write(HEADER_OFFSETS[slot], encodeHeader(next));
        this.#current = next;
        this.#slot = slot;
    }
}
