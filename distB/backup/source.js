/**
 * What is backed up: a device, an image of any kind, or a stream. A stream is written to a sparse file in the pool first,
 * since its size has to be known and its blocks are read twice; the file has no name where the system allows it, and is
 * gone with the process.
 */
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { isZero } from "../base/bytes.js";
import { asStorageError, throwIfCancelled } from "../errors.js";
import { openImage } from "../image/image.js";
import { readFully } from "../io/read-fully.js";
import { requireRange } from "../map/address-map.js";
import { FileMap } from "../map/maps.js";
/** A locator as openImage takes it. With `host` the holes of a raw image are known without reading them. */
export async function openBackupSource(locator, options = {}, host) {
    const image = await openImage(locator, options);
    const { format } = image.disk;
    // A raw image says nothing of sectors of 512 bytes, unless it has a GPT.
    const isTold512 = format !== 'raw' || image.partitionTable.scheme === 'gpt';
    const logicalSectorSize = isTold512 || image.sectorSize !== 512 ? image.sectorSize : undefined;
    const { map } = image.source;
    const file = map instanceof FileMap ? map.file.host : undefined;
    if (host === undefined || format !== 'raw' || file === undefined) {
        return { name: locator, disk: image.disk, logicalSectorSize, close: () => image.close() };
    }
    const isTold = host.dataRanges(file, 0, 1) !== null;
    const disk = isTold ? new SparseMap(image.disk, (from, to) => host.dataRanges(file, from, to)) : image.disk;
    return { name: locator, disk, logicalSectorSize, close: () => image.close() };
}
/** A map whose holes are zeros without being read. */
class SparseMap {
    #below;
    #dataRanges;
    constructor(below, dataRanges) {
        this.#below = below;
        this.#dataRanges = dataRanges;
    }
    get size() {
        return this.#below.size;
    }
    resolve(offset, length, at, sink) {
        requireRange(this, offset, length);
        const shift = at - offset;
        let position = offset;
        for (const range of this.#dataRanges(offset, offset + length)) {
            if (range.offset > position)
                sink.zero(position + shift, range.offset - position);
            this.#below.resolve(range.offset, range.length, range.offset + shift, sink);
            position = range.offset + range.length;
        }
        if (offset + length > position)
            sink.zero(position + shift, offset + length - position);
    }
}
const PIECE = 64 * 1024;
/** Reads the stream to its end, into a file in `folder`. */
export async function spoolStream(stream, folder, options = {}) {
    const spool = new Spool(`${folder}/spool-${crypto.randomUUID()}`);
    try {
        for await (const chunk of stream) {
            throwIfCancelled(options.signal);
            spool.append(chunk);
            options.onBytes?.(spool.size);
        }
        spool.end();
    }
    catch (error) {
        spool.close();
        throw asStorageError(error, { image: spool.name });
    }
    return { name: 'stream', disk: new FileMap(spool), close: async () => spool.close() };
}
class Spool {
    name = 'stream';
    path = null;
    identity;
    size = 0;
    #path;
    #fd;
    constructor(path) {
        this.#path = path;
        this.identity = path;
        this.#fd = openSync(path, 'wx+', 0o600);
        if (process.platform !== 'win32')
            rmSync(path);
    }
    append(chunk) {
        for (let at = 0; at < chunk.length; at += PIECE) {
            const piece = chunk.subarray(at, at + PIECE);
            if (!isZero(piece))
                this.#write(piece);
            this.size += piece.length;
        }
    }
    /** The zeros at its end count too. */
    end() {
        ftruncateSync(this.#fd, this.size);
    }
    read(offset, target) {
        return readFully(this.#fd, this.name, offset, target);
    }
    close() {
        if (this.#fd < 0)
            return;
        closeSync(this.#fd);
        this.#fd = -1;
        if (process.platform === 'win32')
            rmSync(this.#path, { force: true });
    }
    #write(piece) {
        for (let done = 0; done < piece.length;)
            done += writeSync(this.#fd, piece, done, piece.length - done, this.size + done);
    }
}
