/**
 * The work of an express-full bench, made from a seed: what the disk holds first, and what is written to it between two
 * backups. The same parameters give the same bytes at the same places on any machine.
 */
export type WorkloadParams = {
    /** Bytes of the disk. */
    readonly size: number;
    /** Share of the disk that is written between two backups: 0.02. */
    readonly changeRate: number;
    /** Sizes of writes in bytes, multiples of 512, with their weights. */
    readonly blockMix: readonly {
        readonly size: number;
        readonly weight: number;
    }[];
    /** Share of the writes that go to one sixteenth of the disk: 0 scattered, 1 all of them. */
    readonly locality: number;
    readonly seed: number;
};
export type Write = {
    readonly offset: number;
    readonly length: number;
};
export declare class Workload {
    readonly params: WorkloadParams;
    /** Throws invalid-argument for parameters that make no work. */
    constructor(params: WorkloadParams);
    /** The writes before the backup of this number (from 1), in the order in which they are made. */
    writes(round: number): Write[];
    /** What the disk holds at first, one MiB or less at a time; null where it holds nothing. */
    firstContent(): Generator<{
        readonly offset: number;
        readonly bytes: Uint8Array;
    }>;
    /** The bytes that the writes of a round carry, in order. */
    contents(round: number): (length: number) => Uint8Array;
    /** Names the work of these rounds: equal for equal work. */
    digest(rounds: number): string;
}
/** `4k:50,64k:20` as sizes and weights; throws invalid-argument. */
export declare function parseBlockMix(text: string): WorkloadParams['blockMix'];
