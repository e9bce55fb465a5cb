/**
 * A large file is copied in parts; where a part ends and the last note is old enough, what is there is made durable and
 * noted, so that an interrupted copy resumes there. Syncing more often would cost more than a copy that is started again.
 */
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, lstatSync, openSync, readSync } from 'node:fs';
import { pieceBuffer } from "../copy/kernel.js";
import { copyOrClone } from "../copy/leaf-cloner.js";
import { StorageError, throwIfCancelled } from "../errors.js";
import { createStaged, finishStaged } from "./staged-file.js";
const PART_BYTES = 2 ** 30;
const CHECKPOINT_MS = 20_000;
/** Copies the file into staging, whose folder for it is there; goes on where an interrupted run has noted it safe. */
export async function copyLargeFile(file, engine, staging, options) {
    const { entry, stream, path, target } = file;
    const { cloner, salvage, signal, onBytes } = options;
    let clonedBytes = 0;
    const start = safeLength(file, staging);
    const hash = options.hash ? createHash('sha256') : undefined;
    const unreadable = [];
    const fd = start > 0 ? openSync(path, 'r+') : createStaged(path, staging.isNew);
    try {
        ftruncateSync(fd, stream.size);
        if (hash !== undefined)
            rehash({ fd, path }, start, hash);
        if (start > 0)
            onBytes(start);
        let noted = performance.now();
        for (let offset = start; offset < stream.size;) {
            const length = Math.min(PART_BYTES, stream.size - offset);
            const copied = await copyOrClone(engine, cloner, stream, {
                target: { path, fd },
                hash,
                offset,
                length,
                salvage,
                signal,
                onBytes,
            });
            unreadable.push(...copied.unreadable);
            clonedBytes += copied.clonedBytes;
            offset += length;
            // A file with holes in its content is not resumed: the list of its bad ranges lives in this run only.
            const due = performance.now() - noted > CHECKPOINT_MS;
            if (due && offset < stream.size && unreadable.length === 0) {
                staging.checkpoint(fd, { path: target, size: stream.size, safe: offset });
                noted = performance.now();
            }
        }
        finishStaged(fd, entry, options.sync);
    }
    finally {
        closeSync(fd);
    }
    return { sha256: hash?.digest('hex'), unreadable, clonedBytes, resumed: start > 0 };
}
/** Bytes of the file that an earlier run has noted as safe on disk. */
function safeLength({ stream, path, target }, staging) {
    const known = staging.known.get(target);
    if (known?.safe === undefined || known.size !== stream.size)
        return 0;
    return lstatSync(path, { throwIfNoEntry: false })?.isFile() ? known.safe : 0;
}
const BREATH_BYTES = 2 ** 26;
/**
 * Whether a staged file still has the digest with which an earlier run noted it. It was whole, but perhaps never on the disk: after a
 * power cut, or where a drive was pulled out, a file can have its size and not its bytes.
 */
export async function isAsNoted(path, size, sha256, signal) {
    const hash = createHash('sha256');
    const fd = openSync(path, 'r');
    try {
        for (let start = 0; start < size; start += BREATH_BYTES) {
            if (start > 0)
                await new Promise((resolve) => setImmediate(resolve)); // between the parts of a large one
            throwIfCancelled(signal);
            rehash({ fd, path }, Math.min(size, start + BREATH_BYTES), hash, start);
        }
    }
    finally {
        closeSync(fd);
    }
    return hash.digest('hex') === sha256;
}
/** Staged bytes of an interrupted run, read once to carry the digest on. */
function rehash({ fd, path }, length, hash, start = 0) {
    const buffer = pieceBuffer();
    for (let at = start; at < length; at += buffer.length) {
        const part = buffer.subarray(0, Math.min(buffer.length, length - at));
        if (readSync(fd, part, 0, part.length, at) < part.length) {
            throw new StorageError('io', 'STAGING_TRUNCATED', `${path} is shorter than its journal says`, {
                image: path,
                offset: at,
                hint: 'remove it, and run the same command again: it is copied anew',
            });
        }
        hash.update(part);
    }
}
