/**
 * A file whose storage is all taken: what grows it is written with zeros. Windows attaches no virtual disk from a sparse
 * file, and a file that gets holes on a mounted NTFS is one.
 */
const ZEROS = new Uint8Array(2 ** 20);
export class DenseFile {
    name;
    identity;
    path;
    #file;
    constructor(file) {
        this.#file = file;
        this.name = file.name;
        this.identity = file.identity;
        this.path = file.path;
    }
    get size() {
        return this.#file.size;
    }
    read(offset, target) {
        return this.#file.read(offset, target);
    }
    write(offset, bytes) {
        if (offset > this.size)
            this.truncate(offset);
        this.#file.write(offset, bytes);
    }
    truncate(size) {
        for (let at = this.size; at < size; at += ZEROS.length) {
            this.#file.write(at, ZEROS.subarray(0, Math.min(ZEROS.length, size - at)));
        }
        if (size < this.size)
            this.#file.truncate(size);
    }
    flush() {
        this.#file.flush();
    }
    close() {
        this.#file.close();
    }
}
