/**
 * Layout of a sidecar: what pitvault knows of one state of a replica, in a file named by the DataWriteGuid of that
 * state's disk. Little-endian. Declares and converts; sidecar.ts judges.
 *
 *     0        header, 4 KiB
 *     4096     slots of 4 KiB: pages of 256 fingerprints, in any order; a page of zero blocks only has none
 *     then     index: one entry for each page, ascending
 *     then     change map: ranges that differ from the previous state, ascending
 *     then     seal, when asked for
 *
 * A sidecar is complete or worthless: it is written under its final name, flushed before anything refers to it, and
 * never changed afterwards.
 */
export declare const SIDECAR_VERSION = 1;
export declare const PAGE_SIZE: number;
/** Fingerprints in a page. */
export declare const PAGE_ENTRIES: number;
export declare const FIRST_SLOT = 4096;
export declare const HEADER: {
    readonly signature: 0;
    readonly version: 8;
    readonly headerChecksum: 12;
    readonly dataWriteGuid: 16;
    readonly previousGuid: 32;
    readonly pointId: 48;
    readonly replicaId: 64;
    readonly sequence: 80;
    readonly capturedMs: 88;
    readonly diskSize: 96;
    readonly blockSize: 104;
    readonly changeUnit: 108;
    readonly root: 112;
    readonly indexOffset: 128;
    readonly indexCount: 136;
    readonly changesOffset: 144;
    readonly changesCount: 152;
    readonly changedBytes: 160;
    readonly sealOffset: 168;
    readonly sealLength: 176;
    readonly indexChecksum: 184;
    readonly changesChecksum: 188;
    readonly sealChecksum: 192;
    readonly depth: 196;
    readonly SIZE: 4096;
};
export declare const INDEX_ENTRY: {
    readonly page: 0;
    readonly fileOffset: 8;
    readonly digest: 16;
    readonly SIZE: 32;
};
export declare const CHANGE_ENTRY_SIZE = 16;
/** What a state is called and where it stands among its fellows. */
export type StateFacts = {
    readonly dataWriteGuid: string;
    /** Null for the first state. */
    readonly previousGuid: string | null;
    /** PITId: the folder to which the previous state moves when this one is published; null for the first state. */
    readonly pointId: string | null;
    readonly replicaId: string;
    readonly sequence: number;
    /** Unix milliseconds. */
    readonly capturedMs: number;
    /** Bytes. */
    readonly diskSize: number;
    /** Bytes under one fingerprint. */
    readonly blockSize: number;
    /** Files of its chain when it was published; 1: the disk stands alone. Merges make it less, never more. */
    readonly depth: number;
};
export type SidecarHeader = StateFacts & {
    readonly changeUnit: number;
    readonly root: Uint8Array;
    readonly indexOffset: number;
    readonly indexCount: number;
    readonly changesOffset: number;
    readonly changesCount: number;
    readonly changedBytes: number;
    readonly sealOffset: number;
    readonly sealLength: number;
    readonly indexChecksum: number;
    readonly changesChecksum: number;
    readonly sealChecksum: number;
};
/**
 * Bytes under one fingerprint, for a disk of this size: 64 KiB up to 4 TiB, then what keeps the table at 2^26 blocks
 * (1 GiB when all of them hold data, an index of 8 MiB). Smaller blocks cost more than they give: within a block that
 * differs, what has changed is found by bytes.
 */
export declare function blockSizeFor(diskSize: number): number;
export declare function encodeHeader(header: SidecarHeader): Uint8Array;
/** The header, or why these bytes are none. */
export declare function decodeHeader(bytes: Uint8Array): SidecarHeader | string;
