/**
 * The $MFT: file records by number, read a window at a time.
 *
 * Invariants:
 * 1. At most WINDOWS_MAX windows of WINDOW_SIZE bytes are held, whatever the table's size; all but the first live in one
 *    page-aligned block of memory whose slots are used again. `window()` is for those who are done before the next
 *    call; `record()` copies.
 * 2. A window that cannot be read whole is read record by record, so damage costs the records it touches.
 * 3. Records 0 to 3 have a stand-in in $MFTMirr, used when the table's own copy is bad, and that is told.
 */
import { hex } from "../base/bytes.js";
import { corrupt, StorageError } from "../errors.js";
import { alignedMemory } from "../io/aligned-memory.js";
import { copyBytes, readBytes, readMap } from "../map/read-map.js";
import { describeRecordDefect, FileRecord, MIRRORED_RECORDS, prepareRecord, RECORD, referenceNumber, } from "./file-record.js";
import { HOLE } from "./run-list.js";
import { detailsIn, placeIn } from "./volume-context.js";
const WINDOW_SIZE = 64 * 1024;
const WINDOWS_MAX = 16;
export class FileTable {
    /** The table's unnamed $DATA. */
    stream;
    recordSize;
    #context;
    #perWindow;
    #windows = new Map();
    #memory = null;
    /** Where the last lone record lay. */
    #loneKey = -1;
    constructor(context, stream) {
        this.#context = context;
        this.stream = stream;
        this.recordSize = context.geometry.recordSize;
        this.#perWindow = Math.max(1, WINDOW_SIZE / this.recordSize);
    }
    /** Records that the table holds, used or not. */
    get count() {
        return Math.floor(this.stream.validSize / this.recordSize);
    }
    /** Absolute byte of a record in the volume; of its place in the table where no run covers it. */
    offsetOf(number) {
        const { clusterSize } = this.#context.geometry;
        const { runs } = this.stream;
        const position = number * this.recordSize;
        const vcn = Math.floor(position / clusterSize);
        if (!(vcn < runs.end))
            return position;
        const index = runs.indexOf(vcn);
        const lcn = runs.lcnOf(index);
        return lcn <= HOLE ? position : (lcn - runs.startOf(index)) * clusterSize + position;
    }
    /** The first record from this one on whose place is known: what lies in holes and damaged runs is passed over. */
    nextPlaced(number) {
        const { clusterSize } = this.#context.geometry;
        const { runs } = this.stream;
        let vcn = Math.floor((number * this.recordSize) / clusterSize);
        if (vcn >= runs.end || runs.lcnOf(runs.indexOf(vcn)) > HOLE)
            return number;
        while (vcn < runs.end && runs.lcnOf(runs.indexOf(vcn)) <= HOLE)
            vcn = runs.endOf(runs.indexOf(vcn));
        return Math.max(number, Math.floor((vcn * clusterSize) / this.recordSize));
    }
    /** The window that holds this record (`number < count`). Its slot is reused by later calls. */
    window(number) {
        const held = this.#held(number);
        if (held !== undefined)
            return held;
        const key = Math.floor(number / this.#perWindow);
        const window = this.#slot();
        this.load(window, key * this.#perWindow, Math.min(this.#perWindow, this.count - key * this.#perWindow));
        this.#windows.set(key, window);
        return window;
    }
    #held(number) {
        const key = Math.floor(number / this.#perWindow);
        const window = this.#windows.get(key);
        if (window === undefined)
            return undefined;
        this.#windows.delete(key);
        this.#windows.set(key, window);
        return window;
    }
    /** The record alone, since whoever wants one need not read what lies around it; two that lie close want more. */
    #nearby(number) {
        const key = Math.floor(number / this.#perWindow);
        if (key === this.#loneKey)
            return this.window(number);
        this.#loneKey = key;
        return this.#lone(number);
    }
    #lone(number) {
        const window = recordWindow(new Uint8Array(this.recordSize));
        this.load(window, number, 1);
        return window;
    }
    /** Drops what was read before the table's runs were complete. */
    forget() {
        this.#windows.clear();
        this.#loneKey = -1;
    }
    #slot() {
        const used = this.#windows.size;
        // Many tables, as those of a pool that is scanned, are asked for one window: page-aligned memory takes long to make.
        if (used === 0)
            return recordWindow(new Uint8Array(WINDOW_SIZE));
        this.#memory ??= alignedMemory((WINDOWS_MAX - 1) * WINDOW_SIZE);
        if (used < WINDOWS_MAX)
            return recordWindow(this.#memory.subarray((used - 1) * WINDOW_SIZE, used * WINDOW_SIZE));
        const [key, oldest] = this.#windows.entries().next().value;
        this.#windows.delete(key);
        return oldest;
    }
    /** Fills a window with `count` records from `first` on. Never throws on damage: it is in the window's `defects`. */
    load(window, first, count) {
        const { recordSize } = this;
        window.first = first;
        window.count = count;
        const bytes = window.bytes.subarray(0, count * recordSize);
        let readable = true;
        try {
            readMap(this.stream, first * recordSize, bytes);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            readable = false;
        }
        for (let index = 0; index < count; index++) {
            const base = index * recordSize;
            window.defects[index] = readable
                ? undefined
                : this.#readOne(first + index, bytes.subarray(base, base + recordSize));
        }
    }
    /** What is wrong with a record of this window, null where nothing is; its fixups are applied then. */
    defectIn(window, number) {
        const index = number - window.first;
        const known = window.defects[index];
        if (known === null || (known !== undefined && number >= MIRRORED_RECORDS))
            return known;
        const defect = known ?? prepareRecord(window.view, index * this.recordSize, this.recordSize);
        window.defects[index] = defect;
        if (defect !== null && number < MIRRORED_RECORDS)
            this.#standIn(window, index);
        return window.defects[index];
    }
    #readOne(number, target) {
        try {
            readMap(this.stream, number * this.recordSize, target);
            return undefined;
        }
        catch (error) {
            if (StorageError.isDamage(error))
                return error;
            throw error;
        }
    }
    #standIn(window, index) {
        const number = window.first + index;
        const copy = mirrorRecord(this.#context, number);
        if (copy === null)
            return;
        const error = this.errorIn(window, number);
        window.bytes.set(copy.bytes, index * this.recordSize);
        window.defects[index] = null;
        this.#context.findings.addError(error, 'its copy in $MFTMirr is used instead', 'warning');
    }
    /** The error of a record in which `defectIn` found a defect. */
    errorIn(window, number) {
        const index = number - window.first;
        const defect = window.defects[index];
        if (StorageError.is(defect))
            return defect;
        const message = describeRecordDefect(defect, window.view, index * this.recordSize, this.recordSize);
        return corrupt(`NTFS_RECORD_${defect}`, `file record ${number} ${message}`, detailsIn(this.#context, `file record ${number}`, this.offsetOf(number), 'this file is lost; the others are not'));
    }
    /**
     * A copy of a record in use. `sequence` is that of the reference followed, 0 to accept any. Throws NTFS_RECORD_*.
     */
    record(number, sequence = 0) {
        const what = `file record ${number}`;
        this.require(number);
        const window = this.#held(number) ?? this.#nearby(number);
        if (this.defectIn(window, number) !== null)
            throw this.errorIn(window, number);
        const base = (number - window.first) * this.recordSize;
        const isLone = window.bytes.length === this.recordSize;
        const bytes = isLone ? window.bytes : copyBytes(window.bytes.subarray(base, base + this.recordSize));
        const record = new FileRecord(number, bytes, this.offsetOf(number));
        if (!record.isInUse)
            throw this.notInUse(number);
        if (sequence !== 0 && record.sequence !== sequence) {
            const message = `${what}: expected sequence ${sequence}, found ${record.sequence}: it was used again`;
            throw corrupt('NTFS_RECORD_SEQUENCE', message, detailsIn(this.#context, what, record.offset + RECORD.sequence));
        }
        return record;
    }
    /** Throws where the table has no such record. */
    require(number) {
        if (number < this.count)
            return;
        const what = `file record ${number}`;
        const message = `${what} does not exist: the file table holds ${this.count}`;
        throw corrupt('NTFS_RECORD_OUT_OF_TABLE', message, placeIn(this.#context, what));
    }
    /** The error of a record that is free. */
    notInUse(number) {
        const what = `file record ${number}`;
        const hint = 'another state of this volume may still have the file';
        const details = detailsIn(this.#context, what, this.offsetOf(number), hint);
        return corrupt('NTFS_RECORD_NOT_IN_USE', `${what} is not in use`, details);
    }
    /** An extension record of this base record. */
    extension(number, sequence, base) {
        const record = this.record(number, sequence);
        const found = referenceNumber(record.view, RECORD.baseReference);
        if (found !== base.number) {
            const message = `${record.what}: expected to continue record ${base.number}, found ${found}`;
            throw corrupt('NTFS_RECORD_BASE', message, detailsIn(this.#context, record.what, record.offset + RECORD.baseReference));
        }
        return record;
    }
}
/** An empty window on these bytes. */
export function recordWindow(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { first: 0, count: 0, bytes, view, defects: [] };
}
/** The copy of one of records 0 to 3 in $MFTMirr, or null where that is bad as well. */
export function mirrorRecord(context, number) {
    const { mirrorLcn, clusterSize, recordSize } = context.geometry;
    const record = rawRecord(context, number, mirrorLcn * clusterSize + number * recordSize);
    return record instanceof FileRecord && record.isInUse ? record : null;
}
/** The record at this byte of the volume, wherever the table is, or the error that says what is wrong with it. */
export function rawRecord(context, number, offset) {
    const { recordSize } = context.geometry;
    const what = `file record ${number}`;
    if (!(offset >= 0 && offset + recordSize <= context.map.size)) {
        const message = `${what} at ${hex(offset)} is behind the end of the volume (${hex(context.map.size)})`;
        return corrupt('NTFS_VOLUME_TRUNCATED', message, detailsIn(context, what, offset));
    }
    try {
        const record = new FileRecord(number, readBytes(context.map, offset, recordSize), offset);
        const defect = prepareRecord(record.view, 0, recordSize);
        if (defect === null)
            return record;
        const message = `${what} ${describeRecordDefect(defect, record.view, 0, recordSize)}`;
        return corrupt(`NTFS_RECORD_${defect}`, message, detailsIn(context, what, offset));
    }
    catch (error) {
        if (StorageError.isDamage(error))
            return error;
        throw error;
    }
}
