/**
 * Writes the sidecar of a state that is in the making: from nothing, or from the sidecar of the state before.
 *
 * 1. The file is made when the first page has to leave memory, at the latest by `finish`. Nothing refers to it before
 *    `finish` has returned: it needs no order among its writes, and its one flush is the last.
 * 2. At most PAGES_MAX pages are held; others wait in their slots. Every page carries its digest from the moment it is
 *    written, and is checked by it when it is read again.
 * 3. The slots of pages that have become all zero are used again.
 */
import { isZero, MIB, setU64, viewOf } from "../base/bytes.js";
import { crc32c } from "../base/crc32c.js";
import { corrupt } from "../errors.js";
import { FINGERPRINT_SIZE } from "./fingerprint.js";
import { encodeHeader, FIRST_SLOT, INDEX_ENTRY, PAGE_ENTRIES, PAGE_SIZE } from "./format.js";
import { rootOf, sameFingerprint } from "./sidecar.js";
/** 4 MiB: what is set in order needs one, what is scattered over 16 GiB finds its page here. */
const PAGES_MAX = 1024;
export class SidecarWriter {
    facts;
    #make;
    #base;
    #file = null;
    #fingerprint;
    /** Page number to the slot that holds it. */
    #slots = new Map();
    #free = [];
    #slotCount = 0;
    #digests = new Uint8Array(64 * FINGERPRINT_SIZE);
    #cache = new Map();
    /** Starts from `base` when there is one; base and state have one block size. */
    constructor(make, facts, fingerprint, base = null) {
        this.#make = make;
        this.facts = facts;
        this.#fingerprint = fingerprint;
        this.#base = base;
        if (base === null)
            return;
        const { blockSize, diskSize } = base.sidecar.facts;
        if (blockSize !== facts.blockSize)
            throw new RangeError('a state and its base have one block size');
        this.#adopt(base.sidecar);
        if (facts.diskSize < diskSize)
            this.#dropFrom(Math.ceil(facts.diskSize / facts.blockSize));
    }
    /** Copies the fingerprint of a block as it stands now. */
    fingerprint(block, target, at) {
        const start = (block % PAGE_ENTRIES) * FINGERPRINT_SIZE;
        const page = this.#page(Math.floor(block / PAGE_ENTRIES));
        target.set(page.bytes.subarray(start, start + FINGERPRINT_SIZE), at);
    }
    /** Copies those of neighbouring blocks, side by side. */
    fingerprints(first, count, target, at) {
        for (let i = 0; i < count; i++)
            this.fingerprint(first + i, target, at + i * FINGERPRINT_SIZE);
    }
    /** Sixteen zeros for a block of zeros. */
    set(block, bytes, at) {
        const start = (block % PAGE_ENTRIES) * FINGERPRINT_SIZE;
        const page = this.#page(Math.floor(block / PAGE_ENTRIES));
        if (sameFingerprint(page.bytes, start, bytes, at))
            return;
        page.bytes.set(bytes.subarray(at, at + FINGERPRINT_SIZE), start);
        page.isDirty = true;
    }
    /** Writes what is missing, flushes, and closes the file. Returns the root. */
    finish(changes, seal) {
        const file = this.#made();
        for (const [number, page] of this.#cache)
            this.#store(number, page);
        this.#cache.clear();
        const pages = Float64Array.from(this.#slots.keys()).sort();
        const index = this.#encodeIndex(pages);
        const ranges = changes.encode();
        const indexOffset = FIRST_SLOT + this.#slotCount * PAGE_SIZE;
        const changesOffset = indexOffset + index.length;
        const sealOffset = changesOffset + ranges.length;
        const root = rootOf(this.facts, { bytes: index, pages }, this.#fingerprint);
        const header = encodeHeader({
            ...this.facts,
            changeUnit: changes.unit,
            root,
            indexOffset,
            indexCount: pages.length,
            changesOffset,
            changesCount: changes.count,
            changedBytes: changes.bytes,
            sealOffset: seal === undefined ? 0 : sealOffset,
            sealLength: seal?.length ?? 0,
            indexChecksum: crc32c(index),
            changesChecksum: crc32c(ranges),
            sealChecksum: seal === undefined ? 0 : crc32c(seal),
        });
        const end = sealOffset + (seal?.length ?? 0);
        if (file.size > end)
            file.truncate(end); // a clone may be longer
        for (const [offset, bytes] of [
            [indexOffset, index],
            [changesOffset, ranges],
            [sealOffset, seal ?? new Uint8Array(0)],
            [0, header],
        ]) {
            if (bytes.length > 0)
                file.write(offset, bytes);
        }
        file.flush();
        this.abandon();
        return root;
    }
    /** Closes the files as they are; whoever made the new one removes it. Idempotent. */
    abandon() {
        this.#file?.close();
        this.#base?.sidecar.close();
        this.#base?.file.close();
    }
    #made() {
        if (this.#file !== null)
            return this.#file;
        const { file, isClone } = this.#make(this.#base?.sidecar ?? null);
        this.#file = file;
        if (this.#base !== null && !isClone)
            this.#copySlots(file, this.#base.file);
        return file;
    }
    #adopt(base) {
        for (const page of base.pageNumbers()) {
            const slot = (base.slotOf(page) - FIRST_SLOT) / PAGE_SIZE;
            this.#slots.set(page, slot);
            this.#slotCount = Math.max(this.#slotCount, slot + 1);
        }
        const used = new Uint8Array(this.#slotCount);
        this.#growDigests();
        for (const [page, slot] of this.#slots) {
            used[slot] = 1;
            this.#digests.set(base.digestOf(page), slot * FINGERPRINT_SIZE);
        }
        for (let slot = 0; slot < this.#slotCount; slot++)
            if (used[slot] === 0)
                this.#free.push(slot);
    }
    #copySlots(file, from) {
        const end = FIRST_SLOT + this.#slotCount * PAGE_SIZE;
        const piece = new Uint8Array(Math.min(MIB, end));
        for (let offset = FIRST_SLOT; offset < end; offset += piece.length) {
            const part = piece.subarray(0, Math.min(piece.length, end - offset));
            from.read(offset, part);
            file.write(offset, part);
        }
    }
    /** The disk has shrunk: blocks from `end` on are no more. */
    #dropFrom(end) {
        const last = Math.floor(end / PAGE_ENTRIES);
        for (const [page, slot] of this.#slots) {
            if (page < last || (page === last && end % PAGE_ENTRIES > 0))
                continue;
            this.#slots.delete(page);
            this.#free.push(slot);
        }
        if (end % PAGE_ENTRIES === 0 || !this.#slots.has(last))
            return;
        const page = this.#page(last);
        page.bytes.fill(0, (end % PAGE_ENTRIES) * FINGERPRINT_SIZE);
        page.isDirty = true;
    }
    #page(number) {
        const held = this.#cache.get(number);
        if (held !== undefined)
            return held;
        const page = { bytes: new Uint8Array(PAGE_SIZE), isDirty: false };
        const slot = this.#slots.get(number);
        if (slot !== undefined)
            this.#load(slot, page.bytes);
        if (this.#cache.size >= PAGES_MAX) {
            const [oldest, evicted] = this.#cache.entries().next().value;
            this.#store(oldest, evicted);
            this.#cache.delete(oldest);
        }
        this.#cache.set(number, page);
        return page;
    }
    #load(slot, bytes) {
        const offset = FIRST_SLOT + slot * PAGE_SIZE;
        const file = this.#file ?? this.#base.file; // a slot is in the base's file until the new one holds all of them
        file.read(offset, bytes);
        const digest = new Uint8Array(FINGERPRINT_SIZE);
        this.#fingerprint(bytes, digest, 0);
        if (sameFingerprint(digest, 0, this.#digests, slot * FINGERPRINT_SIZE))
            return;
        throw corrupt('SIDECAR_DAMAGED', `${file.name}: a page of fingerprints is damaged`, {
            image: file.name,
            structure: 'sidecar',
            offset,
            hint: 'run a consistency check: it makes the fingerprints anew',
        });
    }
    #store(number, page) {
        if (!page.isDirty)
            return;
        page.isDirty = false;
        const slot = this.#slots.get(number);
        if (isZero(page.bytes)) {
            if (slot === undefined)
                return;
            this.#slots.delete(number);
            this.#free.push(slot);
            return;
        }
        const file = this.#made();
        const target = slot ?? this.#free.pop() ?? this.#slotCount++;
        this.#slots.set(number, target);
        this.#growDigests();
        this.#fingerprint(page.bytes, this.#digests, target * FINGERPRINT_SIZE);
        file.write(FIRST_SLOT + target * PAGE_SIZE, page.bytes);
    }
    #growDigests() {
        const needed = this.#slotCount * FINGERPRINT_SIZE;
        if (needed <= this.#digests.length)
            return;
        const grown = new Uint8Array(2 * needed);
        grown.set(this.#digests);
        this.#digests = grown;
    }
    #encodeIndex(pages) {
        const bytes = new Uint8Array(pages.length * INDEX_ENTRY.SIZE);
        const view = viewOf(bytes);
        for (let i = 0; i < pages.length; i++) {
            const slot = this.#slots.get(pages[i]);
            const at = i * INDEX_ENTRY.SIZE;
            setU64(view, at + INDEX_ENTRY.page, pages[i]);
            setU64(view, at + INDEX_ENTRY.fileOffset, FIRST_SLOT + slot * PAGE_SIZE);
            bytes.set(this.#digests.subarray(slot * FINGERPRINT_SIZE, (slot + 1) * FINGERPRINT_SIZE), at + INDEX_ENTRY.digest);
        }
        return bytes;
    }
}
