/**
 * Small files that are about to be read, put into the kernel's page cache before it asks: `cp -r` and its like read files
 * in the order of their numbers, and the round trip of a read takes several times as long as the reading.
 *
 * Invariants:
 * 1. Only whole files of FILE_MAX at most, in the folder of the one read last, and only while a single program reads.
 * 2. A batch is a marker, which the kernel is left to ask for, and the AHEAD files behind it. They are read while the
 *    program works on what it has, and stored when it asks for the marker, before that is answered.
 * 3. A store waits for a page that a pending read of the same file holds, and nothing but the end of that read, or of the
 *    mount, wakes it. So nobody but the program that waits for the marker may be reading; stores are written by Node's
 *    threads; and the one that answers waits WAIT_MS for them, should somebody have come in between.
 * 4. What cannot be read is not stored: whoever reads it is told. What the kernel refuses makes a pause.
 * 5. The device must stay open until `end` resolves: a number that is given to another file would get the bytes.
 */
import { write } from 'node:fs';
import { StorageError } from "../../errors.js";
import { alignedMemory } from "../../io/aligned-memory.js";
import * as abi from "./abi.js";
export const FILE_MAX = 64 * 1024;
const AHEAD = 16;
/** Numbers looked at for so many files. */
const TRIES = 4 * AHEAD;
/** Files read in order before one is believed to go on so. */
const READS_MIN = 2;
/** Numbers of two files read in order differ by this much at most: others were made in between. */
const GAP_MAX = 8;
/** So many files of a folder are read before the next batch, where the kernel has refused one, or none was found. */
const PAUSE = 64;
const WAIT_MS = 2;
const SLOT_SIZE = abi.PAYLOAD + FILE_MAX;
export class FilesAhead {
    #fd;
    #source;
    #waitMs;
    #memory;
    #view;
    #pid = 0;
    /** Files it has read in order, the last of them, and its folder. */
    #reads = 0;
    #last = null;
    #lastNumber = 0;
    #folder = '';
    /** The last file that was stored, or left out as the marker of those stored. */
    #end = 0;
    /** -1 where no batch is prepared. */
    #marker = -1;
    #batch = [];
    #isDue = false;
    #pause = 0;
    #pending = 0;
    #onSettled;
    /** `waitMs`: how long a reader is kept for the stores that it brought about. */
    constructor(fd, source, waitMs = WAIT_MS) {
        this.#fd = fd;
        this.#source = source;
        this.#waitMs = waitMs;
    }
    /** The batch is to be stored before the read at hand is answered. */
    get isDue() {
        return this.#isDue;
    }
    /** The next batch is to be prepared when the read at hand is answered. */
    get isWanted() {
        return this.#last !== null && this.#marker < 0 && this.#reads >= READS_MIN && this.#pause === 0;
    }
    /** The kernel has not taken all of what is being stored. */
    get isStoring() {
        return this.#pending > 0;
    }
    /** Takes note of a read; `isWhole`: of all of a small file. */
    note(node, number, pid, isWhole) {
        if (pid !== this.#pid || pid === 0)
            this.#forget(pid); // 0: of another container, or several of them
        if (!isWhole || pid === 0)
            return;
        const isMarker = number === this.#marker;
        const isNext = number > this.#lastNumber && number <= Math.max(this.#lastNumber, this.#end) + GAP_MAX;
        this.#reads = isMarker || isNext ? this.#reads + 1 : 0;
        this.#last = node;
        this.#lastNumber = number;
        const folder = folderOf(node);
        this.#pause = folder === this.#folder ? Math.max(0, this.#pause - 1) : 0;
        this.#folder = folder;
        this.#isDue = isMarker;
        if (!isMarker && (!isNext || number > this.#marker))
            this.#drop();
    }
    #forget(pid) {
        this.#pid = pid;
        this.#reads = 0;
        this.#last = null;
        this.#lastNumber = 0;
        this.#drop();
    }
    #drop() {
        this.#marker = -1;
        this.#end = 0;
        this.#batch = [];
        this.#isDue = false;
    }
    /** Stores the batch. Resolves when the kernel has it all, or has been waited for long enough. */
    async store() {
        const batch = this.#batch;
        this.#marker = -1;
        this.#batch = [];
        this.#isDue = false;
        for (const [slot, { number, size }] of batch.entries())
            this.#write(slot, number, size);
        await this.#settled(this.#waitMs);
    }
    #write(slot, number, size) {
        const start = slot * SLOT_SIZE + abi.PAYLOAD - abi.STORE_SIZE;
        const length = abi.encodeStore(this.#view, start, number, size);
        this.#pending++;
        write(this.#fd, this.#memory, start, length, null, (error) => {
            if (error !== null)
                this.#pause = PAUSE; // nobody has looked this file up; or there is no memory, or no mount
            if (--this.#pending === 0)
                this.#onSettled?.();
        });
    }
    /** All stores are written, or this time has passed. */
    async #settled(ms) {
        if (this.#pending === 0)
            return;
        await new Promise((resolve) => {
            const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms);
            this.#onSettled = () => {
                clearTimeout(timer);
                resolve();
            };
        });
        this.#onSettled = undefined;
        if (this.#pending > 0)
            this.#pause = PAUSE;
    }
    /** Reads the files that follow the one read last. */
    async prepare() {
        const last = this.#last;
        if (this.#pending > 0)
            await new Promise(setImmediate); // the loop turns: what has ended meanwhile is told
        if (this.#pending > 0)
            return;
        this.#memory ??= alignedMemory(AHEAD * SLOT_SIZE);
        this.#view ??= new DataView(this.#memory.buffer);
        let number = Math.max(this.#lastNumber, this.#end);
        for (let tries = 0; tries < TRIES && this.#batch.length < AHEAD; tries++) {
            const node = this.#source.node(++number);
            if (node?.kind !== 'entry' || node.volume !== last.volume || folderOf(node) !== this.#folder)
                continue;
            if (node.entry.kind !== 'file' || node.entry.size === 0 || node.entry.size > FILE_MAX)
                continue;
            if (this.#marker < 0)
                this.#marker = number;
            else if (this.#read(node))
                this.#batch.push({ number, size: node.entry.size });
            this.#end = number;
        }
        if (this.#batch.length === 0)
            this.#pause = PAUSE;
    }
    /** Fills the next slot; false where the content cannot be had. */
    #read(node) {
        const at = this.#batch.length * SLOT_SIZE + abi.PAYLOAD;
        try {
            return this.#source.read(node, this.#memory.subarray(at, at + node.entry.size));
        }
        catch (error) {
            if (StorageError.is(error))
                return false; // whoever reads it is told
            throw error;
        }
    }
    /** Resolves when nothing is being written any more: soon, as the mount has ended. */
    async end() {
        await this.#settled(Number.POSITIVE_INFINITY);
    }
}
function folderOf({ entry }) {
    return entry.path.slice(0, entry.path.length - entry.name.length);
}
