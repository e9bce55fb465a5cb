/**
 * A small page cache in front of ByteFiles. Metadata reads (BAT entries, file records, index blocks) and small files are
 * a few KiB each and lie close together; without it each would pay a system call.
 *
 * Invariants:
 * 1. At most PAGES_MAX pages of PAGE_SIZE are held over all files of one PageCache, whatever the image's size. They are
 *    slots of one page-aligned slab: a fresh allocation for each page would be slower to read into, and garbage.
 * 2. Reads of PAGE_SIZE and more go past the cache and leave it as it is: large payload never evicts metadata.
 * 3. A page's bytes are copied out before anything else can be read, so a slot may be reused at any next read.
 * 4. A bad sector costs the reads of it, and no others: where more is read than was asked for and that fails, the page
 *    takes nothing more in, and what it does not hold is read as it was asked for.
 */
import { alignDown, alignUp } from "../base/bytes.js";
import { StorageError } from "../errors.js";
import { alignedMemory } from "./aligned-memory.js";
const PAGE_SIZE = 64 * 1024;
const PAGES_MAX = 64; // 4 MiB
/** A lone small read fetches this much; reads that go on from there fetch GROWTH times what is there, up to the page. */
const PART_SIZE = 4 * 1024;
const GROWTH = 4;
/** Pages of many files, evicted by second chance: a hit costs one lookup and one flag. */
export class PageCache {
    /** `file number * 2^32 + page` to slot. */
    #slots = new Map();
    #keys = new Float64Array(PAGES_MAX);
    /** Valid bytes of each slot: from `starts` up to `ends`, counted within the page. */
    #starts = new Uint32Array(PAGES_MAX);
    #ends = new Uint32Array(PAGES_MAX);
    #used = new Uint8Array(PAGES_MAX);
    /** 1: reading into the slot has failed. */
    #failed = new Uint8Array(PAGES_MAX);
    /** Empty slots; the one emptied last is taken first, since its memory is the warmest. */
    #empty = Array.from({ length: PAGES_MAX }, (_, index) => PAGES_MAX - 1 - index);
    #slab;
    #hand = 0;
    #files = 0;
    /** Wraps a file; closing the wrapper closes the file. */
    open(file) {
        return new CachedFile(file, this, this.#files++);
    }
    /** @internal Copies bytes of one page to target; returns how many there were, fewer than asked at the end of the file. */
    copy(file, number, page, start, target, at, length) {
        const slot = this.#slotOf(number, page);
        if (!(this.#starts[slot] <= start && start + length <= this.#ends[slot])) {
            if (!this.#tryFill(file, slot, page, start, length))
                return file.read(page * PAGE_SIZE + start, target.subarray(at, at + length));
        }
        const count = Math.max(0, Math.min(length, this.#ends[slot] - start));
        const from = slot * PAGE_SIZE + start;
        if (count > 0)
            target.set(this.#slab.subarray(from, from + count), at);
        return count;
    }
    /** False where the disk refused, now or before: it may be what lies around the range that is bad. */
    #tryFill(file, slot, page, start, length) {
        if (this.#failed[slot] === 1)
            return false;
        try {
            this.#fill(file, slot, page, start, length);
            return true;
        }
        catch (error) {
            if (!StorageError.is(error) || error.kind !== 'io')
                throw error;
            this.#failed[slot] = 1;
            return false;
        }
    }
    /** Makes the range valid, keeping one contiguous valid stretch per page and reading none of its bytes twice. */
    #fill(file, slot, page, start, length) {
        const end = Math.min(PAGE_SIZE, alignUp(start + length, PART_SIZE));
        if (this.#starts[slot] === this.#ends[slot]) {
            const from = alignDown(start, PART_SIZE);
            this.#ends[slot] = from + this.#read(file, slot, page, from, end);
            this.#starts[slot] = from;
            return;
        }
        const validStart = this.#starts[slot];
        if (start < validStart) {
            const from = alignDown(start, PART_SIZE);
            this.#read(file, slot, page, from, validStart);
            this.#starts[slot] = from;
        }
        const validEnd = this.#ends[slot];
        if (start + length <= validEnd)
            return;
        // Whoever reads on will read on: more comes with each read.
        const grown = this.#starts[slot] + GROWTH * (validEnd - this.#starts[slot]);
        const to = Math.min(PAGE_SIZE, Math.max(end, alignUp(grown, PART_SIZE)));
        this.#ends[slot] = validEnd + this.#read(file, slot, page, validEnd, to);
    }
    #read(file, slot, page, from, to) {
        this.#slab ??= alignedMemory(PAGE_SIZE * PAGES_MAX);
        const base = slot * PAGE_SIZE;
        return file.read(page * PAGE_SIZE + from, this.#slab.subarray(base + from, base + to));
    }
    #slotOf(number, page) {
        const key = number * 0x1_0000_0000 + page;
        const hit = this.#slots.get(key);
        if (hit !== undefined) {
            this.#used[hit] = 1;
            return hit;
        }
        const slot = this.#empty.pop() ?? this.#evict();
        this.#starts[slot] = 0;
        this.#ends[slot] = 0;
        this.#failed[slot] = 0;
        this.#keys[slot] = key;
        this.#slots.set(key, slot);
        return slot;
    }
    #evict() {
        while (this.#used[this.#hand] === 1) {
            this.#used[this.#hand] = 0;
            this.#hand = (this.#hand + 1) % PAGES_MAX;
        }
        const slot = this.#hand;
        this.#hand = (this.#hand + 1) % PAGES_MAX;
        this.#slots.delete(this.#keys[slot]);
        return slot;
    }
    /** @internal Pages of a closed file are of no use to anybody. */
    forget(number) {
        for (const [key, slot] of this.#slots) {
            if (Math.floor(key / 0x1_0000_0000) !== number)
                continue;
            this.#slots.delete(key);
            this.#used[slot] = 0;
            this.#empty.push(slot);
        }
    }
}
class CachedFile {
    name;
    size;
    identity;
    #file;
    #cache;
    #number;
    #closed = false;
    constructor(file, cache, number) {
        this.name = file.name;
        this.size = file.size;
        this.identity = file.identity;
        this.#file = file;
        this.#cache = cache;
        this.#number = number;
    }
    get path() {
        return this.#file.path;
    }
    get host() {
        return this.#file.host;
    }
    read(offset, target) {
        if (target.length >= PAGE_SIZE || this.#closed)
            return this.#file.read(offset, target);
        let done = 0;
        while (done < target.length) {
            const at = offset + done;
            const page = Math.floor(at / PAGE_SIZE);
            const start = at - page * PAGE_SIZE;
            const wanted = Math.min(target.length - done, PAGE_SIZE - start);
            const count = this.#cache.copy(this.#file, this.#number, page, start, target, done, wanted);
            done += count;
            if (count < wanted)
                break;
        }
        return done;
    }
    readPast(offset, target) {
        return this.#file.read(offset, target);
    }
    close() {
        if (!this.#closed)
            this.#cache.forget(this.#number);
        this.#closed = true;
        this.#file.close();
    }
}
