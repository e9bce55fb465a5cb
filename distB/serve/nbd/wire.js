/** NBD's numbers and messages (newstyle, fixed), big-endian, as its protocol document defines them. */
export const FIXED_NEWSTYLE = 1;
export const NO_ZEROES = 2;
export const OPTION = {
    exportName: 1,
    abort: 2,
    list: 3,
    info: 6,
    go: 7,
    structuredReply: 8,
    listMetaContext: 9,
    setMetaContext: 10,
};
export const OPTION_REPLY = {
    ack: 1,
    server: 2,
    info: 3,
    metaContext: 4,
    errorUnsupported: 0x8000_0001,
    errorInvalid: 0x8000_0003,
    errorUnknown: 0x8000_0006,
    errorTooBig: 0x8000_0009,
};
export const INFO = { export: 0, blockSize: 3 };
export const TRANSMISSION = { hasFlags: 1, readOnly: 2, sendDf: 0x80, canMultiConn: 0x100, sendCache: 0x400 };
export const COMMAND = {
    read: 0,
    write: 1,
    disconnect: 2,
    flush: 3,
    trim: 4,
    cache: 5,
    writeZeroes: 6,
    blockStatus: 7,
};
export const COMMAND_FLAG = { dontFragment: 4, requireOne: 8 };
export const CHUNK = { none: 0, offsetData: 1, offsetHole: 2, blockStatus: 5, error: 0x8001 };
export const CHUNK_DONE = 1;
export const NBD_ERROR = { EPERM: 1, EIO: 5, EINVAL: 22, EOVERFLOW: 75, ENOTSUP: 95 };
/** The only bits of `base:allocation`. */
export const STATE_HOLE = 1;
export const STATE_ZERO = 2;
const OPTION_MAGIC = 0x49484156454f5054n; // IHAVEOPT
const OPTION_REPLY_MAGIC = 0x0003e889045565a9n;
const REQUEST_MAGIC = 0x2560_9513;
const SIMPLE_REPLY_MAGIC = 0x6744_6698;
const STRUCTURED_REPLY_MAGIC = 0x668e_33ef;
export const OPTION_HEADER_SIZE = 16;
export const REQUEST_SIZE = 28;
export const SIMPLE_REPLY_SIZE = 16;
/** Header of a chunk, and of a data chunk with its offset. */
export const CHUNK_HEADER_SIZE = 20;
export const DATA_CHUNK_HEADER_SIZE = 28;
export function greeting() {
    const bytes = Buffer.alloc(18);
    bytes.write('NBDMAGIC', 'latin1');
    bytes.writeBigUInt64BE(OPTION_MAGIC, 8);
    bytes.writeUInt16BE(FIXED_NEWSTYLE | NO_ZEROES, 16);
    return bytes;
}
/** Null where the client does not speak this protocol. */
export function decodeOption(bytes) {
    if (bytes.readBigUInt64BE(0) !== OPTION_MAGIC)
        return null;
    return { option: bytes.readUInt32BE(8), length: bytes.readUInt32BE(12) };
}
export function optionReply(option, type, data = new Uint8Array(0)) {
    const bytes = Buffer.alloc(20 + data.length);
    bytes.writeBigUInt64BE(OPTION_REPLY_MAGIC, 0);
    bytes.writeUInt32BE(option, 8);
    bytes.writeUInt32BE(type, 12);
    bytes.writeUInt32BE(data.length, 16);
    bytes.set(data, 20);
    return bytes;
}
export function exportInfo(size, flags) {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16BE(INFO.export, 0);
    bytes.writeBigUInt64BE(BigInt(size), 2);
    bytes.writeUInt16BE(flags, 10);
    return bytes;
}
export function blockSizeInfo(minimum, preferred, maximum) {
    const bytes = Buffer.alloc(14);
    bytes.writeUInt16BE(INFO.blockSize, 0);
    bytes.writeUInt32BE(minimum, 2);
    bytes.writeUInt32BE(preferred, 6);
    bytes.writeUInt32BE(maximum, 10);
    return bytes;
}
/** The answer to the old way of choosing an export: no reply header, and no zeros after it as both sides agreed. */
export function exportNameReply(size, flags, withZeroes) {
    const bytes = Buffer.alloc(withZeroes ? 134 : 10);
    bytes.writeBigUInt64BE(BigInt(size), 0);
    bytes.writeUInt16BE(flags, 8);
    return bytes;
}
/** A name with its length before it. */
export function lengthPrefixed(text) {
    const name = Buffer.from(text);
    const bytes = Buffer.alloc(4 + name.length);
    bytes.writeUInt32BE(name.length);
    name.copy(bytes, 4);
    return bytes;
}
export function metaContextReply(id, name) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(id);
    return Buffer.concat([bytes, Buffer.from(name)]);
}
/** Null where these bytes are no request. */
export function decodeRequest(bytes) {
    if (bytes.readUInt32BE(0) !== REQUEST_MAGIC)
        return null;
    return {
        flags: bytes.readUInt16BE(4),
        type: bytes.readUInt16BE(6),
        cookie: bytes.readBigUInt64BE(8),
        offset: Number(bytes.readBigUInt64BE(16)),
        length: bytes.readUInt32BE(24),
    };
}
export function simpleReply(cookie, error) {
    const bytes = Buffer.alloc(SIMPLE_REPLY_SIZE);
    bytes.writeUInt32BE(SIMPLE_REPLY_MAGIC, 0);
    bytes.writeUInt32BE(error, 4);
    bytes.writeBigUInt64BE(cookie, 8);
    return bytes;
}
/** Writes the header of a chunk whose payload has this length. */
export function setChunkHeader(bytes, at, chunk) {
    bytes.writeUInt32BE(STRUCTURED_REPLY_MAGIC, at);
    bytes.writeUInt16BE(chunk.done ? CHUNK_DONE : 0, at + 4);
    bytes.writeUInt16BE(chunk.type, at + 6);
    bytes.writeBigUInt64BE(chunk.cookie, at + 8);
    bytes.writeUInt32BE(chunk.length, at + 16);
}
export function emptyChunk(cookie) {
    const bytes = Buffer.alloc(CHUNK_HEADER_SIZE);
    setChunkHeader(bytes, 0, { cookie, type: CHUNK.none, done: true, length: 0 });
    return bytes;
}
export function holeChunk(cookie, offset, length, done) {
    const bytes = Buffer.alloc(CHUNK_HEADER_SIZE + 12);
    setChunkHeader(bytes, 0, { cookie, type: CHUNK.offsetHole, done, length: 12 });
    bytes.writeBigUInt64BE(BigInt(offset), CHUNK_HEADER_SIZE);
    bytes.writeUInt32BE(length, CHUNK_HEADER_SIZE + 8);
    return bytes;
}
export function errorChunk(cookie, error, message) {
    const text = Buffer.from(message.slice(0, 1000));
    const bytes = Buffer.alloc(CHUNK_HEADER_SIZE + 6 + text.length);
    setChunkHeader(bytes, 0, { cookie, type: CHUNK.error, done: true, length: 6 + text.length });
    bytes.writeUInt32BE(error, CHUNK_HEADER_SIZE);
    bytes.writeUInt16BE(text.length, CHUNK_HEADER_SIZE + 4);
    text.copy(bytes, CHUNK_HEADER_SIZE + 6);
    return bytes;
}
/** `entries` are pairs of length and flags. */
export function blockStatusChunk(cookie, context, entries, done) {
    const bytes = Buffer.alloc(CHUNK_HEADER_SIZE + 4 + 4 * entries.length);
    setChunkHeader(bytes, 0, { cookie, type: CHUNK.blockStatus, done, length: 4 + 4 * entries.length });
    bytes.writeUInt32BE(context, CHUNK_HEADER_SIZE);
    for (const [index, value] of entries.entries())
        bytes.writeUInt32BE(value, CHUNK_HEADER_SIZE + 4 + 4 * index);
    return bytes;
}
