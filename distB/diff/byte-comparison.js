/**
 * Comparing by bytes: pieces that nothing else decided, gathered into batches, compared by two threads, told in order.
 *
 * Invariants:
 * 1. A byte is read once on either side. Only after a failed read is its piece read again, in smaller parts.
 * 2. Differences come in the order of the disk, whoever found them.
 * 3. Memory is bounded: one batch (1.2 MiB of tables) and two buffers of 1 MiB for each thread.
 * 4. The event loop runs at least every STEP_MAX pieces, for signals and progress.
 */
import { COMPUTED, Control, PIECE_SIZE, ZERO } from "../copy/batch.js";
import { BITMAP_SIZE, COLUMNS, comparePiece, isComputed, PieceState, SECTOR_SIZE, } from "../copy/compare-kernel.js";
import { sourceName } from "../copy/kernel.js";
import { StorageError, throwIfCancelled } from "../errors.js";
import { shortRead } from "../map/read-map.js";
const PIECES_MAX = 4096;
/** Below this a second thread costs more (45 ms to start) than it saves. */
const THREADS_MIN = 128 * 1024 * 1024;
const STEP_MAX = 16;
export class ByteComparison {
    /** Bytes of the disk that were compared, the same ones where they are equal, and bytes read for it. */
    compared = 0;
    equal = 0;
    read = 0;
    #options;
    #pieces = new Float64Array(new SharedArrayBuffer(PIECES_MAX * COLUMNS * 8));
    #states = new Uint8Array(new SharedArrayBuffer(PIECES_MAX));
    #bitmaps = new Uint8Array(new SharedArrayBuffer(PIECES_MAX * BITMAP_SIZE));
    #files = [];
    #computed = [];
    #count = 0;
    #payload = 0;
    constructor(options) {
        this.#options = options;
    }
    /** True when the batch has to be compared before more can be added. */
    get isFull() {
        return this.#count === PIECES_MAX;
    }
    /** Adds the start of a range, up to the next MiB of the disk; returns the bytes taken: 0 when the batch is full. */
    add(offset, length, before, after) {
        if (this.isFull)
            return 0;
        const part = Math.min(length, PIECE_SIZE - (offset % PIECE_SIZE));
        const base = COLUMNS * this.#count++;
        this.#pieces[base] = offset;
        this.#pieces[base + 1] = part;
        this.#pieces[base + 2] = this.#sourceOf(before);
        this.#pieces[base + 3] = before.offset;
        this.#pieces[base + 4] = this.#sourceOf(after);
        this.#pieces[base + 5] = after.offset;
        this.#payload += part * (Number(before.kind !== 'zero') + Number(after.kind !== 'zero'));
        return part;
    }
    #sourceOf(side) {
        if (side.kind === 'zero')
            return ZERO;
        return side.kind === 'data' ? indexOf(this.#files, side.file) : COMPUTED - indexOf(this.#computed, side.source);
    }
    /** Compares what was added and tells what differs. */
    async run() {
        throwIfCancelled(this.#options.signal);
        const batch = {
            pieces: this.#pieces,
            count: this.#count,
            sources: this.#files.map(sourceName),
            control: new Int32Array(new SharedArrayBuffer(4 * Control.SIZE)),
            states: this.#states,
            bitmaps: this.#bitmaps,
        };
        this.#states.fill(PieceState.open);
        const { threads } = this.#options;
        const shareable = this.#files.every((file) => file.path !== null);
        if (threads !== null && shareable && this.#payload >= THREADS_MIN)
            await this.#together(batch, threads);
        else
            await this.#takePieces(batch);
        this.read += this.#payload;
        for (let index = 0; index < this.#count; index++)
            this.#tell(batch, index);
        this.#count = 0;
        this.#payload = 0;
        this.#files.length = 0;
        this.#computed.length = 0;
    }
    async #together(batch, threads) {
        const other = threads.run({ task: 'compare', comparison: batch });
        try {
            await this.#takePieces(batch);
        }
        catch (error) {
            Atomics.store(batch.control, Control.cancelled, 1);
            await other;
            throw error;
        }
        await other;
        this.#options.onBytes?.(Atomics.load(batch.control, Control.doneKib) * 1024);
        // Computed pieces that the other thread came upon.
        for (let index = 0; index < this.#count; index++) {
            if (this.#states[index] === PieceState.open)
                this.#compare(batch, index);
        }
    }
    async #takePieces(batch) {
        for (let step = 1;; step++) {
            const index = Atomics.add(batch.control, Control.next, 1);
            if (index >= batch.count)
                return;
            this.#compare(batch, index);
            if (step % STEP_MAX !== 0)
                continue;
            await new Promise((resolve) => setImmediate(resolve));
            throwIfCancelled(this.#options.signal);
        }
    }
    #compare(batch, index) {
        try {
            comparePiece(batch, index, this.#read);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            this.#states[index] = PieceState.failed;
        }
        this.#options.onBytes?.(this.#pieces[index * COLUMNS + 1]);
    }
    #read = (source, offset, target) => {
        if (source <= COMPUTED) {
            this.#computed[COMPUTED - source].read(offset, target);
            return;
        }
        const file = this.#files[source];
        const count = file.read(offset, target);
        if (count < target.length)
            throw shortRead(file, offset + count);
    };
    #tell(batch, index) {
        const at = this.#pieces[index * COLUMNS];
        const length = this.#pieces[index * COLUMNS + 1];
        this.compared += length;
        if (this.#states[index] === PieceState.equal)
            this.equal += length;
        else if (this.#states[index] === PieceState.differs)
            this.#tellSectors(index, at, length);
        else
            this.#narrow(batch, at, length, index);
    }
    #tellSectors(index, at, length) {
        const bitmap = index * BITMAP_SIZE;
        const first = Math.floor(at / SECTOR_SIZE);
        const sectors = Math.ceil((at + length) / SECTOR_SIZE) - first;
        const differs = (sector) => (this.#bitmaps[bitmap + (sector >>> 3)] & (1 << (sector & 7))) !== 0;
        let unequal = 0;
        for (let sector = 0; sector < sectors; sector++) {
            if (!differs(sector))
                continue;
            const start = sector;
            while (sector < sectors && differs(sector))
                sector++;
            const from = Math.max(at, (first + start) * SECTOR_SIZE);
            const to = Math.min(at + length, (first + sector) * SECTOR_SIZE);
            this.#options.joiner.add(from, to - from, 'changed');
            unequal += to - from;
        }
        this.equal += length - unequal;
    }
    /** A piece of which one side failed: halves, down to the sector that cannot be read. */
    #narrow(batch, at, length, index) {
        const { pieces } = batch;
        const base = index * COLUMNS;
        try {
            comparePiece(batch, index, this.#read);
        }
        catch (error) {
            if (!StorageError.isDamage(error))
                throw error;
            const split = this.#splitFor(error, batch, index, at, length);
            if (split === 0) {
                this.#options.joiner.add(at, length, 'unreadable', error);
                return;
            }
            const piece = pieces.slice(base, base + COLUMNS);
            for (const [start, part] of [
                [0, split],
                [split, length - split],
            ]) {
                pieces.set(piece, base);
                pieces[base] = at + start;
                pieces[base + 1] = part;
                pieces[base + 3] = piece[3] + start;
                pieces[base + 5] = piece[5] + start;
                this.#narrow(batch, at + start, part, index);
            }
            return;
        }
        if (this.#states[index] === PieceState.equal)
            this.equal += length;
        else
            this.#tellSectors(index, at, length);
    }
    /** Where to cut a piece that failed; 0 when it fails as a whole. */
    #splitFor(error, batch, index, at, length) {
        if (length <= SECTOR_SIZE || (error.kind !== 'io' && isComputed(batch, index) && this.#failsAllOver(index, length)))
            return 0;
        const half = Math.ceil((at + length / 2) / SECTOR_SIZE) * SECTOR_SIZE - at;
        return half > 0 && half < length ? half : 0;
    }
    /** An unreadable leaf fails alike everywhere: no use in halving it down to sectors. */
    #failsAllOver(index, length) {
        const base = index * COLUMNS;
        const probe = new Uint8Array(1);
        return [2, 4].some((column) => {
            const source = this.#pieces[base + column];
            const offset = this.#pieces[base + column + 1];
            return (source <= COMPUTED &&
                [0, length >>> 1, length - 1].every((place) => fails(() => this.#read(source, offset + place, probe))));
        });
    }
}
/** The side that an extent holds, `distance` bytes into the map it belongs to. */
export function sideOf(extent, at) {
    const inside = at - extent.offset;
    if (extent.kind === 'zero')
        return { kind: 'zero', offset: 0 };
    if (extent.kind === 'data')
        return { kind: 'data', file: extent.file, offset: extent.fileOffset + inside };
    return { kind: 'computed', source: extent.source, offset: extent.sourceOffset + inside };
}
export function shifted(side, distance) {
    return distance === 0 || side.kind === 'zero' ? side : { ...side, offset: side.offset + distance };
}
function fails(read) {
    try {
        read();
        return false;
    }
    catch (error) {
        if (!StorageError.isDamage(error))
            throw error;
        return true;
    }
}
function indexOf(list, item) {
    if (list.at(-1) === item)
        return list.length - 1;
    const index = list.indexOf(item);
    return index >= 0 ? index : list.push(item) - 1;
}
