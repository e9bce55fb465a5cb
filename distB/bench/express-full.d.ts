/**
 * How fast this machine and this file system make express fulls: a seeded disk is protected, changed and backed up again
 * and again, in a pool of its own that is removed afterwards. What comes out is compared with the source.
 *
 * It measures pitvault on this machine. It says nothing about DPM, its agents or its network.
 */
import type { HostFiles } from '../io/host-files.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import { type WorkloadParams } from './workload.ts';
export type ExpressFullBenchOptions = WorkloadParams & {
    /** Most threads; every number up to it is measured. */
    readonly workers: 1 | 2;
    /** A folder on the file system to measure; a folder of its own is made in it. */
    readonly folder: string;
    /** Express fulls of each kind and number of threads. */
    readonly rounds?: number | undefined;
    readonly host?: HostFiles | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
/** Sums over all rounds. Rates in bytes a second. */
export type RoundsReport = {
    readonly rounds: number;
    readonly ms: number;
    readonly scannedBytes: number;
    readonly changedBytes: number;
    readonly scannedPerSecond: number;
    readonly changedPerSecond: number;
    /** Writes of the workload taken over, a second. */
    readonly writesPerSecond: number;
};
export type WorkersReport = {
    readonly workers: number;
    readonly initialReplica: {
        readonly ms: number;
        readonly bytesPerSecond: number;
    };
    /** What changed is found by fingerprints. */
    readonly scan: RoundsReport;
    /** What changed is known. */
    readonly changeList: RoundsReport;
    /** Backups in which nothing changed: derive, publish, durable. */
    readonly derive: {
        readonly count: number;
        readonly p50Ms: number;
        readonly p99Ms: number;
    };
    /** Bytes that the pool grew by for each byte that changed. */
    readonly spaceAmplification: number;
    /** Sectors in which the replica and the source differ at the end: 0. */
    readonly differingBytes: number;
};
export type ExpressFullBench = {
    readonly params: WorkloadParams;
    /** Names the work: equal for equal parameters, on any machine. */
    readonly workDigest: string;
    readonly writesPerRound: number;
    readonly fileSystem: string | null;
    readonly mode: ReplicaMode;
    /** Implementation of the platform's functions in use. */
    readonly native: string;
    /** Reading the source and writing it to one new file, durable. */
    readonly fullCopy: {
        readonly ms: number;
        readonly bytesPerSecond: number;
    };
    readonly runs: readonly WorkersReport[];
};
export declare function benchExpressFull(options: ExpressFullBenchOptions): Promise<ExpressFullBench>;
