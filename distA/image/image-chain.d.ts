/**
 * Parents of differencing disks: from what a child says of its parent to that parent, open and verified.
 *
 * 1. A parent is accepted when it carries one of the identities the child names (DataWriteGuid, UniqueId), wherever it
 *    was found: first at the paths the child names, then by identity among the images in its folder and in folders the
 *    user gives. With `ignoreIdentity`, when none does, the first disk at one of those paths is taken, loudly.
 * 2. A candidate's identity is read first, so a wrong one costs a few reads.
 * 3. No file is twice in a chain (compared by device and inode), and no chain is deeper than DEPTH_MAX.
 * 4. A candidate that does not become the parent is closed; when the chain cannot be opened, all of it is.
 */
import { type DiskImage, type OpenDiskOptions, type OpenParent, type ParentRequest } from '../disk/disk-image.ts';
import { type Finding } from '../errors.ts';
import type { ByteFile, OpenFile } from '../io/byte-file.ts';
import type { AddressMap } from '../map/address-map.ts';
export declare const DEPTH_MAX = 1024;
/** Opens the disk in these bytes, whatever its format; refuses what is no disk. */
export type OpenDisk = (container: AddressMap, options: OpenDiskOptions) => DiskImage;
export type ParentHost = {
    /** Where the child is, or null when it is no file of its own: then only `searchFolders` can hold a parent. */
    readonly childPath: string | null;
    readonly searchFolders: readonly string[];
    /** Read over a parent of another identity when there is no right one. */
    readonly ignoreIdentity: boolean;
    /** Its files stay open as long as the chain; whoever passes it closes them. */
    readonly openFile: OpenFile;
    /** Receives what is worth telling of how parents were found. */
    readonly findings: Finding[];
    readonly openDisk?: OpenDisk;
    /** Whoever knows where parents are says so, and nothing is searched; null: it does not know this one. */
    readonly findParent?: (request: ParentRequest) => {
        readonly file: ByteFile;
        readonly path: string;
    } | null;
};
/**
 * What a format's reader is given to open parents with. The whole chain is opened by one call, in two loops: down, asking
 * each disk for its parent, and back up, handing each disk its open parent. Nested calls would need a stack frame for
 * every reader of the chain, and a legal chain is deep enough to run out of them.
 */
export declare function makeOpenParent(host: ParentHost): OpenParent;
/** The disk in a file that has to be one. */
export declare function openContainer(container: AddressMap, options: OpenDiskOptions): DiskImage;
