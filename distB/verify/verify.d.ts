/** Verification of whole pools and of single images: the front door of src/verify. */
import { type Finding } from '../errors.ts';
import type { HostFiles } from '../io/host-files.ts';
import { type ContainerReport } from './verify-container.ts';
export type VerifyRequest = {
    /** Takes part in finding out what states share; without it more is read. */
    readonly host?: HostFiles | undefined;
    readonly threads?: 1 | 2 | undefined;
    /** Compute the SHA-256 of each state, and compare it with its seal where it has one. */
    readonly seal?: boolean | undefined;
    /** Of a pool: this replica only. */
    readonly replica?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
export type VerifyReport = {
    readonly target: string;
    readonly containers: readonly ContainerReport[];
    /** Of the pool as a whole, or of an image that has no fingerprints. */
    readonly findings: readonly Finding[];
    readonly totals: {
        readonly states: number;
        readonly verified: number;
        readonly withoutFingerprints: number;
        readonly damagedBlocks: number;
        /** Findings of severity `error`. */
        readonly errors: number;
        readonly bytesRead: number;
    };
};
/** Reads everything below a pool's root, or one image, and tells what is not as it was written. Writes nothing. */
export declare function verify(target: string, request?: VerifyRequest): Promise<VerifyReport>;
