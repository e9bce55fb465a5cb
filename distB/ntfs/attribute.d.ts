/**
 * Attributes: what a file record is made of.
 *
 * Invariants of a decoded attribute:
 * 1. Header, name and (resident) value lie inside the attribute, the attribute inside the used part of its record.
 * 2. A non-resident one has `runsOffset` inside the attribute and `startVcn <= lastVcn + 1`.
 * 3. Sizes are those of the first piece (startVcn 0) only; `initialisedSize <= dataSize`, both below 2^53.
 */
import { type StorageError } from '../errors.ts';
import type { FileRecord } from './file-record.ts';
import { type VolumeContext } from './volume-context.ts';
export declare const TYPE: {
    readonly standardInformation: 16;
    readonly attributeList: 32;
    readonly fileName: 48;
    readonly volumeName: 96;
    readonly volumeInformation: 112;
    readonly data: 128;
    readonly indexRoot: 144;
    readonly indexAllocation: 160;
    readonly bitmap: 176;
    readonly reparsePoint: 192;
    readonly end: 4294967295;
};
export declare const ATTRIBUTE: {
    readonly type: 0;
    readonly length: 4;
    readonly nonResident: 8;
    readonly nameLength: 9;
    readonly nameOffset: 10;
    readonly flags: 12;
    readonly id: 14;
    readonly valueLength: 16;
    readonly valueOffset: 20;
    readonly indexed: 22;
    readonly startVcn: 16;
    readonly lastVcn: 24;
    readonly runsOffset: 32;
    readonly compressionUnit: 34;
    readonly allocatedSize: 40;
    readonly dataSize: 48;
    readonly initialisedSize: 56;
    readonly totalAllocated: 64;
};
export declare const RESIDENT_HEADER_SIZE = 24;
export declare const NON_RESIDENT_HEADER_SIZE = 64;
export declare const FLAG_COMPRESSION_MASK = 255;
export declare const FLAG_ENCRYPTED = 16384;
export declare const FLAG_SPARSE = 32768;
export declare const COMPRESSION_LZNT1 = 1;
export type Attribute = {
    readonly record: FileRecord;
    /** Of the attribute's header in the record. */
    readonly offset: number;
    readonly length: number;
    readonly type: number;
    readonly id: number;
    readonly flags: number;
    readonly name: string;
    readonly isResident: boolean;
    /** Of a resident value in the record. */
    readonly valueOffset: number;
    /** Clusters; 0 and -1 when resident. */
    readonly startVcn: number;
    readonly lastVcn: number;
    readonly runsOffset: number;
    /** Base-2 logarithm of the clusters in a compression unit. */
    readonly compressionUnit: number;
    /** Bytes; of the value when resident. */
    readonly allocatedSize: number;
    readonly dataSize: number;
    readonly initialisedSize: number;
};
export type DecodedAttributes = {
    readonly attributes: Attribute[];
    /** Why the walk ended before the end marker: what stood behind that place is unknown. */
    readonly defect: StorageError | null;
};
/** All attributes of one record, in order, up to the first defect. */
export declare function decodeAttributes(context: VolumeContext, record: FileRecord): DecodedAttributes;
type Defect = {
    readonly code: string;
    readonly message: string;
};
/** The first rule the attribute at `offset` breaks, or null. `end`: of the used part of its record. */
export declare function findAttributeDefect(view: DataView, offset: number, end: number): Defect | null;
/** The bytes of a resident value: a window on the record. */
export declare function residentValue(attribute: Attribute): Uint8Array;
/** `attribute 0x80 "stream" of file record 35`, for messages. */
export declare function attributeLabel(attribute: Attribute): string;
export {};
