/** The host's list of mounts, and mounting and unmounting by the system's own tools. Linux. */
/** As `mount` shows it: what every mount of pitvault has, and nothing else. */
export declare const FILE_SYSTEM_TYPE = "fuse.pitvault";
export type MountInfo = {
    readonly directory: string;
    readonly type: string;
    readonly source: string;
    /** `0:59` */
    readonly device: string;
};
/** Mounts of this process's namespace, from /proc/self/mountinfo. */
export declare function listMounts(): MountInfo[];
export declare function isMounted(directory: string): boolean;
/** Options that both ways of mounting take. Commas separate options, so a name with one is not shown as it is. */
export declare function mountOptions(source: string, allowOther: boolean): string[];
/** Mounts an open /dev/fuse: only root may. mount(8) inherits the descriptor as its third. */
export declare function mountAsRoot(fd: number, directory: string, options: readonly string[], owner: number): void;
/** More read-ahead than the kernel's default, where we may say so: large files are read in large pieces. */
export declare function raiseReadAhead(directory: string): void;
/** `lazy`: at once for newcomers, for those inside when they leave. Throws FUSE_BUSY when somebody is inside. */
export declare function unmount(directory: string, lazy: boolean): void;
