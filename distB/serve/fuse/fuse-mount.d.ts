/**
 * A mounted source: the thread that answers the kernel, and the life of the mount around it. This thread only watches:
 * it never touches the mounted folder, which would wait for itself.
 */
import type { Worker } from 'node:worker_threads';
import type { SourceOptions } from '../served-tree.ts';
export type MountOptions = {
    readonly source: SourceOptions;
    readonly directory: string;
    /** Let other users in. */
    readonly allowOther?: boolean | undefined;
    /** The thread that answers, where it was started before (start-worker.ts). */
    readonly worker?: Worker | undefined;
    /** Called when the folder is mounted, while the source is still being opened. */
    readonly onMounted?: ((directory: string) => void) | undefined;
    /** Mounts for those who are not root: returns the open device. */
    readonly mountAsUser?: ((directory: string, options: readonly string[]) => Promise<number>) | undefined;
};
export declare class FuseMount {
    #private;
    /** The folder, without links in its path. */
    readonly directory: string;
    /** Resolves when the file system is unmounted, by whomever; rejects when answering failed. */
    readonly ended: Promise<void>;
    private constructor();
    /** Mounts, and resolves when the first file can be read. */
    static start(options: MountOptions): Promise<FuseMount>;
    /** Requests answered so far. */
    get requests(): number;
    /** Unmounts when nobody is inside; throws FUSE_BUSY else. */
    unmountIfFree(): void;
    /** Unmounts and waits for the end; those who are inside have a moment to leave. */
    end(): Promise<'ended' | 'left running'>;
}
