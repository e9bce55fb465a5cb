/**
 * One file in the place of several of a chain: what a state's own file and those of removed states below it hold
 * together, over the parent that stays, or over none. The guest sees the same bytes, so the disk keeps its
 * DataWriteGuid, and those that differ from it stay valid.
 *
 * The file is built complete and durable under a name of its own, then renamed over the state's: at each instant the
 * state reads as ever.
 */
import type { ParentRequest } from '../disk/disk-image.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { Container, State } from './container.ts';
/** What a file says of its parent; null when it stands alone. */
export declare function parentRequestOf(file: ByteFile): ParentRequest | null;
/** The identities of which the file's parent carries one; null when the file stands alone, or cannot be read. */
export declare function parentsOf({ store }: Container, { path, guid }: State): readonly string[] | null;
/** Files from the state's own down to the last that goes, and the state they all stand on. */
export type Run = {
    readonly files: readonly [State, ...State[]];
    readonly base: State | null;
};
/** Builds the file and puts it in place; yields the bytes copied so far. The caller syncs the state's folder. */
export declare function mergeRun(container: Container, { files, base }: Run): Generator<number>;
/** For messages and syncs. */
export declare function folderOf(container: Container, state: State): string;
