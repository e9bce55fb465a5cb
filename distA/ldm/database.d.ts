/** The database of a disk group: its records put together from their parts, by kind and id. */
import { type Finding } from '../errors.ts';
import { type ComponentRecord, type DiskRecord, type PartitionRecord, type VolumeRecord } from './record.ts';
export type LdmDatabase = {
    readonly groupGuid: string;
    readonly groupName: string;
    /** Of the last transaction: of the databases of a group the one with the highest counts. */
    readonly committed: bigint;
    /** False when a transaction was under way. */
    readonly isConsistent: boolean;
    readonly volumes: ReadonlyMap<number, VolumeRecord>;
    readonly components: ReadonlyMap<number, ComponentRecord>;
    readonly partitions: ReadonlyMap<number, PartitionRecord>;
    readonly disks: ReadonlyMap<number, DiskRecord>;
    readonly findings: readonly Finding[];
};
/** `offset`: where `area` begins on the disk. */
export declare function readDatabase(area: Uint8Array, { name, offset }: {
    readonly name: string;
    readonly offset: number;
}): LdmDatabase;
