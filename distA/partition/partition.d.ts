/** What a partition table says, whatever its scheme. */
import type { Finding } from '../errors.ts';
export type PartitionScheme = 'gpt' | 'mbr' | 'bare' | 'none';
export type Partition = {
    /** From 1: the entry's place in a GPT; 1 to 4 for primary, from 5 for logical partitions of an MBR. */
    readonly number: number;
    /** GPT: the type GUID, lower case. MBR: `0x07`. Bare: empty. */
    readonly type: string;
    readonly typeName: string;
    /** The GUID in Windows' volume name `\\?\Volume{GUID}\`, lower case; null where there is none. */
    readonly guid: string | null;
    readonly name: string;
    /** Bytes, on the disk. */
    readonly offset: number;
    readonly length: number;
    /** GPT: 64 bits, MBR: the status byte, as `0x...`. */
    readonly attributes: string;
    /** What the attributes mean: `hidden`, `no-drive-letter`, `shadow-copy`, `active`... */
    readonly flags: readonly string[];
};
export type PartitionTable = {
    readonly scheme: PartitionScheme;
    /** Bytes of the sectors that the table counts in; not always those of the disk. */
    readonly sectorSize: number;
    /** GPT: the disk GUID. MBR: the disk signature in hex. */
    readonly diskId: string | null;
    readonly partitions: readonly Partition[];
    readonly findings: readonly Finding[];
    /** Compares with a second copy that reading had no need of, and tells what differs. */
    readonly compareCopies?: () => readonly Finding[];
};
