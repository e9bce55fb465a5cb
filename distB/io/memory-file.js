/** A ByteFile in memory: the base of test doubles, and of small synthesised sources. */
let nextIdentity = 1;
export class MemoryFile {
    name;
    path = null;
    identity = `memory:${nextIdentity++}`;
    bytes;
    constructor(bytes, name = 'memory') {
        this.bytes = bytes;
        this.name = name;
    }
    get size() {
        return this.bytes.length;
    }
    read(offset, target) {
        const part = this.bytes.subarray(offset, offset + target.length);
        target.set(part);
        return part.length;
    }
    close() { }
}
