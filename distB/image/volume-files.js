/** The files of a volume by path: the embedder's view of a FileSystem. */
import { invalidArgument, notFound, throwIfCancelled } from "../errors.js";
import { resolveExtents } from "../map/extent.js";
import { readMap } from "../map/read-map.js";
import { normalizePath, splitStream } from "./path.js";
const CHUNK = 1024 * 1024;
export class VolumeFiles {
    #fileSystem;
    #image;
    constructor(fileSystem, image) {
        this.#fileSystem = fileSystem;
        this.#image = image;
    }
    get info() {
        return this.#fileSystem.info;
    }
    /** What was met while opening and reading so far. */
    get findings() {
        return this.#fileSystem.findings;
    }
    /** The entry at this path, or null. Paths may be written as Windows writes them. */
    async stat(path) {
        return this.#fileSystem.lookup(splitStream(path).file);
    }
    /** The entries of a directory. */
    async *list(path = '/') {
        yield* this.#fileSystem.list(this.#require(path));
    }
    /** Everything below a directory, depth first, directories before their content. */
    async *walk(path = '/') {
        yield* this.#fileSystem.walk(this.#require(path));
    }
    /** Every file of the volume in one linear pass: the fastest way to see them all, in no order of names. */
    async *scan() {
        yield* this.#fileSystem.scan();
    }
    /** Alternate streams of a file. */
    async streams(path) {
        return this.#fileSystem.streams(this.#require(path));
    }
    /** Opens a file, or a stream of it (`/a/b.txt:stream`). Throws `unsupported` for content that is not in the image. */
    async open(path) {
        const { file, stream } = splitStream(path);
        const entry = this.#require(file);
        return new FileHandle(entry, this.#fileSystem.open(entry, stream));
    }
    #require(path) {
        const normal = normalizePath(path);
        const entry = this.#fileSystem.lookup(normal);
        if (entry === null)
            throw notFound('FILE_MISSING', `no file ${normal} in ${this.#image}`, { image: this.#image });
        return entry;
    }
}
/** An open stream of a file. Needs no close: it holds nothing but the image. */
export class FileHandle {
    entry;
    /** The address map of the content: for `resolveExtents`, for the copy engine, or as an image inside an image. */
    map;
    constructor(entry, map) {
        this.entry = entry;
        this.map = map;
    }
    /** Bytes. */
    get size() {
        return this.map.size;
    }
    /** Where a range of the file lives, down to the image's own bytes. Reads metadata only. */
    resolve(offset, length) {
        return resolveExtents(this.map, offset, length);
    }
    /** Fills `target` from `offset` on; returns the bytes filled, fewer only at the end of the file. */
    async read(target, offset = 0) {
        return readMap(this.map, offset, target);
    }
    /** The bytes from `start` up to (not including) `end` as a stream, in chunks of up to 1 MiB. */
    stream(options = {}) {
        const { start = 0, end = this.size, signal } = options;
        if (!(start >= 0 && start <= end && end <= this.size)) {
            throw invalidArgument('FILE_RANGE', `range ${start}..${end} is outside a file of ${this.size} bytes`);
        }
        const { Readable } = process.getBuiltinModule('node:stream'); // not loaded for those who never stream
        return Readable.from(chunks(this.map, start, end, signal), { objectMode: false, highWaterMark: CHUNK });
    }
}
async function* chunks(map, start, end, signal) {
    for (let offset = start; offset < end; offset += CHUNK) {
        throwIfCancelled(signal);
        const chunk = new Uint8Array(Math.min(CHUNK, end - offset));
        readMap(map, offset, chunk);
        yield chunk;
    }
}
