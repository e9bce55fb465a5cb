/**
 * Payload for those who serve it: leaves of a map, filled into memory. Small reads are synchronous and come from the page
 * cache; large ones are read by Node's threads, so that the next request can be taken meanwhile.
 */
import { read } from 'node:fs';
import { asStorageError, StorageError } from "../errors.js";
import { resolveExtents } from "../map/extent.js";
import { readMap, shortRead } from "../map/read-map.js";
import { SlowDisk } from "./slow-disk.js";
/** A thread's round trip costs more than copying this much, always, and where the host has it in memory. */
const SYNC_MAX = 128 * 1024;
const SYNC_MAX_CACHED = 512 * 1024;
export class PayloadReader {
    #disk = new SlowDisk();
    /** Fills all of target. Rejects with the StorageError of any unreadable leaf. */
    async fill(map, offset, target) {
        if (target.length <= SYNC_MAX)
            readMap(map, offset, target);
        else
            await this.fillFrom(resolveExtents(map, offset, target.length), offset, target);
    }
    /** The same from leaves at hand, which cover the range from `offset` on. */
    async fillFrom(extents, offset, target) {
        const reads = [];
        for (const extent of extents) {
            const part = target.subarray(extent.offset - offset, extent.offset - offset + extent.length);
            if (extent.kind === 'zero')
                part.fill(0);
            else if (extent.kind === 'computed')
                extent.source.read(extent.sourceOffset, part);
            else
                reads.push(this.#read(extent.file, extent.fileOffset, part));
        }
        if (reads.length === 0)
            return;
        // All of them end before the memory is somebody else's again, also when one fails.
        const failed = (await Promise.allSettled(reads)).find((outcome) => outcome.status === 'rejected');
        if (failed !== undefined)
            throw failed.reason;
    }
    async #read(file, position, target) {
        if (target.length <= SYNC_MAX) {
            readAll(file, position, target);
            return;
        }
        const open = target.length <= SYNC_MAX_CACHED && !this.#disk.isNext ? undefined : file.host;
        const started = performance.now();
        if (open === undefined)
            readAll(file, position, target);
        else {
            for (let done = 0; done < target.length;) {
                const count = await readAt(file, open.fd, target.subarray(done), position + done);
                if (count === 0)
                    throw shortRead(file, position + done);
                done += count;
            }
        }
        this.#disk.note(performance.now() - started);
    }
}
function readAll(file, position, target) {
    const count = file.read(position, target);
    if (count < target.length)
        throw shortRead(file, position + count);
}
function readAt(file, fd, target, position) {
    return new Promise((resolve, reject) => {
        read(fd, target, 0, target.length, position, (error, count) => {
            if (error === null)
                resolve(count);
            else
                reject(asStorageError(error, { image: file.name, structure: 'file', offset: position }));
        });
    });
}
/** Any failure while serving as the sentence to tell a client. */
export function failureText(thrown) {
    return StorageError.is(thrown) ? thrown.message : String(thrown.message);
}
