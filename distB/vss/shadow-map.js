/**
 * A shadow copy as an address map: the stores from it to the newest, laid over the volume as it is now.
 *
 * What a store does not know of, the next newer one may; what none knows of was never overwritten and lies in the
 * volume. A forwarder sends the search on, in the next newer store, at another block. Overlays count only in the copy's
 * own store. A whole range goes down at once and is cut only where a store has entries.
 */
import { corrupt, StorageError } from "../errors.js";
import { requireRange, unreadable } from "../map/address-map.js";
import { BASE } from "./block-index.js";
import { BLOCK_SIZE, SECTOR_SIZE } from "./format.js";
export class ShadowMap {
    /** Bytes: those of the volume when the copy was made. */
    size;
    #stores;
    #volume;
    /** `stores` begins with the copy's own and goes on to the newest; an error stands for one that cannot be found. */
    constructor(size, stores, volume) {
        this.size = size;
        this.#stores = stores;
        this.#volume = volume;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        if (length > 0)
            this.#resolveIn(0, offset, length, at, sink, false);
    }
    /** The range as the store of this level and all newer ones have it. */
    #resolveIn(level, offset, length, at, sink, forwarded) {
        const store = this.#stores[level];
        if (store === undefined) {
            this.#resolveInVolume(offset, length, at, sink, forwarded);
            return;
        }
        const index = StorageError.is(store) ? store : store.index;
        if (StorageError.is(store) || StorageError.is(index)) {
            sink.computed(at, length, unreadable(StorageError.is(index) ? index : store), 0);
            return;
        }
        const end = offset + length;
        let cursor = offset;
        let position = index.firstNotBelow(Math.floor(offset / BLOCK_SIZE));
        while (cursor < end) {
            const start = position < index.blocks.length ? Math.max(cursor, index.blocks[position] * BLOCK_SIZE) : end;
            if (start >= end) {
                this.#resolveIn(level + 1, cursor, end - cursor, at + cursor - offset, sink, forwarded);
                return;
            }
            if (start > cursor)
                this.#resolveIn(level + 1, cursor, start - cursor, at + cursor - offset, sink, forwarded);
            const stop = Math.min(end, (index.blocks[position] + 1) * BLOCK_SIZE);
            this.#resolveEntry(level, store, index, position, start, stop - start, at + start - offset, sink, forwarded);
            cursor = stop;
            position++;
        }
    }
    /** A range inside one block that the store has an entry for. */
    #resolveEntry(level, store, index, position, start, length, at, sink, forwarded) {
        const block = index.blocks[position];
        const first = level === 0 ? index.firstOverlay(block) : index.overlayBlocks.length;
        if (index.overlayBlocks[first] !== block) {
            this.#resolveBase(level, store, index, position, start, length, at, sink, forwarded);
            return;
        }
        const origin = block * BLOCK_SIZE;
        const end = start + length;
        for (let cursor = start; cursor < end;) {
            const sector = Math.floor((cursor - origin) / SECTOR_SIZE);
            const overlay = overlayOf(index, first, block, sector);
            let next = sector + 1;
            while (origin + next * SECTOR_SIZE < end && overlayOf(index, first, block, next) === overlay)
                next++;
            const stop = Math.min(end, origin + next * SECTOR_SIZE);
            const where = at + cursor - start;
            if (overlay < 0)
                this.#resolveBase(level, store, index, position, cursor, stop - cursor, where, sink, forwarded);
            else {
                const target = index.overlayTargets[overlay] * BLOCK_SIZE;
                store.storage.resolve(target + cursor - origin, stop - cursor, where, sink);
            }
            cursor = stop;
        }
    }
    #resolveBase(level, store, index, position, start, length, at, sink, forwarded) {
        const target = index.targets[position] * BLOCK_SIZE + start - index.blocks[position] * BLOCK_SIZE;
        if (index.bases[position] === BASE.stored)
            store.storage.resolve(target, length, at, sink);
        else if (index.bases[position] === BASE.forwarder)
            this.#resolveIn(level + 1, target, length, at, sink, true);
        else
            this.#resolveIn(level + 1, start, length, at, sink, forwarded);
    }
    /**
     * What no store has an entry for. Blocks that were unallocated were never protected, and what is there now belongs to
     * later files: they read as zeros where the copy's store asks for it. What a forwarder leads to was in use.
     */
    #resolveInVolume(offset, length, at, sink, forwarded) {
        const end = offset + length;
        const own = this.#stores[0];
        if (forwarded || StorageError.is(own) || !own.hasUnallocated) {
            this.#resolveLive(offset, length, at, sink);
            return;
        }
        for (let cursor = offset; cursor < end;) {
            let block = Math.floor(cursor / BLOCK_SIZE);
            const zero = own.isUnallocated(block);
            while ((block + 1) * BLOCK_SIZE < end && own.isUnallocated(block + 1) === zero)
                block++;
            const stop = Math.min(end, (block + 1) * BLOCK_SIZE);
            if (zero)
                sink.zero(at + cursor - offset, stop - cursor);
            else
                this.#resolveLive(cursor, stop - cursor, at + cursor - offset, sink);
            cursor = stop;
        }
    }
    /** The volume as it is now; it may be smaller than it was. */
    #resolveLive(offset, length, at, sink) {
        const there = Math.max(0, Math.min(length, this.#volume.size - offset));
        if (there > 0)
            this.#volume.resolve(offset, there, at, sink);
        if (there === length)
            return;
        const message = `the volume was ${this.size} bytes when the shadow copy was made and is ${this.#volume.size} now`;
        const error = corrupt('VSS_VOLUME_SHRUNK', message, { structure: 'shadow copy', offset: offset + there });
        sink.computed(at + there, length - there, unreadable(error), 0);
    }
}
/** The last overlay of the block that has this sector, or -1. */
function overlayOf(index, first, block, sector) {
    let found = -1;
    for (let overlay = first; index.overlayBlocks[overlay] === block; overlay++) {
        if (((index.overlayBitmaps[overlay] >>> sector) & 1) !== 0)
            found = overlay;
    }
    return found;
}
