/** A disk without a container: every byte is the guest's. */
const SECTOR_SIZE = 512; // a raw image does not say; partition tables tell their own
export class RawImage {
    format = 'raw';
    type = 'raw';
    name;
    logicalSectorSize = SECTOR_SIZE;
    blockSize = null;
    parent = null;
    findings = [];
    dataIdentity = null;
    #bytes;
    constructor(bytes, name) {
        this.#bytes = bytes;
        this.name = name;
    }
    get size() {
        return this.#bytes.size;
    }
    resolve(offset, length, at, sink) {
        this.#bytes.resolve(offset, length, at, sink);
    }
    describe() {
        return { size: this.size };
    }
    *check() { }
}
