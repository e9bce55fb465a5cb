/**
 * The hidden folder inside the target in which files grow until they are whole.
 *
 * States of a target, whatever the moment of a crash:
 * 1. Under its final name there is nothing, or the whole file: files move out of staging by rename only.
 * 2. `journal.jsonl` in the staging folder tells which staged files are whole, and up to where an unfinished one is safe
 *    on disk. A run with the same source and the same key goes on from there; any other run starts a folder of its own.
 * 3. A run moves what is its own: of what an earlier one has left, a file that this one does not end with goes.
 * 4. An existing file is never replaced, unless forced, and a link in the target is never followed.
 */
import { type Stats } from 'node:fs';
import { StorageError } from '../errors.ts';
export type JournalLine = {
    readonly path: string;
    readonly size: number;
    readonly sha256?: string | undefined;
    /** Present for an unfinished file: bytes that are safely on disk. */
    readonly safe?: number | undefined;
};
export type PublishOptions = {
    readonly force: boolean;
    readonly sync: boolean;
    /** True for files that the run reads from: they are replaced for no word of the user's. */
    readonly isSource?: (path: string) => boolean;
};
/** What stands in the way, and what it is in the way of: a file, or a folder with all that is staged below it. */
export type PublishFailure = {
    readonly target: string;
    readonly error: StorageError;
};
export declare class Staging {
    #private;
    readonly folder: string;
    readonly tree: string;
    /** Files that an earlier run finished or began, by relative path. */
    readonly known: Map<string, JournalLine>;
    /** The target held nothing before: no file of it can be in the way. */
    readonly fresh: boolean;
    /** Staging folders of other jobs in this target: interrupted, or under way. */
    readonly others: readonly string[];
    /** No earlier run has left anything here. */
    readonly isNew: boolean;
    /** Names that differ only in case, or in how accents are composed, may be one file there. */
    readonly ignoresCase: boolean;
    /** `key` names source, point and selection: what an interrupted run of the same job shares with this one. */
    constructor(out: string, key: string);
    /** The staged path of a folder. Names are safe, so there is nothing to normalise. */
    pathOf(components: readonly string[]): string;
    /** The staged path of a file, its folders made. */
    place(components: readonly string[]): string;
    /** True when a folder is staged there. */
    hasFolder(components: readonly string[]): boolean;
    /** A staged folder, made. */
    placeFolder(components: readonly string[]): string;
    /** Makes a staged folder, once. */
    make(folder: string): void;
    note(line: JournalLine): void;
    flush(): void;
    /** Bytes up to `position` are on disk before the journal says so. */
    checkpoint(fd: number, line: JournalLine): void;
    /** A path as the target compares it: it may list a name in another form than that under which it was made. */
    compared(path: string): string;
    /** Removes files that an interrupted run has left, and that are none of these: nobody knows whether they are whole. */
    keepOnly(targets: readonly string[]): void;
    /** Moves everything staged to its final place; what cannot move stays staged and is returned. */
    publish(options: PublishOptions): PublishFailure[];
}
/** What stands there, links not followed; nothing stands below a file. */
export declare function lookAt(path: string): Stats | undefined;
export declare function occupied(target: string, what: string): StorageError;
/** Makes renames in the folder durable; Windows has no such call and orders them itself. */
export declare function syncFolder(path: string): void;
