/**
 * Many small files, written by two threads: the planning one fills a few batches in turn, the other takes what is ready,
 * and where all are waiting the planning thread takes one itself. Nothing here waits before the end.
 *
 * Invariants:
 * 1. A file is reported as written, and only then, when it is whole under its name.
 * 2. Without a second thread everything is read through the ByteFiles that the maps name.
 * 3. `lend` gives the other thread back for the copy of a large file; the next full batch calls it again.
 */
import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { shortRead } from "../map/read-map.js";
import { DIGEST_SIZE, FileBatch, FileResult, FileSources } from "./file-batch.js";
import { BATCHES, BatchState, LaneControl, takeBatch, } from "./file-kernel.js";
import { Sources } from "./kernel.js";
export class FileLane {
    #threads;
    #outcomes;
    #sources;
    #batches = [];
    #lane;
    #read;
    #digest;
    #opened;
    #filling = 0;
    /** The other thread at work, until it has left. */
    #other = null;
    #otherLeft = true;
    #wanted = false;
    constructor(threads, options, outcomes) {
        this.#threads = threads;
        this.#outcomes = outcomes;
        this.#sources = new FileSources(threads !== null);
        // Alone this thread fills one and writes it: what waits for nobody would only be more memory.
        for (let index = 0; index < (threads === null ? 1 : BATCHES); index++)
            this.#batches.push(new FileBatch(this.#sources));
        const { paths, files } = this.#sources;
        this.#lane = {
            control: new Int32Array(new SharedArrayBuffer(4 * LaneControl.SIZE)),
            batches: this.#batches.map((batch) => batch.shared),
            counts: new Uint32Array(new SharedArrayBuffer(4 * BATCHES)),
            sources: { bytes: paths.bytes, ends: paths.ends },
            options,
        };
        this.#opened = threads === null ? null : new Sources((source) => paths.at(source));
        this.#digest = options.hash ? (bytes) => hash('sha256', bytes, 'buffer') : null;
        this.#read = (source, offset, target) => {
            if (this.#opened !== null)
                return this.#opened.read(source, offset, target);
            const count = files[source].read(offset, target);
            if (count < target.length)
                throw shortRead(files[source], offset + count);
        };
    }
    /** Has the other thread join in: worth its start where there is a thousand files to write. */
    open() {
        this.#wanted = true;
        this.#join();
    }
    /** Takes a file of at most PIECE_SIZE bytes; false where it has to be copied the general way. */
    add(map, file, token) {
        const added = this.#batches[this.#filling].add(map, file, token);
        if (added !== 'full')
            return added === 'added';
        this.#publish();
        this.#filling = this.#freeBatch();
        return this.#batches[this.#filling].add(map, file, token) === 'added';
    }
    /** Writes all that was added. */
    async finish() {
        this.#publish();
        while (takeBatch(this.#lane, this.#read, this.#digest))
            this.#settle();
        for (let index = 0; index < this.#batches.length; index++)
            await this.#untilDone(index);
        this.#settle();
    }
    /** Writes all that was added, and has the other thread leave. */
    async lend() {
        if (this.#otherLeft)
            return;
        await this.finish();
        await this.#leave();
    }
    /** Stops both threads after the file at hand. What is whole by then is reported as written, the rest as failed. */
    async close() {
        await this.#leave();
        for (let index = 0; index < this.#batches.length; index++) {
            if (this.#batches[index].tokens.length > 0)
                Atomics.store(this.#lane.control, index, BatchState.done);
        }
        this.#settle();
        this.#opened?.close();
    }
    /** The other thread is on its way: it needs this one's event loop to arrive. */
    get isStarting() {
        return !this.#otherLeft && Atomics.load(this.#lane.control, LaneControl.joined) === 0;
    }
    #join() {
        if (this.#threads === null || !this.#wanted || !this.#otherLeft)
            return;
        this.#otherLeft = false;
        const left = () => {
            this.#otherLeft = true;
        };
        // Where it fails, what it took is not written, and what it did not take is for this thread.
        this.#other = this.#threads.run({ task: 'files', lane: this.#lane }).then(left, left);
    }
    async #leave() {
        const { control } = this.#lane;
        Atomics.store(control, LaneControl.stop, 1);
        this.#wake();
        await this.#other;
        Atomics.store(control, LaneControl.stop, 0);
    }
    #wake() {
        Atomics.add(this.#lane.control, LaneControl.wake, 1);
        Atomics.notify(this.#lane.control, LaneControl.wake);
    }
    #publish() {
        const { control, counts } = this.#lane;
        const count = this.#batches[this.#filling].tokens.length;
        if (count === 0 || Atomics.load(control, this.#filling) !== BatchState.free)
            return;
        counts[this.#filling] = count;
        Atomics.store(control, this.#filling, BatchState.ready);
        this.#wake();
        this.#join();
    }
    /** A batch to fill: this thread writes one itself where all are waiting. The other thread holds one at most. */
    #freeBatch() {
        for (;;) {
            this.#settle();
            const { control } = this.#lane;
            const free = this.#batches.findIndex((_, index) => Atomics.load(control, index) === BatchState.free);
            if (free >= 0)
                return free;
            takeBatch(this.#lane, this.#read, this.#digest);
        }
    }
    async #untilDone(index) {
        const { control } = this.#lane;
        const { taken } = BatchState;
        while (Atomics.load(control, index) === taken && !this.#otherLeft) {
            if (Atomics.wait(control, index, taken, 20) === 'timed-out')
                await new Promise((resolve) => setImmediate(resolve));
        }
        if (Atomics.load(control, index) === taken)
            Atomics.store(control, index, BatchState.done);
    }
    /** Tells what became of the files of batches that are done, and frees those. */
    #settle() {
        for (let index = 0; index < this.#batches.length; index++) {
            if (Atomics.load(this.#lane.control, index) !== BatchState.done)
                continue;
            const batch = this.#batches[index];
            const { results, tokens } = batch;
            for (let file = 0; file < tokens.length; file++) {
                if (results[file] === FileResult.written)
                    this.#outcomes.written(tokens[file], this.#digestOf(batch, file));
                else
                    this.#outcomes.failed(tokens[file]);
            }
            batch.clear();
            Atomics.store(this.#lane.control, index, BatchState.free);
        }
    }
    #digestOf({ digests }, file) {
        if (!this.#lane.options.hash)
            return undefined;
        return Buffer.from(digests.buffer, file * DIGEST_SIZE, DIGEST_SIZE).toString('hex');
    }
}
