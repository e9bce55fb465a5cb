/**
 * VBLK records: what they say of volumes, components, partitions and disks. A record is its header and a sequence of
 * fields, of which numbers and texts carry their own length; records refer to each other by id.
 *
 * Invariants:
 * 1. A field that would run past the record's own length is a defect of the record, never a read beyond it.
 * 2. A number beyond 2^53-1 becomes NaN, which passes no range test.
 * 3. Fields that no reader needs are stepped over by their lengths, not interpreted.
 */
/** Numbers and sizes are in sectors. */
export type VolumeRecord = {
    readonly id: number;
    readonly name: string;
    readonly state: string;
    readonly kind: number;
    readonly componentCount: number;
    readonly size: number;
    readonly guid: string | null;
    /** Drive letter that was last used, `E:`, or empty. */
    readonly hint: string;
};
export type ComponentRecord = {
    readonly id: number;
    readonly name: string;
    readonly state: string;
    readonly layout: number;
    readonly partitionCount: number;
    readonly volumeId: number;
};
export type PartitionRecord = {
    readonly id: number;
    readonly name: string;
    /** From the start of the disk's logical area. */
    readonly start: number;
    /** Within the component. */
    readonly offset: number;
    readonly size: number;
    readonly componentId: number;
    readonly diskId: number;
};
export type DiskRecord = {
    readonly id: number;
    readonly name: string;
    readonly guid: string | null;
};
export type LdmRecord = {
    readonly kind: 'volume';
    readonly value: VolumeRecord;
} | {
    readonly kind: 'component';
    readonly value: ComponentRecord;
} | {
    readonly kind: 'partition';
    readonly value: PartitionRecord;
} | {
    readonly kind: 'disk';
    readonly value: DiskRecord;
};
export declare const VOLUME_KIND: {
    readonly general: 3;
    readonly raid5: 4;
};
export declare const COMPONENT_LAYOUT: {
    readonly striped: 1;
    readonly concatenated: 2;
    readonly raid5: 3;
};
export type RecordHeader = {
    readonly status: number;
    readonly type: number;
    readonly length: number;
};
/** Null where not even the header fits. */
export declare function decodeRecordHeader(payload: Uint8Array): RecordHeader | null;
/** The record in this payload; null for kinds that say nothing of where bytes are. Throws RangeError: see invariant 1. */
export declare function decodeRecord(payload: Uint8Array): LdmRecord | null;
