/**
 * A sidecar open for reading: facts, change map and fingerprints of one state of a replica.
 *
 * 1. Nothing is believed unchecked: header, index and change map carry checksums, a page's digest stands in the index,
 *    and the root binds all pages to the state. Whatever is wrong is kind `corrupt`, and the sidecar can be made anew
 *    from the disk it describes.
 * 2. Memory: the index (at most 8 MiB), and the one page in use. Pages of two states are compared by their digests, so
 *    what is equal is not read.
 */
import { getU64, setU64, viewOf } from "../base/bytes.js";
import { crc32c } from "../base/crc32c.js";
import { corrupt } from "../errors.js";
import { ChangeMap } from "./change-map.js";
import { FINGERPRINT_SIZE } from "./fingerprint.js";
import { CHANGE_ENTRY_SIZE, decodeHeader, FIRST_SLOT, HEADER, INDEX_ENTRY, PAGE_ENTRIES, PAGE_SIZE, } from "./format.js";
const ZERO_PAGE = new Uint8Array(PAGE_SIZE);
export class Sidecar {
    name;
    facts;
    #file;
    #fingerprint;
    #index;
    #changes;
    #page = -1;
    #bytes = ZERO_PAGE;
    /** Owns the file from then on, also when it throws. */
    static open(file, fingerprint) {
        try {
            return new Sidecar(file, fingerprint);
        }
        catch (error) {
            file.close();
            throw error;
        }
    }
    constructor(file, fingerprint) {
        this.name = file.name;
        this.#file = file;
        this.#fingerprint = fingerprint;
        this.facts = readHeader(file);
        this.#index = new PageIndex(readSection(file, 'index', this.facts), this.facts, this.name);
        if (!sameFingerprint(rootOf(this.facts, this.#index, fingerprint), 0, this.facts.root, 0)) {
            throw damage(this.name, 'the root does not fit the index', HEADER.root);
        }
    }
    /** Blocks under fingerprints. */
    get blockCount() {
        return Math.ceil(this.facts.diskSize / this.facts.blockSize);
    }
    /** Names the state: equal for equal contents, whatever disk holds them. Hexadecimal. */
    get root() {
        return Array.from(this.facts.root, (byte) => byte.toString(16).padStart(2, '0')).join('');
    }
    /** Pages with fingerprints other than zero, ascending. */
    pageNumbers() {
        return this.#index.pages;
    }
    /** 256 fingerprints, valid until the next call. */
    page(page) {
        if (this.#page === page)
            return this.#bytes;
        const entry = this.#index.find(page);
        if (entry < 0)
            return ZERO_PAGE;
        this.#page = -1;
        if (this.#bytes === ZERO_PAGE)
            this.#bytes = new Uint8Array(PAGE_SIZE);
        const { bytes } = this.#index;
        const offset = this.#index.fileOffset(entry);
        const digest = new Uint8Array(FINGERPRINT_SIZE);
        const count = this.#file.read(offset, this.#bytes);
        this.#fingerprint(this.#bytes, digest, 0);
        if (count < PAGE_SIZE || !sameFingerprint(digest, 0, bytes, entry * INDEX_ENTRY.SIZE + INDEX_ENTRY.digest)) {
            throw damage(this.name, `the page of blocks from ${page * PAGE_ENTRIES} on is damaged`, offset);
        }
        this.#page = page;
        return this.#bytes;
    }
    /** Copies the fingerprint of a block; sixteen zeros for a block of zeros. */
    fingerprint(block, target, at) {
        const start = (block % PAGE_ENTRIES) * FINGERPRINT_SIZE;
        target.set(this.page(Math.floor(block / PAGE_ENTRIES)).subarray(start, start + FINGERPRINT_SIZE), at);
    }
    /** Copies those of neighbouring blocks, side by side. */
    fingerprints(first, count, target, at) {
        for (let block = first; block < first + count;) {
            const entry = block % PAGE_ENTRIES;
            const here = Math.min(PAGE_ENTRIES - entry, first + count - block);
            const page = this.page(Math.floor(block / PAGE_ENTRIES));
            const bytes = page.subarray(entry * FINGERPRINT_SIZE, (entry + here) * FINGERPRINT_SIZE);
            target.set(bytes, at + (block - first) * FINGERPRINT_SIZE);
            block += here;
        }
    }
    isZero(block) {
        const page = this.page(Math.floor(block / PAGE_ENTRIES));
        return sameFingerprint(page, (block % PAGE_ENTRIES) * FINGERPRINT_SIZE, ZERO_PAGE, 0);
    }
    /** What changed against the state before; of a first state everything that is not zero. */
    changes() {
        this.#changes ??= readChanges(this.#file, this.facts);
        return this.#changes;
    }
    /** The seal's bytes, or null when the state was not sealed. */
    seal() {
        return this.facts.sealOffset === 0 ? null : readSection(this.#file, 'seal', this.facts);
    }
    /** Offset in this file of a page, for whoever writes the next sidecar from it; -1 when it has none. */
    slotOf(page) {
        const entry = this.#index.find(page);
        return entry < 0 ? -1 : this.#index.fileOffset(entry);
    }
    digestOf(page) {
        const at = this.#index.find(page) * INDEX_ENTRY.SIZE + INDEX_ENTRY.digest;
        return at < 0 ? null : this.#index.bytes.subarray(at, at + FINGERPRINT_SIZE);
    }
    close() {
        this.#file.close();
    }
    [Symbol.dispose]() {
        this.close();
    }
}
/** Reads and checks the header alone. */
export function readHeader(file) {
    const bytes = new Uint8Array(HEADER.SIZE);
    file.read(0, bytes);
    const header = decodeHeader(bytes);
    if (typeof header === 'string')
        throw damage(file.name, header, 0);
    const { diskSize, blockSize, indexCount } = header;
    const sane = diskSize >= 0 && blockSize >= 4096 && indexCount * PAGE_ENTRIES * blockSize < diskSize + PAGE_ENTRIES * blockSize;
    if (!sane)
        throw damage(file.name, 'sizes in its header do not fit each other', HEADER.diskSize);
    return header;
}
/** The change map alone. */
export function readChanges(file, facts) {
    const bytes = readSection(file, 'changes', facts);
    const view = viewOf(bytes);
    const entry = (index) => {
        const at = index * CHANGE_ENTRY_SIZE;
        return { offset: getU64(view, at), length: getU64(view, at + 8) };
    };
    const map = ChangeMap.decode(facts.changesCount, facts.changeUnit, facts.diskSize, entry);
    if (map === null)
        throw damage(file.name, 'ranges of the change map do not ascend', facts.changesOffset);
    return map;
}
/** A section of the file, checked by its checksum. */
export function readSection(file, section, facts) {
    const [offset, length, checksum] = section === 'index'
        ? [facts.indexOffset, facts.indexCount * INDEX_ENTRY.SIZE, facts.indexChecksum]
        : section === 'changes'
            ? [facts.changesOffset, facts.changesCount * CHANGE_ENTRY_SIZE, facts.changesChecksum]
            : [facts.sealOffset, facts.sealLength, facts.sealChecksum];
    if (!(offset >= FIRST_SLOT && offset + length <= file.size)) {
        throw damage(file.name, `its ${section} lies outside the file`, offset);
    }
    const bytes = new Uint8Array(length);
    file.read(offset, bytes);
    if (crc32c(bytes) !== checksum)
        throw damage(file.name, `the checksum of its ${section} is wrong`, offset);
    return bytes;
}
/** The index in its bytes: what is asked of it is found by bisection. */
class PageIndex {
    bytes;
    pages;
    #view;
    constructor(bytes, { indexCount, diskSize, blockSize }, name) {
        this.bytes = bytes;
        this.#view = viewOf(bytes);
        this.pages = new Float64Array(indexCount);
        const end = Math.ceil(diskSize / (blockSize * PAGE_ENTRIES));
        for (let i = 0, least = 0; i < indexCount; i++) {
            const page = getU64(this.#view, i * INDEX_ENTRY.SIZE + INDEX_ENTRY.page);
            if (!(page >= least && page < end && this.fileOffset(i) >= FIRST_SLOT)) {
                throw damage(name, `entry ${i} of its index is out of order`, 0);
            }
            this.pages[i] = page;
            least = page + 1;
        }
    }
    fileOffset(entry) {
        return getU64(this.#view, entry * INDEX_ENTRY.SIZE + INDEX_ENTRY.fileOffset);
    }
    /** Entry of a page, or -1. */
    find(page) {
        let [low, high] = [0, this.pages.length];
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (this.pages[middle] < page)
                low = middle + 1;
            else
                high = middle;
        }
        return this.pages[low] === page ? low : -1;
    }
}
/**
 * The root: the fingerprint of disk size, block size (u64 each), then number (u64) and digest of each page in order.
 * Where pages lie in the file does not matter to it.
 */
export function rootOf({ diskSize, blockSize }, index, fingerprint) {
    const ENTRY = 8 + FINGERPRINT_SIZE;
    const text = new Uint8Array(16 + index.pages.length * ENTRY);
    const view = viewOf(text);
    setU64(view, 0, diskSize);
    setU64(view, 8, blockSize);
    for (let i = 0; i < index.pages.length; i++) {
        setU64(view, 16 + i * ENTRY, index.pages[i]);
        const digest = i * INDEX_ENTRY.SIZE + INDEX_ENTRY.digest;
        text.set(index.bytes.subarray(digest, digest + FINGERPRINT_SIZE), 16 + i * ENTRY + 8);
    }
    const root = new Uint8Array(FINGERPRINT_SIZE);
    fingerprint(text, root, 0);
    return root;
}
export function sameFingerprint(a, atA, b, atB) {
    for (let i = 0; i < FINGERPRINT_SIZE; i++)
        if (a[atA + i] !== b[atB + i])
            return false;
    return true;
}
/**
 * Blocks whose fingerprints differ between two states of one block size, as ranges of bytes; past the end of the smaller
 * disk every block that is not zero differs. Pages of equal digests are not read.
 */
export function* differingRanges(a, b) {
    const { blockSize } = a.facts;
    if (b.facts.blockSize !== blockSize)
        throw new RangeError('states of different block sizes have no common fingerprints');
    const size = Math.max(a.facts.diskSize, b.facts.diskSize);
    let held = null;
    for (const page of mergedPages(a.pageNumbers(), b.pageNumbers())) {
        const [left, right] = [a.digestOf(page), b.digestOf(page)];
        const isEqual = left !== null && right !== null && sameFingerprint(left, 0, right, 0);
        if (isEqual && a.facts.diskSize === b.facts.diskSize)
            continue;
        const [ours, theirs] = [a.page(page), b.page(page)];
        for (let i = 0; i < PAGE_ENTRIES; i++) {
            if (sameFingerprint(ours, i * FINGERPRINT_SIZE, theirs, i * FINGERPRINT_SIZE))
                continue;
            const offset = (page * PAGE_ENTRIES + i) * blockSize;
            const length = Math.min(blockSize, size - offset);
            if (held !== null && held.offset + held.length === offset)
                held.length += length;
            else {
                if (held !== null)
                    yield held;
                held = { offset, length };
            }
        }
    }
    if (held !== null)
        yield held;
}
function* mergedPages(a, b) {
    const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
    let [one, two] = [left.next(), right.next()];
    while (one.done !== true || two.done !== true) {
        const next = Math.min(one.done === true ? Number.POSITIVE_INFINITY : one.value, two.done === true ? Number.POSITIVE_INFINITY : two.value);
        yield next;
        if (one.done !== true && one.value === next)
            one = left.next();
        if (two.done !== true && two.value === next)
            two = right.next();
    }
}
function damage(image, message, offset) {
    return corrupt('SIDECAR_DAMAGED', `${image}: ${message}`, {
        image,
        structure: 'sidecar',
        offset,
        hint: 'the disk it describes may still be whole; a consistency check makes the sidecar anew',
    });
}
