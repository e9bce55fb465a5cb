/**
 * What a thread does with a batch of small files: read, create, write, set times. Synchronous.
 *
 * Invariants:
 * 1. Neighbours on disk come with one read: files written one after another lie one after another. Only gaps shorter
 *    than GAP_MAX are read over, which is the unused end of a file's last cluster: no byte of a file is read twice.
 * 2. A file is created new (never through a link, never over another) and counts as written once it is closed.
 * 3. A file that fails costs only itself; the planning thread does it again with care, and says why it failed.
 */
import { closeSync, fchmodSync, fsyncSync, ftruncateSync, futimesSync, openSync, unlinkSync } from 'node:fs';
import { alignedMemory } from "../io/aligned-memory.js";
import { COMPUTED, PIECE_SIZE, ZERO } from "./batch.js";
import { DIGEST_SIZE, ExtentField, FileField, FileFlag, FileResult, SharedTexts, } from "./file-batch.js";
import { pieceBuffer, Sources, writePiece } from "./kernel.js";
const GAP_MAX = 4096;
/** Slots of the control words: the state of each batch, then these. */
export const BATCHES = 4;
export const LaneControl = {
    wake: BATCHES, //       counts what was published: the other thread sleeps on it
    stop: BATCHES + 1, //   set to 1: stop after the file at hand
    joined: BATCHES + 2, // set to 1 by the other thread when it is there
    SIZE: BATCHES + 3,
};
export const BatchState = { free: 0, ready: 1, taken: 2, done: 3 };
/** Takes batches until told to stop. Runs in a worker. */
export function takeBatches(lane, digest) {
    const { control } = lane;
    const paths = new SharedTexts(lane.sources);
    const sources = new Sources((source) => paths.at(source));
    const read = (source, offset, target) => sources.read(source, offset, target);
    Atomics.store(control, LaneControl.joined, 1);
    try {
        while (Atomics.load(control, LaneControl.stop) === 0) {
            const seen = Atomics.load(control, LaneControl.wake);
            if (!takeBatch(lane, read, digest))
                Atomics.wait(control, LaneControl.wake, seen, 1000);
        }
    }
    finally {
        sources.close();
    }
    return [];
}
/** Writes the files of one batch that is ready; false when there is none. */
export function takeBatch(lane, read, digest) {
    for (let index = 0; index < BATCHES; index++) {
        const { ready, taken, done } = BatchState;
        if (Atomics.compareExchange(lane.control, index, ready, taken) !== ready)
            continue;
        new FileRun(lane, index, read, digest).run();
        Atomics.store(lane.control, index, done);
        Atomics.notify(lane.control, index);
        return true;
    }
    return false;
}
/** Where the parts of files with several extents are put together. */
let assembly;
class FileRun {
    #batch;
    #paths;
    #count;
    #control;
    #options;
    #read;
    #digest;
    /** What `pieceBuffer` holds: bytes of a source from `#start` up to `#end`. */
    #source = ZERO;
    #start = 0;
    #end = 0;
    #readAhead = true;
    constructor(lane, index, read, digest) {
        this.#batch = lane.batches[index];
        this.#paths = new SharedTexts(this.#batch.paths);
        this.#count = lane.counts[index];
        this.#control = lane.control;
        this.#options = lane.options;
        this.#read = read;
        this.#digest = digest;
    }
    run() {
        const { numbers, results } = this.#batch;
        let extent = 0;
        for (let file = 0; file < this.#count; file++) {
            if (Atomics.load(this.#control, LaneControl.stop) !== 0)
                return;
            try {
                this.#write(file, this.#bytesOf(file, extent));
                results[file] = FileResult.written;
            }
            catch {
                results[file] = FileResult.failed;
            }
            extent += numbers[file * FileField.SIZE + FileField.extents];
        }
    }
    #write(file, bytes) {
        const { numbers, digests } = this.#batch;
        const base = file * FileField.SIZE;
        const flags = numbers[base + FileField.flags];
        const sparse = (flags & FileFlag.sparse) !== 0;
        const path = this.#paths.at(file);
        const fd = openSync(path, 'wx', 0o600);
        let whole = false;
        try {
            writePiece(fd, bytes, 0, sparse);
            if (sparse)
                ftruncateSync(fd, bytes.length);
            if (this.#digest !== null)
                digests.set(this.#digest(bytes), file * DIGEST_SIZE);
            futimesSync(fd, numbers[base + FileField.accessed], numbers[base + FileField.modified]);
            if ((flags & FileFlag.readOnly) !== 0)
                fchmodSync(fd, 0o400);
            if (this.#options.sync)
                fsyncSync(fd);
            whole = true;
        }
        finally {
            closeSync(fd);
            if (!whole)
                unlinkSync(path); // a file that is there already is then never one of ours
        }
    }
    /** The content of a file, whose extents start at `extent`. Valid until the next call. */
    #bytesOf(file, extent) {
        const { numbers, extents, inline } = this.#batch;
        const size = numbers[file * FileField.SIZE + FileField.size];
        const count = numbers[file * FileField.SIZE + FileField.extents];
        const base = extent * ExtentField.SIZE;
        if (count === 1 && extents[base + ExtentField.source] >= 0) {
            const offset = extents[base + ExtentField.offset];
            this.#require(file, extent, extents[base + ExtentField.source], offset, size);
            return pieceBuffer().subarray(offset - this.#start, offset - this.#start + size);
        }
        assembly ??= alignedMemory(PIECE_SIZE);
        for (let index = base; index < base + count * ExtentField.SIZE; index += ExtentField.SIZE) {
            const at = extents[index + ExtentField.at];
            const part = assembly.subarray(at, at + extents[index + ExtentField.length]);
            const source = extents[index + ExtentField.source];
            const offset = extents[index + ExtentField.offset];
            if (source === ZERO)
                part.fill(0);
            else if (source === COMPUTED)
                part.set(inline.subarray(offset, offset + part.length));
            else
                this.#read(source, offset, part);
        }
        return assembly.subarray(0, size);
    }
    /** Makes the buffer hold the range, and what the next files have close behind it. */
    #require(file, extent, source, offset, size) {
        if (source === this.#source && offset >= this.#start && offset + size <= this.#end)
            return;
        const end = this.#readAhead ? this.#reach(file, extent, source, offset, offset + size) : offset + size;
        this.#source = ZERO;
        try {
            this.#read(source, offset, pieceBuffer().subarray(0, end - offset));
        }
        catch (error) {
            this.#readAhead = false; // a bad sector must not cost the files before it
            if (end === offset + size)
                throw error;
            this.#read(source, offset, pieceBuffer().subarray(0, size));
            this.#keep(source, offset, offset + size);
            return;
        }
        this.#keep(source, offset, end);
    }
    #keep(source, start, end) {
        this.#source = source;
        this.#start = start;
        this.#end = end;
    }
    /** How far one read from `start` can go: over all following files of one extent each, as long as they are neighbours. */
    #reach(file, extent, source, start, end) {
        const { numbers, extents } = this.#batch;
        for (let next = file + 1, base = (extent + 1) * ExtentField.SIZE; next < this.#count; next++) {
            const count = numbers[next * FileField.SIZE + FileField.extents];
            if (count === 0 || extents[base + ExtentField.source] === COMPUTED) {
                base += count * ExtentField.SIZE;
                continue;
            }
            const offset = extents[base + ExtentField.offset];
            const nextEnd = offset + extents[base + ExtentField.length];
            const neighbour = offset >= end && offset - end < GAP_MAX && nextEnd - start <= PIECE_SIZE;
            if (count !== 1 || extents[base + ExtentField.source] !== source || !neighbour)
                break;
            end = nextEnd;
            base += ExtentField.SIZE;
        }
        return end;
    }
}
