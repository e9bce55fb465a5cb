/** Looking a name up as clients write it: it may stand for several names of the volume (host-names.ts). */
import type { FileEntry, FileSystem } from '../filesystem/file-system.ts';
/**
 * The entry under the first of these names that there is. Damage of the directory is thrown when none is found: it may hold
 * one that cannot be seen.
 */
export declare function childByName(fileSystem: FileSystem, directory: FileEntry, names: readonly string[], isMeant?: (child: FileEntry, name: string) => boolean): FileEntry | null;
