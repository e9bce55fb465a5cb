/**
 * Files compressed by the Windows Overlay Filter ("CompactOS"): the content is in the stream WofCompressedData, as
 * chunks that each expand to 4, 8, 16 or 32 KiB, behind a table of where the chunks end.
 *
 * Invariants:
 * 1. `n` chunks have `n - 1` table entries of 4 bytes, or of 8 where the file is 4 GiB or more: offsets behind the table.
 * 2. A chunk takes 1 byte up to its expanded size; of exactly that size it is stored as it is, and becomes the leaves of
 *    the compressed stream itself.
 * 3. The table is read a page at a time; it is never held whole.
 */
import { getU64, hex, viewOf } from "../base/bytes.js";
import { lzxDecompress } from "../codec/lzx.js";
import { xpressHuffmanDecompress } from "../codec/xpress-huffman.js";
import { corrupt, StorageError } from "../errors.js";
import { requireRange, unreadable } from "../map/address-map.js";
import { readBytes, readMap } from "../map/read-map.js";
/** By the number in the reparse point. */
export const WOF_ALGORITHMS = [
    { name: 'XPRESS4K', chunkSize: 4096, decompress: xpressHuffmanDecompress },
    { name: 'LZX', chunkSize: 32_768, decompress: lzxDecompress },
    { name: 'XPRESS8K', chunkSize: 8192, decompress: xpressHuffmanDecompress },
    { name: 'XPRESS16K', chunkSize: 16_384, decompress: xpressHuffmanDecompress },
];
const TABLE_PAGE_ENTRIES = 1024;
const WIDE_ENTRIES_FROM = 2 ** 32;
export class WofStream {
    size;
    sparse = false;
    what;
    #below;
    #algorithm;
    #place;
    #entrySize;
    #tableSize;
    #page = null;
    #pageNumber = -1;
    #chunk = null;
    #chunkNumber = -1;
    /** `below`: the stream WofCompressedData; `size`: of the file, in bytes. */
    constructor(below, size, algorithm, place) {
        this.size = size;
        this.what = `${algorithm.name} data of ${place.structure}`;
        this.#below = below;
        this.#algorithm = algorithm;
        this.#place = place;
        this.#entrySize = size < WIDE_ENTRIES_FROM ? 4 : 8;
        this.#tableSize = Math.max(0, Math.ceil(size / algorithm.chunkSize) - 1) * this.#entrySize;
    }
    get allocatedSize() {
        return this.#below.allocatedSize;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const { chunkSize } = this.#algorithm;
        const end = offset + length;
        if (length > 0 && !(this.#tableSize <= this.#below.size)) {
            sink.computed(at, length, unreadable(this.#tableTooLong()), 0);
            return;
        }
        for (let position = offset; position < end;) {
            const number = Math.floor(position / chunkSize);
            const next = Math.min(end, (number + 1) * chunkSize);
            const here = at + position - offset;
            const chunk = this.#tryChunk(number);
            if (StorageError.is(chunk))
                sink.computed(here, next - position, unreadable(chunk), 0);
            else if (chunk.length < chunk.size)
                sink.computed(here, next - position, this, position);
            else
                this.#below.resolve(chunk.start + position - number * chunkSize, next - position, here, sink);
            position = next;
        }
    }
    read(offset, target) {
        const { chunkSize } = this.#algorithm;
        for (let done = 0; done < target.length;) {
            const number = Math.floor((offset + done) / chunkSize);
            const start = offset + done - number * chunkSize;
            const part = this.#expanded(number).subarray(start, Math.min(chunkSize, start + target.length - done));
            target.set(part, done);
            done += part.length;
        }
    }
    #expanded(number) {
        const { chunkSize, decompress } = this.#algorithm;
        this.#chunk ??= new Uint8Array(chunkSize);
        if (this.#chunkNumber === number)
            return this.#chunk;
        this.#chunkNumber = -1;
        const chunk = this.#chunkAt(number);
        const source = readBytes(this.#below, chunk.start, chunk.length);
        try {
            if (chunk.length === chunk.size)
                this.#chunk.set(source);
            else
                decompress(source, this.#chunk.subarray(0, chunk.size));
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            const message = `${this.what}, chunk at ${hex(number * chunkSize)}: ${error.message}`;
            throw corrupt(error.code, message, { ...this.#details(), cause: error });
        }
        this.#chunkNumber = number;
        return this.#chunk;
    }
    #tryChunk(number) {
        try {
            return this.#chunkAt(number);
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return error;
            throw error;
        }
    }
    /** Where chunk `number` stands in the compressed stream. Throws NTFS_WOF_CHUNK where that breaks a rule. */
    #chunkAt(number) {
        const { chunkSize } = this.#algorithm;
        const size = Math.min(chunkSize, this.size - number * chunkSize);
        const entries = this.#tableSize / this.#entrySize;
        const start = number === 0 ? 0 : this.#entry(number - 1);
        const end = number === entries ? this.#below.size - this.#tableSize : this.#entry(number);
        const length = end - start;
        if (!(length >= 1 && length <= size && this.#tableSize + end <= this.#below.size)) {
            const message = `${this.what}, chunk ${number}: expected 1 to ${size} bytes, found ${hex(start)} to ${hex(end)}`;
            throw corrupt('NTFS_WOF_CHUNK', message, this.#details());
        }
        return { start: this.#tableSize + start, length, size };
    }
    #entry(index) {
        const page = Math.floor(index / TABLE_PAGE_ENTRIES);
        if (page !== this.#pageNumber || this.#page === null) {
            const bytes = new Uint8Array(Math.min(TABLE_PAGE_ENTRIES * this.#entrySize, this.#tableSize - page * TABLE_PAGE_ENTRIES * this.#entrySize));
            this.#pageNumber = -1;
            readMap(this.#below, page * TABLE_PAGE_ENTRIES * this.#entrySize, bytes);
            this.#page = viewOf(bytes);
            this.#pageNumber = page;
        }
        const offset = (index - page * TABLE_PAGE_ENTRIES) * this.#entrySize;
        return this.#entrySize === 4 ? this.#page.getUint32(offset, true) : getU64(this.#page, offset);
    }
    #tableTooLong() {
        const message = `${this.what}: a chunk table of ${hex(this.#tableSize)} bytes in ${hex(this.#below.size)} bytes of data`;
        return corrupt('NTFS_WOF_TABLE', message, this.#details());
    }
    #details() {
        return { ...this.#place, hint: 'the other chunks of this file are still readable' };
    }
}
