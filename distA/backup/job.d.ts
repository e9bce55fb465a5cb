/** What all jobs that make states of a replica have in common: source, options, report, and the way from one to the other. */
import type { AddressMap } from '../map/address-map.ts';
import type { ReplicaMode } from '../replica/layout.ts';
import type { NextState } from '../replica/next-state.ts';
import type { ReplicaLock } from '../replica/replica-pool.ts';
import type { ChangeMap } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { type Seal } from '../sidecar/seal.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
/** What is backed up: a disk's bytes, as they are while the job runs. */
export type BackupSource = {
    readonly name: string;
    readonly disk: AddressMap;
    /** Unless given: 512 for an initial replica, the replica's for what follows. */
    readonly logicalSectorSize?: number | undefined;
};
export type JobOptions = {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
    /** 1 keeps everything in this thread. */
    readonly threads?: 1 | 2 | undefined;
    /** Unix milliseconds; the clock's unless given. */
    readonly nowMs?: number | undefined;
    /** Keep a SHA-256 of the whole state beside it: see sidecar/seal.ts. */
    readonly seal?: boolean | undefined;
    /** Random GUIDs unless given. */
    readonly newGuid?: (() => string) | undefined;
};
/** How the new state was derived: `base` is a full copy that stands alone. */
export type Derivation = ReplicaMode | 'base';
export type BackupReport = {
    readonly replicaId: string;
    readonly name: string;
    /** DataWriteGuid of the new state. */
    readonly state: string;
    /** PITId of the recovery point that the state before has become; null for an initial replica. */
    readonly pointId: string | null;
    readonly capturedMs: number;
    readonly sequence: number;
    readonly derivation: Derivation;
    /** Files that are read together for the new state. */
    readonly depth: number;
    readonly size: number;
    /** Of the state before, when this one is of another size; else null. */
    readonly sizeBefore: number | null;
    readonly scannedBytes: number;
    readonly changedBytes: number;
    readonly writtenBytes: number;
    readonly zeroBytes: number;
    /** Blocks of the replica that were not what their fingerprints say (consistency check). */
    readonly damagedBlocks: number;
    /** Data that an interrupted run of the same initial replica had written already. */
    readonly keptBytes: number;
    /** Of the new state, when it was asked for. */
    readonly seal: Seal | null;
};
/** The state that the next one starts as, and its fingerprints; null when they are not to be believed. */
export type Present = {
    readonly disk: AddressMap;
    readonly sidecar: Sidecar | null;
    close(): void;
};
export type Job = {
    readonly next: NextState;
    readonly replica: ReplicaLock;
    readonly source: BackupSource;
    readonly fingerprint: Fingerprinter;
    readonly options: JobOptions & {
        readonly changes?: ChangeMap | undefined;
    };
    readonly derivation: Derivation;
    /** Of the state before, when the next one is of another size. */
    readonly sizeBefore: number | null;
    /** Null for a first state. */
    readonly present: Present | null;
    /** Compare bytes, whatever the fingerprints say. */
    readonly verify?: boolean;
    /** The next state's file holds what an interrupted run had written. */
    readonly resumes?: boolean;
};
/** Fills the next state from the source and publishes it. What fails on the way is undone, or left to be resumed. */
export declare function runJob({ next, replica, source, fingerprint, options, derivation, sizeBefore, present, verify, resumes, }: Job): Promise<BackupReport>;
/** Whole sectors, and at least one: a source without any byte is one that was not read, and no disk. */
export declare function sizeOf({ name, disk }: BackupSource, sectorSize: number): number;
export declare function randomGuid(): string;
