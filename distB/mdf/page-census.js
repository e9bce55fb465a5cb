/**
 * The pages of a data file in order, by what was found of each: every allocated page proves itself, allocation maps are
 * held against each other, and neighbours in a chain must name each other. In bounded memory.
 */
import { StorageError } from "../errors.js";
import { GAM_EXTENTS, GAM_INTERVAL, PFS, PFS_INTERVAL } from "./allocation.js";
import { EXTENT_PAGES, PageType } from "./page.js";
import { defectOf, FACT, protectionOf, typeOf } from "./page-facts.js";
/** The GAM bitmap: slot 1 of its page, behind 4 bytes of record header. */
const GAM_BITS = 194;
const GAM_PAGE = 2;
const BAD_RANGES_MAX = 10_000;
/** Links whose other end has not come by yet. */
const LINKS_MAX = 65_536;
export class PageCensus {
    file;
    counts = noPages();
    /** Allocated pages that are bad, neighbours of one defect together. */
    bad = [];
    links = [];
    #source;
    /** Of the interval at hand; null where its page is bad. */
    #gam = null;
    #gamInterval = -1;
    /** Page to the page that must name it as previous; and as next. */
    #expectPrevious = new Map();
    #expectNext = new Map();
    constructor(source, file) {
        this.#source = source;
        this.file = file;
    }
    /** Whether the page has to prove itself: the others are not looked at. */
    isAllocated(page) {
        return page === 0 || this.#source.allocation.isAllocated(this.file, page);
    }
    /** The next `count` pages, from `first` on; in order. Facts of pages that are not allocated may be missing. */
    feed(facts, slot, first, count) {
        for (let i = 0; i < count; i++)
            this.#page(facts, FACT.SIZE * (slot + i), first + i);
    }
    /** The next `count` pages are not allocated. */
    skip(count) {
        this.counts.total += count;
    }
    /** Pages that the last PFS page calls allocated and that are beyond the end of the file. */
    get missing() {
        const { allocation } = this.#source;
        let missing = 0;
        for (let page = this.counts.total; page % PFS_INTERVAL !== 0; page++)
            if (((allocation.pfs(this.file, page) ?? 0) & PFS.allocated) !== 0)
                missing++;
        return missing;
    }
    #page(facts, at, page) {
        const { counts } = this;
        counts.total++;
        if (!this.isAllocated(page))
            return;
        counts.allocated++;
        const verdict = facts[at + FACT.verdict];
        const defect = defectOf(verdict);
        if (defect !== null) {
            this.#markBad(page, defect);
            return;
        }
        const protection = protectionOf(verdict);
        if (protection === 'checksum')
            counts.checksum++;
        else if (protection === 'torn-bits')
            counts.tornBits++;
        else
            counts.unprotected++;
        const type = typeOf(verdict);
        if (page >= EXTENT_PAGES)
            this.#compareGam(page);
        if (type === PageType.data || type === PageType.index)
            this.#link(page, facts[at + FACT.previous], facts[at + FACT.next]);
    }
    /** The bitmap of free extents, or null where its page is no such one. */
    #readGam(number) {
        try {
            const page = this.#source.pages.page(this.file, number);
            return page.type === PageType.gam ? page.bytes.slice(GAM_BITS, GAM_BITS + GAM_EXTENTS / 8) : null;
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            return null; // it counts as a bad page when its turn comes
        }
    }
    #compareGam(page) {
        const interval = Math.floor(page / GAM_INTERVAL);
        if (interval !== this.#gamInterval) {
            this.#gam = this.#readGam(interval === 0 ? GAM_PAGE : interval * GAM_INTERVAL);
            this.#gamInterval = interval;
        }
        if (this.#gam === null)
            return;
        const extent = Math.floor((page % GAM_INTERVAL) / EXTENT_PAGES);
        if ((this.#gam[extent >> 3] & (1 << (extent & 7))) !== 0)
            this.counts.gamMismatches++;
    }
    #link(page, previous, next) {
        this.#settle(this.#expectPrevious, page, previous);
        this.#settle(this.#expectNext, page, next);
        if (next > page && this.#expectPrevious.size < LINKS_MAX)
            this.#expectPrevious.set(next, page);
        if (previous > page && this.#expectNext.size < LINKS_MAX)
            this.#expectNext.set(previous, page);
    }
    #settle(expected, page, found) {
        const wanted = expected.get(page);
        if (wanted === undefined)
            return;
        expected.delete(page);
        if (wanted === found)
            return;
        this.counts.linkMismatches++;
        if (this.links.length < BAD_RANGES_MAX)
            this.links.push({ from: wanted, to: page });
    }
    #markBad(page, defect) {
        this.counts.bad++;
        const last = this.bad.at(-1);
        if (last !== undefined && last.defect === defect && last.page + last.count === page)
            last.count++;
        else if (this.bad.length < BAD_RANGES_MAX)
            this.bad.push({ file: this.file, page, count: 1, defect });
    }
}
function noPages() {
    return {
        total: 0,
        allocated: 0,
        checksum: 0,
        tornBits: 0,
        unprotected: 0,
        bad: 0,
        gamMismatches: 0,
        linkMismatches: 0,
    };
}
/** Counts of several files together. */
export function addCounts(all) {
    const sum = noPages();
    for (const counts of all)
        for (const key of Object.keys(sum))
            sum[key] += counts[key];
    return sum;
}
