/**
 * Pages of BAT and sector bitmaps, read when needed. A 64 TiB disk of 1 MiB blocks has 513 MiB of BAT, and a chain can
 * be a thousand disks deep: what is held must depend on neither.
 *
 * 1. At most SLOTS pages are held over all open images of the process, in one page-aligned block of memory; the page
 *    used longest ago makes room. A closed image's pages age out.
 * 2. A page's bytes are valid until the next page is asked for, by anybody: take values out, then go on.
 * 3. Of a page that is looked at in places only these are read, and more with each further one: a child deep in a chain has
 *    few blocks, whose bits lie far apart, and there are hundreds of such children.
 * 4. A bad sector costs what stands in it: a page that the disk refuses is read in smaller pieces, and what is bad of it is
 *    marked. One that is asked for again is tried again.
 */
import { alignDown, alignUp, viewOf } from "../base/bytes.js";
import { StorageError } from "../errors.js";
import { alignedMemory } from "../io/aligned-memory.js";
import { readMap } from "../map/read-map.js";
export const PAGE_SIZE = 64 * 1024;
const SLOTS = 64; // 4 MiB
/** The first look into a page reads this much; looks that go on from there GROWTH times what is there, up to the page. */
const PART_SIZE = 4 * 1024;
const GROWTH = 4;
/** What cannot be read is found to this precision. */
export const BAD_UNIT = 512;
/** Where what can be used of the page ends that starts at the byte `at`; `at` itself where that is bad. */
export function goodEnd({ bad, length }, at) {
    if (bad === null)
        return length;
    let unit = Math.floor(at / BAD_UNIT);
    if (bad.units[unit] === 1)
        return at;
    while (unit * BAD_UNIT < length && bad.units[unit] !== 1)
        unit++;
    return Math.min(length, unit * BAD_UNIT);
}
const slots = [];
let memory;
let clock = 0;
/** An unused slot as long as there is one, else the one used longest ago. */
function nextSlot() {
    if (slots.length === SLOTS)
        return oldest(slots);
    memory ??= alignedMemory(SLOTS * PAGE_SIZE);
    const bytes = new Uint8Array(memory.buffer, slots.length * PAGE_SIZE, PAGE_SIZE);
    const empty = { length: 0, bad: null, owner: null, page: 0, start: 0, wanted: 0, usedAt: 0 };
    const slot = { bytes, view: viewOf(bytes), ...empty };
    slots.push(slot);
    return slot;
}
function oldest(list) {
    let found = list[0];
    for (let i = 1; i < list.length && found.usedAt > 0; i++)
        if (list[i].usedAt < found.usedAt)
            found = list[i];
    return found;
}
/** The pages of one file. */
export class TablePages {
    #file;
    #held = new Map();
    constructor(file) {
        this.#file = file;
    }
    /**
     * The page that starts at `page * PAGE_SIZE`, read only as far as the byte `end` of the file, where what is looked at
     * ends. `at`: the byte of it that is wanted first. What the disk refuses is marked (see `goodEnd`).
     */
    page(page, end, at) {
        const wanted = Math.max(0, Math.min(PAGE_SIZE, end - page * PAGE_SIZE));
        const held = this.#held.get(page);
        if (held !== undefined && held.start === 0 && held.wanted >= wanted) {
            held.usedAt = ++clock;
            if (held.bad !== null)
                this.#tryAgain(held, page, at);
            return held;
        }
        return this.#read(held ?? nextSlot(), page, 0, wanted);
    }
    /** The same page, of which only the bytes from `start` up to `end`, counted within the page, have to be there or marked. */
    part(page, start, end) {
        const held = this.#held.get(page);
        if (held === undefined)
            return this.#read(nextSlot(), page, alignDown(start, PART_SIZE), alignUp(end, PART_SIZE));
        if (held.start > start)
            return this.#read(held, page, alignDown(start, PART_SIZE), Math.max(end, held.wanted));
        if (held.wanted < end) {
            const to = Math.min(PAGE_SIZE, Math.max(alignUp(end, PART_SIZE), held.start + GROWTH * (held.wanted - held.start)));
            // Where the file ends there is no more to be had.
            const more = held.length === held.wanted ? this.#tryFill(held, page, held.wanted, to) : 0;
            if (typeof more !== 'number')
                return this.#read(held, page, 0, PAGE_SIZE);
            held.length += more;
            held.wanted = to;
        }
        held.usedAt = ++clock;
        if (held.bad !== null)
            this.#tryAgain(held, page, start);
        return held;
    }
    #read(slot, page, start, end) {
        slot.owner?.forget(slot.page);
        slot.owner = null; // stays so when the read fails
        slot.usedAt = 0;
        slot.bad = null;
        const filled = this.#tryFill(slot, page, start, end);
        if (typeof filled !== 'number')
            return this.#readCarefully(slot, page, filled);
        slot.length = start + filled;
        return this.#hold(slot, page, start, end);
    }
    /** The whole page, in pieces; those that fail in units. */
    #readCarefully(slot, page, error) {
        const units = new Uint8Array(PAGE_SIZE / BAD_UNIT);
        slot.length = Math.max(0, Math.min(PAGE_SIZE, this.#file.size - page * PAGE_SIZE));
        for (let piece = 0; piece < slot.length; piece += PART_SIZE) {
            if (typeof this.#tryFill(slot, page, piece, piece + PART_SIZE) === 'number')
                continue;
            for (let at = piece; at < piece + PART_SIZE; at += BAD_UNIT) {
                units[at / BAD_UNIT] = typeof this.#tryFill(slot, page, at, at + BAD_UNIT) === 'number' ? 0 : 1;
            }
        }
        slot.bad = units.includes(1) ? { error, units } : null;
        return this.#hold(slot, page, 0, PAGE_SIZE);
    }
    #tryAgain(slot, page, at) {
        const { units } = slot.bad;
        const start = alignDown(at, BAD_UNIT);
        if (units[start / BAD_UNIT] !== 1)
            return;
        if (typeof this.#tryFill(slot, page, start, start + BAD_UNIT) !== 'number')
            return;
        units[start / BAD_UNIT] = 0;
        if (!units.includes(1))
            slot.bad = null;
    }
    #hold(slot, page, start, end) {
        slot.owner = this;
        slot.page = page;
        slot.start = start;
        slot.wanted = end;
        slot.usedAt = ++clock;
        this.#held.set(page, slot);
        return slot;
    }
    /** Bytes that were filled; the error where the disk refuses them. */
    #tryFill(slot, page, start, end) {
        try {
            return this.#fill(slot, page, start, end);
        }
        catch (error) {
            if (!StorageError.is(error) || error.kind !== 'io')
                throw error;
            return error;
        }
    }
    #fill({ bytes }, page, start, end) {
        return readMap(this.#file, page * PAGE_SIZE + start, bytes.subarray(start, end));
    }
    /** @internal The slot has gone to another page. */
    forget(page) {
        this.#held.delete(page);
    }
}
