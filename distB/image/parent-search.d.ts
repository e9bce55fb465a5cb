/**
 * Where the parent of a differencing disk may be on this host. Locators hold Windows paths of the machine that made
 * them: `.\base.vhdx`, `D:\VMs\base.vhdx`, `\\?\Volume{...}\VMs\base.vhdx`, `\\server\share\base.vhdx`. The files have
 * been moved since, more often than not, and this host may not be Windows.
 *
 * 1. Looked at are only: the place a locator names, that place with the drive or volume taken to be one of the folders
 *    above the child, the child's own folder, and folders the user names. No folder is searched below its first level,
 *    except along a locator's own folders.
 * 2. Names are matched exactly, else without regard to case and Unicode composition, as Windows would.
 * 3. Every place is a guess. What is found counts only once its identity has been verified.
 */
export type ParentSearch = {
    /** Folder of the child on this host; null when the child is no file of its own (in an archive, in another image). */
    readonly childFolder: string | null;
    readonly searchFolders: readonly string[];
};
/** Regular files that a locator's path may mean, best guess first, each once. */
export declare function placesOf(search: ParentSearch, path: string): Generator<string>;
/** Image files in the child's folder and in the folders the user names, for a search by identity. */
export declare function imagesBeside(search: ParentSearch, isImage?: typeof isVirtualDisk): Generator<string>;
declare function isVirtualDisk(name: string): boolean;
/** Components of a Windows path without its drive, volume or share; `.` left out, `..` kept where it leads up. */
export declare function splitWindowsPath(path: string): {
    readonly rooted: boolean;
    readonly components: string[];
};
export {};
