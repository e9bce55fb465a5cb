/**
 * Pages of BAT and sector bitmaps of a file that is being written: read when needed, changed in memory, taken out by
 * the writer when it commits.
 *
 * 1. A changed page stays until `clean` is told that it stands in the file; an unchanged one may go at any time.
 * 2. At most CLEAN_MAX unchanged pages are held; how many are changed is bounded by the writer, which commits in time.
 */
import { viewOf } from "../base/bytes.js";
/** What a data descriptor of the log replaces, and so what is logged and written in one piece. */
export const METADATA_PAGE = 4096;
const CLEAN_MAX = 1024; // 4 MiB
export class MetadataPages {
    #file;
    #clean = new Map();
    #dirty = new Map();
    #last = null;
    constructor(file) {
        this.#file = file;
    }
    get dirtyCount() {
        return this.#dirty.size;
    }
    /** The page that holds this file offset. */
    page(fileOffset) {
        const offset = fileOffset - (fileOffset % METADATA_PAGE);
        if (this.#last?.offset === offset)
            return this.#last;
        const page = this.#dirty.get(offset) ?? this.#clean.get(offset) ?? this.#read(offset);
        this.#last = page;
        return page;
    }
    #read(offset) {
        const bytes = new Uint8Array(METADATA_PAGE); // past the end of the file there are zeros
        this.#file.read(offset, bytes);
        const page = { offset, bytes, view: viewOf(bytes) };
        if (this.#clean.size >= CLEAN_MAX)
            this.#clean.delete(this.#clean.keys().next().value);
        this.#clean.set(offset, page);
        return page;
    }
    /** To be called whenever a page's bytes have been changed. */
    touch(page) {
        if (this.#dirty.has(page.offset))
            return;
        this.#clean.delete(page.offset);
        this.#dirty.set(page.offset, page);
    }
    /** The changed pages, in no order. */
    dirty() {
        return [...this.#dirty.values()];
    }
    isDirty(offset) {
        return this.#dirty.has(offset);
    }
    /** What is held of this range is out of date: the file was written there by other means. */
    forget(fileOffset, length) {
        for (let offset = fileOffset; offset < fileOffset + length; offset += METADATA_PAGE) {
            this.#clean.delete(offset);
            if (this.#last?.offset === offset)
                this.#last = null;
        }
    }
    /** Forgets every change since the last commit. */
    revert() {
        this.#dirty.clear();
        this.#last = null;
    }
    /** These pages stand in the file as they are here. */
    clean(pages) {
        for (const page of pages) {
            this.#dirty.delete(page.offset);
            if (this.#clean.size < CLEAN_MAX)
                this.#clean.set(page.offset, page);
            else if (this.#last === page)
                this.#last = null;
        }
    }
}
