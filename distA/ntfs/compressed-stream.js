/**
 * LZNT1-compressed streams. A stream is divided into units of (usually) 16 clusters; how many of a unit's clusters have
 * a place says how it is stored: none = zeros, all = the bytes as they are, some followed by holes = compressed.
 *
 * Invariants:
 * 1. Units stored as they are become the volume's own leaves; only compressed ones are computed.
 * 2. A unit whose decompression fails, or whose clusters do not start with its data, is unreadable by itself.
 * 3. What the chunks of a unit do not stand for is unreadable, not zeros: whoever writes a unit writes all of it that is valid,
 *    and an end before that is what a copy tool left in the place of a bad sector.
 * 4. Two buffers of one unit (at most 64 KiB) are held, whatever the stream's size.
 */
import { hex } from "../base/bytes.js";
import { lznt1Decompress } from "../codec/lznt1.js";
import { corrupt, StorageError } from "../errors.js";
import { requireRange, unreadable } from "../map/address-map.js";
import { readMap } from "../map/read-map.js";
import { HOLE } from "./run-list.js";
import { detailsIn } from "./volume-context.js";
export const UNIT_SIZE_MAX = 64 * 1024;
/** Not a unit: clusters with a place behind a hole, or damaged ones. */
const BROKEN = -1;
export class CompressedStream {
    size;
    sparse = false;
    #stored;
    #clusterSize;
    #unitClusters;
    #units;
    /** `stored`: the runs with the stream's logical sizes. */
    constructor(context, stored, unitClusters, what, offset) {
        this.size = stored.size;
        this.#stored = stored;
        this.#clusterSize = context.geometry.clusterSize;
        this.#unitClusters = unitClusters;
        this.#units = new CompressedUnits(context, this, what, offset);
    }
    get allocatedSize() {
        return this.#stored.allocatedSize;
    }
    get unitSize() {
        return this.#unitClusters * this.#clusterSize;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const end = Math.min(offset + length, this.#stored.validSize);
        let position = offset;
        while (position < end) {
            const unit = Math.floor(position / this.unitSize);
            const alike = this.#alikeFrom(unit);
            const next = Math.min(end, (unit + alike) * this.unitSize);
            const placed = this.placedClusters(unit);
            const here = at + position - offset;
            if (placed === 0)
                sink.zero(here, next - position);
            else if (placed === this.#unitClusters)
                this.#stored.resolveValid(position, next - position, here, sink);
            else if (placed > 0)
                sink.computed(here, next - position, this.#units, position);
            else
                sink.computed(here, next - position, unreadable(this.#units.brokenUnit(unit)), 0);
            position = next;
        }
        const rest = offset + length - position;
        if (rest > 0)
            sink.zero(at + position - offset, rest);
    }
    /** How many units from this one on lie whole inside one run, and so are stored alike; at least 1. */
    #alikeFrom(unit) {
        const { runs } = this.#stored;
        const first = unit * this.#unitClusters;
        if (first >= runs.end)
            return 1;
        const index = runs.indexOf(first);
        return Math.max(1, Math.floor((runs.endOf(index) - first) / this.#unitClusters));
    }
    /** Clusters of this unit that hold its data: 0 to all of them, or BROKEN. */
    placedClusters(unit) {
        const { runs } = this.#stored;
        const first = unit * this.#unitClusters;
        const end = first + this.#unitClusters;
        let placed = 0;
        let vcn = first;
        while (vcn < end && vcn < runs.end) {
            const index = runs.indexOf(vcn);
            const next = Math.min(runs.endOf(index), end);
            const lcn = runs.lcnOf(index);
            if (lcn < HOLE || (lcn >= 0 && placed < vcn - first))
                return BROKEN;
            if (lcn >= 0)
                placed += next - vcn;
            vcn = next;
        }
        return placed;
    }
    /** The error of the damaged run in this unit, or null. */
    damageOf(unit) {
        const { runs } = this.#stored;
        const end = Math.min((unit + 1) * this.#unitClusters, runs.end);
        for (let vcn = unit * this.#unitClusters; vcn < end;) {
            const index = runs.indexOf(vcn);
            const error = runs.errorOf(index);
            if (error !== null)
                return error;
            vcn = runs.endOf(index);
        }
        return null;
    }
    /** Fills target with the unit's stored bytes. */
    readStored(unit, target) {
        readMap(new StoredBytes(this.#stored, (unit + 1) * this.unitSize), unit * this.unitSize, target);
    }
}
/** The runs as a map, up to `size`: stored bytes of the last unit lie behind the stream's logical end. */
class StoredBytes {
    size;
    #stored;
    constructor(stored, size) {
        this.#stored = stored;
        this.size = size;
    }
    resolve(offset, length, at, sink) {
        this.#stored.resolveValid(offset, length, at, sink);
    }
}
class CompressedUnits {
    what;
    #context;
    #stream;
    #offset;
    #source = null;
    #unit = null;
    #unitNumber = -1;
    /** Bytes of the unit that its chunks stand for. */
    #made = 0;
    constructor(context, stream, what, offset) {
        this.#context = context;
        this.#stream = stream;
        this.what = `compressed ${what}`;
        this.#offset = offset;
    }
    read(offset, target) {
        const size = this.#stream.unitSize;
        for (let done = 0; done < target.length;) {
            const unit = Math.floor((offset + done) / size);
            const start = offset + done - unit * size;
            const part = this.#expanded(unit).subarray(start, Math.min(size, start + target.length - done));
            if (start + part.length > this.#made)
                throw this.#shortUnit(unit);
            target.set(part, done);
            done += part.length;
        }
    }
    #expanded(unit) {
        const size = this.#stream.unitSize;
        this.#source ??= new Uint8Array(size);
        this.#unit ??= new Uint8Array(size);
        if (this.#unitNumber === unit)
            return this.#unit;
        this.#unitNumber = -1;
        const placed = this.#stream.placedClusters(unit);
        const source = this.#source.subarray(0, placed * this.#context.geometry.clusterSize);
        this.#stream.readStored(unit, source);
        try {
            this.#made = lznt1Decompress(source, this.#unit);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            const message = `${this.what}, unit at ${hex(unit * size)}: ${error.message}`;
            throw corrupt(error.code, message, { ...this.#details(), cause: error });
        }
        this.#unitNumber = unit;
        return this.#unit;
    }
    #shortUnit(unit) {
        const place = `unit at ${hex(unit * this.#stream.unitSize)}`;
        const message = `${this.what}, ${place}: its data ends after ${hex(this.#made)} bytes`;
        return corrupt('NTFS_COMPRESSION_SHORT', message, this.#details());
    }
    brokenUnit(unit) {
        const damage = this.#stream.damageOf(unit);
        if (damage !== null)
            return damage;
        const message = `${this.what}, unit at ${hex(unit * this.#stream.unitSize)}: a hole stands before data`;
        return corrupt('NTFS_COMPRESSION_UNIT', message, this.#details());
    }
    #details() {
        return detailsIn(this.#context, this.what, this.#offset, 'the other units of this file are still readable');
    }
}
