/**
 * A folder and those above it that are missing. Node's own recursive `mkdir` never comes back where a folder that exists
 * refuses to have one made in it by saying that it does not exist, as those of /proc do.
 */
/** Throws the system's error: EEXIST also where a file is in the way. */
export declare function makeFolders(folder: string, mode?: number): void;
