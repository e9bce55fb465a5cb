/** The entries of a GPT as partitions, and what is wrong with them. */
import type { Finding } from '../errors.ts';
import { type GptHeader } from './gpt-format.ts';
import type { Partition } from './partition.ts';
/** Partitions in the order of their entries, of which `array` holds all that are used. Entries that begin off the disk are left out, with a finding. */
export declare function partitionsOf(header: GptHeader, array: Uint8Array, sectorSize: number, diskSize: number, image: string): {
    partitions: Partition[];
    findings: Finding[];
};
/** Each partition that begins before an earlier one has ended, with that earlier one. */
export declare function overlapsOf(partitions: readonly Partition[]): [Partition, Partition][];
