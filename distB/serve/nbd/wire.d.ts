/** NBD's numbers and messages (newstyle, fixed), big-endian, as its protocol document defines them. */
export declare const FIXED_NEWSTYLE = 1;
export declare const NO_ZEROES = 2;
export declare const OPTION: {
    readonly exportName: 1;
    readonly abort: 2;
    readonly list: 3;
    readonly info: 6;
    readonly go: 7;
    readonly structuredReply: 8;
    readonly listMetaContext: 9;
    readonly setMetaContext: 10;
};
export declare const OPTION_REPLY: {
    readonly ack: 1;
    readonly server: 2;
    readonly info: 3;
    readonly metaContext: 4;
    readonly errorUnsupported: 2147483649;
    readonly errorInvalid: 2147483651;
    readonly errorUnknown: 2147483654;
    readonly errorTooBig: 2147483657;
};
export declare const INFO: {
    readonly export: 0;
    readonly blockSize: 3;
};
export declare const TRANSMISSION: {
    readonly hasFlags: 1;
    readonly readOnly: 2;
    readonly sendDf: 128;
    readonly canMultiConn: 256;
    readonly sendCache: 1024;
};
export declare const COMMAND: {
    readonly read: 0;
    readonly write: 1;
    readonly disconnect: 2;
    readonly flush: 3;
    readonly trim: 4;
    readonly cache: 5;
    readonly writeZeroes: 6;
    readonly blockStatus: 7;
};
export declare const COMMAND_FLAG: {
    readonly dontFragment: 4;
    readonly requireOne: 8;
};
export declare const CHUNK: {
    readonly none: 0;
    readonly offsetData: 1;
    readonly offsetHole: 2;
    readonly blockStatus: 5;
    readonly error: 32769;
};
export declare const CHUNK_DONE = 1;
export declare const NBD_ERROR: {
    readonly EPERM: 1;
    readonly EIO: 5;
    readonly EINVAL: 22;
    readonly EOVERFLOW: 75;
    readonly ENOTSUP: 95;
};
/** The only bits of `base:allocation`. */
export declare const STATE_HOLE = 1;
export declare const STATE_ZERO = 2;
export declare const OPTION_HEADER_SIZE = 16;
export declare const REQUEST_SIZE = 28;
export declare const SIMPLE_REPLY_SIZE = 16;
/** Header of a chunk, and of a data chunk with its offset. */
export declare const CHUNK_HEADER_SIZE = 20;
export declare const DATA_CHUNK_HEADER_SIZE = 28;
export declare function greeting(): Buffer;
/** Null where the client does not speak this protocol. */
export declare function decodeOption(bytes: Buffer): {
    option: number;
    length: number;
} | null;
export declare function optionReply(option: number, type: number, data?: Uint8Array): Buffer;
export declare function exportInfo(size: number, flags: number): Buffer;
export declare function blockSizeInfo(minimum: number, preferred: number, maximum: number): Buffer;
/** The answer to the old way of choosing an export: no reply header, and no zeros after it as both sides agreed. */
export declare function exportNameReply(size: number, flags: number, withZeroes: boolean): Buffer;
/** A name with its length before it. */
export declare function lengthPrefixed(text: string): Buffer;
export declare function metaContextReply(id: number, name: string): Buffer;
export type Request = {
    readonly type: number;
    readonly flags: number;
    /** As the client chose it, to be given back. */
    readonly cookie: bigint;
    readonly offset: number;
    readonly length: number;
};
/** Null where these bytes are no request. */
export declare function decodeRequest(bytes: Buffer): Request | null;
export declare function simpleReply(cookie: bigint, error: number): Buffer;
/** Writes the header of a chunk whose payload has this length. */
export declare function setChunkHeader(bytes: Buffer, at: number, chunk: {
    readonly cookie: bigint;
    readonly type: number;
    readonly done: boolean;
    readonly length: number;
}): void;
export declare function emptyChunk(cookie: bigint): Buffer;
export declare function holeChunk(cookie: bigint, offset: number, length: number, done: boolean): Buffer;
export declare function errorChunk(cookie: bigint, error: number, message: string): Buffer;
/** `entries` are pairs of length and flags. */
export declare function blockStatusChunk(cookie: bigint, context: number, entries: readonly number[], done: boolean): Buffer;
