/** From a directory to its index of names ($I30). */
import type { FileEntry } from '../filesystem/file-system.ts';
import { DirectoryIndex } from './directory-index.ts';
import type { VolumeFiles } from './volume-files.ts';
/** Opens the index of a directory. Throws NTFS_RECORD_*, NTFS_INDEX_*. */
export declare function openIndex(files: VolumeFiles, directory: FileEntry): DirectoryIndex;
