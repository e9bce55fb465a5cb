/** One copy of a range: what it was asked for, what it has done so far, and the three ways to move a batch. */
import { asStorageError, StorageError, throwIfCancelled } from "../errors.js";
import { Control, PIECE_SIZE, ZERO } from "./batch.js";
import { CarefulReader } from "./careful-read.js";
import { pieceAt, pieceBuffer, sourceName, writePiece, zeros } from "./kernel.js";
export const RING_SLOTS = 6;
const STEP_MAX = 16;
const EMPTY_RING = new Uint8Array(new SharedArrayBuffer(0));
export class CopyRun {
    options;
    payloadBytes = 0;
    #reader;
    #shift;
    constructor(options) {
        this.options = options;
        this.#reader = new CarefulReader(options.salvage ?? false);
        this.#shift = options.shift ?? 0;
    }
    get outcome() {
        return { payloadBytes: this.payloadBytes, unreadable: this.#reader.unreadable };
    }
    /** All pieces from `first` on, in this thread. */
    async alone(batch, first) {
        for (let index = first; index < batch.count; index++) {
            if ((index - first) % STEP_MAX === STEP_MAX - 1)
                await this.#breathe();
            await this.#move(batch, index);
        }
    }
    /** Unordered: both threads take pieces from the table. */
    async together(batch, threads) {
        const control = new Int32Array(new SharedArrayBuffer(4 * Control.SIZE));
        const shared = this.#share(batch, control);
        const other = threads.run({ task: 'copy', batch: { ...shared, ring: EMPTY_RING, slots: 0 } });
        let reported = 0;
        const progress = () => {
            const done = Atomics.load(control, Control.doneKib) * 1024;
            this.#progress(done - reported);
            reported = done;
        };
        try {
            for (let step = 0;; step++) {
                const index = Atomics.add(control, Control.next, 1);
                if (index >= batch.count)
                    break;
                if (batch.pieces[4 * index + 2] !== ZERO)
                    this.#piece(batch, index);
                if (step % STEP_MAX === 0) {
                    progress();
                    await this.#breathe();
                }
            }
        }
        catch (error) {
            Atomics.store(control, Control.cancelled, 1);
            await other;
            throw error;
        }
        const failures = await other;
        progress();
        for (const failure of failures)
            if (failure !== null)
                this.#piece(batch, failure.piece); // once more, with care
    }
    /** Ordered: this thread does all of it until the other arrives; from there on that one reads and writes, this one hashes. */
    async hashing(batch, threads, ring) {
        const control = new Int32Array(new SharedArrayBuffer(4 * Control.SIZE));
        const other = threads.run({ task: 'produce', batch: { ...this.#share(batch, control), ring, slots: RING_SLOTS } });
        let index = 0;
        try {
            while (index < batch.count && Atomics.compareExchange(control, Control.next, index, index + 1) === index) {
                await this.#move(batch, index++);
                await this.#breathe(); // the other thread needs this event loop to arrive
            }
            consume(control, index);
            while (index < batch.count && (await this.#produced(control, index))) {
                const [, length, source] = pieceAt(batch.pieces, index);
                const slot = (index % RING_SLOTS) * PIECE_SIZE;
                if (source === ZERO)
                    await this.#hashZeros(length);
                else
                    this.options.hash.update(ring.subarray(slot, slot + length));
                consume(control, ++index);
                if (source !== ZERO)
                    this.#progress(length);
                if (index % STEP_MAX === 0)
                    await this.#breathe();
            }
        }
        catch (error) {
            Atomics.store(control, Control.cancelled, 1);
            Atomics.notify(control, Control.consumed);
            await other;
            throw error;
        }
        await other;
        // Where the other thread failed, this one goes on with care: it knows how to narrow a bad read down.
        if (index < batch.count)
            await this.alone(batch, index);
    }
    /** Waits for the piece; false when the producer has stopped short of it. */
    async #produced(control, index) {
        for (let waited = 1;; waited++) {
            const failed = Atomics.load(control, Control.failed) !== 0;
            const produced = Atomics.load(control, Control.produced);
            if (produced > index || failed)
                return produced > index;
            Atomics.wait(control, Control.produced, produced, 20);
            if (waited % STEP_MAX === 0)
                await this.#breathe();
        }
    }
    #share(batch, control) {
        return {
            pieces: batch.pieces,
            count: batch.count,
            sources: batch.files.map(sourceName),
            control,
            target: this.options.target?.path ?? null,
            detectZeros: this.options.detectZeros ?? false,
        };
    }
    async #move(batch, index) {
        const [, length, source] = pieceAt(batch.pieces, index);
        if (source === ZERO)
            await this.#hashZeros(length);
        else
            this.#piece(batch, index);
    }
    #piece(batch, index) {
        const [at, length, source, offset] = pieceAt(batch.pieces, index);
        const bytes = pieceBuffer().subarray(0, length);
        this.#reader.read({ batch, source, offset }, at - this.#shift, bytes);
        if (this.options.target !== null)
            this.#write(bytes, at);
        this.options.hash?.update(bytes);
        this.#progress(length);
    }
    #write(bytes, at) {
        const target = this.options.target;
        try {
            writePiece(target.fd, bytes, at, this.options.detectZeros ?? false);
        }
        catch (error) {
            const base = asStorageError(error);
            const hint = base.code === 'ENOSPC'
                ? 'free space in the target, or choose another one, and run the same command again'
                : undefined;
            throw new StorageError('io', base.code, `cannot write ${target.path}: ${base.message}`, {
                image: target.path,
                offset: at,
                hint,
                cause: error,
            });
        }
    }
    /** Holes are not read, but a digest of the whole range has to see them. */
    async #hashZeros(length) {
        if (this.options.hash === undefined)
            return;
        for (let done = 0, step = 1; done < length; done += zeros.length, step++) {
            this.options.hash.update(zeros.subarray(0, Math.min(zeros.length, length - done)));
            if (step % STEP_MAX === 0)
                await this.#breathe();
        }
    }
    #progress(bytes) {
        if (bytes > 0)
            this.options.onBytes?.(bytes);
    }
    async #breathe() {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfCancelled(this.options.signal);
    }
}
/** All pieces before `index` are hashed: their slots of the ring are free. */
function consume(control, index) {
    Atomics.store(control, Control.consumed, index);
    Atomics.notify(control, Control.consumed);
}
