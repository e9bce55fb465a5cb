/**
 * What a folder's file system offers, found by trying: tables of file systems are wrong for network mounts, overlays,
 * old kernels and containers. All attempts happen in a hidden folder that is removed again.
 */
import type { HostFiles } from './host-files.ts';
/** True and false are what was seen; null could not be tried (the folder is not writable, or the attempt failed). */
export type FolderAbilities = {
    readonly cloneFile: boolean | null;
    readonly cloneRange: boolean | null;
    /** The file system tells where files lie, in a form that can be trusted. */
    readonly extents: boolean | null;
    /** Holes can be found without reading. */
    readonly holes: boolean | null;
    /** Files grow without storage for what nobody has written. */
    readonly sparse: boolean | null;
    readonly punchHole: boolean | null;
    /** A lock that dies with its process. */
    readonly lock: boolean | null;
    readonly hardLink: boolean | null;
    readonly caseSensitive: boolean | null;
    /** Renaming replaces a file in one step, even while somebody has the old one open. */
    readonly replaceOpenFile: boolean | null;
    /** Folders can be synced, so that a new name is known to survive a power loss. */
    readonly syncFolder: boolean | null;
};
export type FolderReport = {
    readonly folder: string;
    readonly fileSystem: string | null;
    readonly blockSize: number;
    readonly totalBytes: number;
    /** For this user. */
    readonly freeBytes: number;
    readonly writable: boolean;
    readonly abilities: FolderAbilities;
    /** Attempts that failed in an unexpected way, as sentences. */
    readonly problems: readonly string[];
};
export declare function probeFolder(host: HostFiles, folder: string): FolderReport;
