/** From the path of a URL to what the tree has there, and back. */
import type { FileEntry, FileSystem } from '../../filesystem/file-system.ts';
import type { ServedFolder, ServedTree } from '../served-tree.ts';
export type Resource = {
    readonly kind: 'folder';
    readonly folder: ServedFolder;
}
/** `state`: which state of which volume it is, as a part of entity tags. */
 | {
    readonly kind: 'entry';
    readonly state: string;
    readonly fileSystem: FileSystem;
    readonly entry: FileEntry;
};
/** What stands before the path where a client sends the whole URL, with the host. */
export declare const ORIGIN: RegExp;
/** The names of a URL's path, each in the forms it may have in a volume; null for what is no such path. */
export declare function namesOf(url: string): string[][] | null;
/** A name as part of a URL. */
export declare function urlName(name: string): string;
/** Runs `work` with what stands at these names, or null; a volume stays open until it has ended. */
export declare function withResource(tree: ServedTree, names: readonly (readonly string[])[], work: (resource: Resource | null) => Promise<void>): Promise<void>;
export type Item = {
    readonly name: string;
    readonly isFolder: boolean;
    readonly size: number;
    readonly modifiedMs: number;
    readonly createdMs: number;
    readonly tag: string;
};
export declare function itemOf(resource: Resource): Item;
/** What a folder holds, in its own order, without links. */
export declare function itemsIn(resource: Resource): Promise<Iterable<Item>>;
