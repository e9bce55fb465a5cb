/**
 * Verifies every state of one replica: structures by their rules, payload by its fingerprints.
 *
 * 1. States are read oldest first. A block that is the same storage with the same fingerprint as in the state before has
 *    been read there; what was wrong with it is wrong here too, until it changes.
 * 2. A state without fingerprints is checked as far as it tells of itself, and the report says so.
 * 3. Nothing is written.
 */
import type { BlockChecker } from '../copy/block-checker.ts';
import { type Finding } from '../errors.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import { type Seal } from '../sidecar/seal.ts';
import { type DamageLog } from './damage-log.ts';
import { type ReadableStore, type StateFile } from './state-files.ts';
export type VerifyOptions = {
    readonly store: ReadableStore;
    readonly host: HostFiles;
    readonly fingerprint: Fingerprinter;
    readonly checker: BlockChecker;
    /** Compute the SHA-256 of each state, and compare it with its seal where it has one. */
    readonly seal?: boolean | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
export type StateReport = {
    readonly id: string;
    readonly isReplica: boolean;
    readonly path: string;
    /** Unix milliseconds; null where nothing tells. */
    readonly capturedMs: number | null;
    /** How far its payload is proven. `unreadable`: the disk could not be opened at all. */
    readonly payload: 'verified' | 'damaged' | 'no fingerprints' | 'unreadable';
    /** Names the contents: equal for equal states. Null without fingerprints. */
    readonly root: string | null;
    readonly seal: (Seal & {
        readonly state: 'made' | 'holds' | 'broken';
    }) | null;
    /** Bytes that were read for it; what it shares with the state before was read there. */
    readonly bytesRead: number;
    readonly findings: readonly Finding[];
};
export type ContainerReport = {
    readonly container: string;
    readonly states: readonly StateReport[];
    readonly damage: DamageLog;
};
export declare class ContainerVerifier {
    #private;
    constructor(container: string, states: readonly StateFile[], options: VerifyOptions);
    /** All states, or only one: the others, and points that are going, are opened as parents and no more. */
    run(only?: StateFile): Promise<ContainerReport>;
}
