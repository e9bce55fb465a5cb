/** One file over all states of a replica: which are there, and which differ. */
import type { Image } from '../image/image.ts';
import { type Extent } from '../map/extent.ts';
import { type StoragePool } from '../pool/storage-pool.ts';
export type FileVersion = {
    readonly replicaId: string;
    readonly pointId: string;
    readonly isReplica: boolean;
    readonly capturedMs: number;
    readonly size: number | null;
    readonly modifiedMs: number;
    /** Against the state before it. */
    readonly state: 'first' | 'same' | 'changed' | 'absent' | 'unreadable';
    /** How `same` or `changed` is known. */
    readonly how: 'extents' | 'size' | 'sha256' | null;
    readonly sha256?: string;
    readonly error?: string;
};
export type VersionOptions = {
    readonly server?: string | undefined;
    readonly replica?: string | undefined;
    readonly volume?: string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((done: number, total: number, what: string) => void) | undefined;
};
/** Versions oldest first. Where the pool has several replicas, those that never held the path are left out. */
export declare function fileVersions(pool: StoragePool, path: string, options?: VersionOptions): Promise<FileVersion[]>;
/** The same over the shadow copies of a volume of one image, oldest first, and the volume as it is. */
export declare function shadowVersions(image: Image, path: string, options?: VersionOptions): Promise<FileVersion[]>;
/** Equal without reading: every leaf lives at the same place of the same unchanging file. */
export declare function sameExtents(a: readonly Extent[] | null, b: readonly Extent[] | null): boolean;
