/**
 * The user's cache folder: what pitvault found out and may find out again. Nothing there is needed, so a file that cannot
 * be read counts as missing, and one that cannot be written is left out.
 *
 * Subjects go (a pool that was copied somewhere for a day), their files would stay. So whoever writes first looks at how many
 * there are, once per process, and of more than FILES_MAX removes those written longest ago. Another process may use one of
 * them, or write it anew, at any moment: it loses what it will find out again.
 */
/** `$XDG_CACHE_HOME/pitvault`, or what the platform has in its place; undefined where none of them is an absolute path. */
export declare function userCacheFolder(): string | undefined;
/** Some 10 MiB for pools of 64 points a replica. */
export declare const FILES_MAX = 4096;
/** What is kept of one subject (a pool's roots, say) in one file of the folder. */
export declare class CacheFile<T> {
    #private;
    /** `isValue`: whether what was read is a T; anybody may have written there. */
    constructor(folder: string, schema: string, subject: readonly string[], isValue: (value: unknown) => boolean);
    /** Null when there is nothing of this schema and subject (two of one name take turns), or something else than it says. */
    read(): T | null;
    /** Replaces the file as a whole; only the user can read it. */
    write(value: T): void;
}
